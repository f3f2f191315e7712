//! What is printed at the end.

use std::time::Duration;

use clap::ValueEnum;
use simulation::{Catch, Fault, Throughput, Totals, name, sentence};

/// What a million purchases need: everybody may want the same.
const SHARE_MIN_PERCENT: u64 = 95;

fn seconds(time: Duration) -> String {
    format!("{}.{:02} s", time.as_secs(), time.subsec_millis() / 10)
}

/// `1234567` as `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn row(what: &str, count: u64, about: &str) {
    println!("  {what:<18} {:>13}  {about}", grouped(count));
}

/// What came of many runs.
pub fn totals(totals: &Totals) {
    row("seeds", totals.runs, "");
    row("operations", totals.operations, "");
    row(
        "commits",
        totals.commits,
        "every invariant that each touched was checked",
    );
    row(
        "answers",
        totals.answers,
        "definite ones, each compared with the books",
    );
    row(
        "contests",
        totals.contests,
        "codes that were redeemed and given back at once",
    );
    row(
        "acts",
        totals.acts,
        "codes that were revoked, extended or replaced at the desk",
    );
    row(
        "retries",
        totals.retries,
        "requests that clients sent again",
    );
    row(
        "conflicts",
        totals.conflicts,
        "transactions that met, beside the planned ones",
    );
    row(
        "redeliveries",
        totals.redeliveries,
        "messages that came again",
    );
    row(
        "activities",
        totals.outcomes.values().sum(),
        "each award and each refusal worked out anew",
    );
    for (outcome, count) in &totals.outcomes {
        row(&format!("  {outcome}"), *count, "");
    }
    row("faults", totals.faults(), "");
    for fault in Fault::value_variants() {
        let count = totals.faults.get(fault).copied().unwrap_or_default();
        row(&format!("  {}", name(fault)), count, &sentence(fault));
    }
    let violations = u64::try_from(totals.violations.len()).unwrap_or_default();
    row("violations", violations, "");
    println!("\n  in {}", seconds(totals.elapsed));
}

/// Which planted bugs were noticed. Whether all were.
pub fn catches(catches: &[Catch]) -> bool {
    println!(
        "  {:<22} {:>5} {:>9}  noticed as",
        "planted bug", "seeds", "time"
    );
    for catch in catches {
        let alarm = match &catch.alarm {
            Some((seed, alarm)) => format!("seed {seed}: {}", shortened(alarm)),
            None => "NOT NOTICED".to_owned(),
        };
        let (bug, time) = (name(&catch.mutant), seconds(catch.elapsed));
        println!("  {bug:<22} {:>5} {time:>9}  {alarm}", catch.runs);
    }
    let missed = catches.iter().filter(|catch| catch.alarm.is_none());
    let (all, missed) = (catches.len(), missed.count());
    println!("\n{} of {all} planted bugs were noticed", all - missed);
    missed == 0
}

fn shortened(text: &str) -> String {
    let line: String = text.chars().take(110).collect();
    if line.len() < text.len() {
        format!("{line} ...")
    } else {
        line
    }
}

/// How fast purchases are. Whether one partner for everybody slows them down.
pub fn throughput(measured: &Throughput) -> bool {
    let Throughput {
        clients,
        seconds,
        one_partner,
        own_partners,
        stored_house,
    } = *measured;
    println!("  {clients} clients for {seconds} simulated seconds, 20 ms for each transaction\n");
    println!(
        "  {:<42} {:>11} {:>8}",
        "everybody buys", "a second", "share"
    );
    let share = |count: u64| count * 100 / own_partners.max(1);
    for (what, count) in [
        ("from a partner of their own", own_partners),
        ("from one partner", one_partner),
        ("from one partner with a stored balance", stored_house),
    ] {
        let (rate, percent) = (grouped(count / seconds.max(1)), share(count));
        println!("  {what:<42} {rate:>11} {percent:>6} %");
    }
    share(one_partner) >= SHARE_MIN_PERCENT
}
