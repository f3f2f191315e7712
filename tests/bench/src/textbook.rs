//! The baseline: the same operations as most teams would build them.
//!
//! A row for each of the two accounts of a movement and a row for each of its two entries, all in one transaction; a code that is
//! a row; an idempotency record of its own, written before and completed afterwards; a code that is read and then redeemed
//! together with a record of it; and a balance that is the sum of a member's entries. New balances are written as the bench
//! knows them, which takes the requests and units of an update that adds.

use anyhow::{Result, anyhow};
use shared::table::{
    AttributeValue, Condition, Item, Key, Query, Table, Tables, Write, number, text,
};

/// The textbook's tables and what the bench remembers of them.
pub struct Textbook {
    tables: Tables,
    member: String,
    balance: u64,
    house: u64,
    operations: u64,
}

/// An id of the usual length: a prefix and 32 digits.
fn id(prefix: &str, number: u64) -> String {
    format!("{prefix}_{number:032x}")
}

fn attributes<const N: usize>(attributes: [(&str, AttributeValue); N]) -> Item {
    let owned = attributes.map(|(name, value)| (name.to_owned(), value));
    Item::from(std::collections::HashMap::from(owned))
}

fn key(table: Table, pk: &str, sk: &str) -> Key {
    Key {
        table,
        pk: pk.to_owned(),
        sk: sk.to_owned(),
    }
}

const NOW: &str = "2026-11-24T08:00:00.000Z";

impl Textbook {
    /// A member without an account yet, on empty tables.
    pub fn new(tables: Tables) -> Self {
        Self {
            tables,
            member: id("mem", 1),
            balance: 0,
            house: 0,
            operations: 0,
        }
    }

    /// Credits an activity: record, accounts, entries and activity.
    pub async fn credit(&mut self, amount: u64) -> Result<()> {
        self.operations += 1;
        let (operation, member) = (id("act", self.operations), self.member.clone());
        self.begin(&operation).await?;
        let mut writes = self.movement(
            &operation,
            self.balance + amount,
            self.house + amount,
            amount,
        );
        writes.push(Write::create(
            key(Table::Members, &member, &format!("activity#{operation}")),
            attributes([
                ("activity_id", text(&operation)),
                ("kind", text("survey_completed")),
                ("occurred_at", text(NOW)),
            ]),
        ));
        self.commit(&writes).await?;
        self.balance += amount;
        self.house += amount;
        self.complete(&operation).await
    }

    /// Buys one code and answers it: record, accounts, entries and code.
    pub async fn buy(&mut self, price: u64) -> Result<String> {
        self.operations += 1;
        let (operation, code) = (id("pur", self.operations), id("code", self.operations));
        self.begin(&operation).await?;
        let mut writes = self.movement(&operation, self.balance - price, self.house + price, price);
        writes.push(Write::create(
            key(Table::Codes, &code, "code"),
            attributes([
                ("code", text(&code)),
                ("state", text("issued")),
                ("product_id", text(id("prod", 1))),
                ("partner_id", text(id("partner", 1))),
                ("purchase_id", text(&operation)),
                ("expires_at", text(NOW)),
            ]),
        ));
        self.commit(&writes).await?;
        self.balance -= price;
        self.house += price;
        self.complete(&operation).await?;
        Ok(code)
    }

    /// Sends the last purchase again: its record answers.
    pub async fn buy_again(&self) -> Result<()> {
        let operation = id("pur", self.operations);
        let again = self.tables.commit(&[record(&operation)]).await;
        again
            .err()
            .map(drop)
            .ok_or_else(|| anyhow!("a purchase was made twice"))
    }

    /// Redeems a code, or refuses one that is not there.
    pub async fn redeem(&self, code: &str) -> Result<()> {
        let place = key(Table::Codes, code, "code");
        let found = self.tables.get_many(std::slice::from_ref(&place)).await?;
        if found.iter().all(Option::is_none) {
            return Ok(());
        }
        let redemption = id("red", 1);
        let redeem = Write::set(
            place,
            vec![("state", text("redeemed")), ("redeemed_at", text(NOW))],
            Condition::Equals("state", text("issued")),
        );
        let record = Write::create(
            key(Table::Codes, &redemption, "redemption"),
            attributes([("code", text(code)), ("redeemed_at", text(NOW))]),
        );
        self.commit(&[redeem, record]).await
    }

    /// Adds up a member's entries.
    pub async fn balance(&self) -> Result<()> {
        let mut query = self.entries(usize::MAX);
        loop {
            let page = self.tables.query(&query).await?;
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// Reads the newest 20 entries.
    pub async fn history(&self) -> Result<()> {
        self.tables.query(&self.entries(20)).await?;
        Ok(())
    }

    /// Items that make a history of so many entries, for a balance to add up.
    pub fn past(&self, entries: u64) -> Vec<Write> {
        (1..=entries)
            .map(|number| self.entry(&self.member, &id("old", number), 1))
            .collect()
    }

    fn entries(&self, limit: usize) -> Query {
        Query {
            table: Table::Ledger,
            pk: self.member.clone(),
            prefix: "entry#".to_owned(),
            descending: true,
            after: None,
            limit,
        }
    }

    /// Both accounts and both entries.
    fn movement(&self, operation: &str, balance: u64, house: u64, amount: u64) -> Vec<Write> {
        let (member, system) = (&self.member, id("house", 1));
        vec![
            account(member, self.balance, balance),
            account(&system, self.house, house),
            self.entry(member, operation, amount),
            self.entry(&system, operation, amount),
        ]
    }

    fn entry(&self, account: &str, operation: &str, amount: u64) -> Write {
        Write::create(
            key(Table::Ledger, account, &format!("entry#{NOW}#{operation}")),
            attributes([
                ("operation_id", text(operation)),
                ("member_id", text(&self.member)),
                ("amount", number(amount)),
                ("balance_after", number(self.balance)),
                ("created_at", text(NOW)),
            ]),
        )
    }

    async fn begin(&self, operation: &str) -> Result<()> {
        self.commit(&[record(operation)]).await
    }

    async fn complete(&self, operation: &str) -> Result<()> {
        let Write { key, .. } = record(operation);
        let answer = format!(
            r#"{{"operation_id":"{operation}","balance":{}}}"#,
            self.balance
        );
        let changes = vec![("status", text("completed")), ("answer", text(answer))];
        self.commit(&[Write::set(key, changes, Condition::All(Vec::new()))])
            .await
    }

    async fn commit(&self, writes: &[Write]) -> Result<()> {
        let done = self.tables.commit(writes).await;
        done.map(drop)
            .map_err(|cancelled| anyhow!("the textbook's write was cancelled: {cancelled:?}"))
    }
}

/// The account row with its new balance, if the old one is still there.
fn account(owner: &str, before: u64, after: u64) -> Write {
    let unchanged = if before == 0 {
        Condition::All(Vec::new())
    } else {
        Condition::Equals("balance", number(before))
    };
    let changes = vec![("balance", number(after)), ("updated_at", text(NOW))];
    Write::set(key(Table::Ledger, owner, "account"), changes, unchanged)
}

/// The idempotency record of an operation that begins.
fn record(operation: &str) -> Write {
    Write::create(
        key(
            Table::Members,
            &format!("idempotency#{operation}"),
            "record",
        ),
        attributes([
            ("status", text("in_progress")),
            ("expires_at", number(1_800_000_000)),
        ]),
    )
}
