//! The journey's telling: one line per step with what it did to the balance, and a table at the end.

use crate::amount::Amount;

/// What was told so far.
pub struct Story {
    balance: Amount,
    chapters: Vec<Chapter>,
}

struct Chapter {
    title: String,
    change: Amount,
    balance: Amount,
}

impl Story {
    /// Begins with an empty wallet.
    pub fn new() -> Self {
        Self {
            balance: Amount::default(),
            chapters: Vec::new(),
        }
    }

    /// The balance after the last step.
    pub fn balance(&self) -> Amount {
        self.balance
    }

    /// Tells a step and the balance it left.
    pub fn tell(&mut self, title: &str, balance: Amount) {
        let change = balance.minus(self.balance);
        self.balance = balance;
        self.chapters.push(Chapter {
            title: title.to_owned(),
            change,
            balance,
        });
        println!(
            "{:>3}. {title:<72} {:>9} = {balance}",
            self.chapters.len(),
            signed(change)
        );
    }

    /// The table of the steps that moved tokens.
    pub fn summarize(&self) {
        println!(
            "\n  {:<66} {:>9} {:>9}",
            "What moved tokens", "RJV", "balance"
        );
        for chapter in self
            .chapters
            .iter()
            .filter(|chapter| chapter.change != Amount::default())
        {
            println!(
                "  {:<66} {:>9} {:>9}",
                chapter.title,
                signed(chapter.change),
                chapter.balance
            );
        }
        println!("\n  {} steps, every one as promised.", self.chapters.len());
    }
}

fn signed(change: Amount) -> String {
    if change > Amount::default() {
        format!("+{change}")
    } else {
        change.to_string()
    }
}

/// Tells a detail of the last step.
pub fn aside(line: &str) {
    println!("       {line}");
}
