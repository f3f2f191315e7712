//! Two folds of two streams: what the log counts of activities is what the totals count of entries.

use std::sync::Arc;

use proptest::prelude::*;
use shared::id::MemberId;
use shared::insights;
use shared::ledger::{self, Account, Category, Entry};
use shared::rewards::{self, Activity, Group, Grouping, Record};
use shared::table::{self, Memory, Tables};
use shared::time::Day;
use simulation::at_once;
use uuid::Uuid;

use super::{activity, book};

/// What members do that some rule is about, with the particulars of a report.
const DEEDS: [(&str, &str); 5] = [
    ("app_opened", "{}"),
    ("feature_explored", r#"{"feature":"sleep-diary"}"#),
    (
        "education_completed",
        r#"{"content":"sleep-basics","minutes":12}"#,
    ),
    ("health_data_shared", r#"{"records":12}"#),
    ("community_participated", r#"{"action":"post"}"#),
];

/// Something one of a few members did at an hour of a month.
fn deed() -> impl Strategy<Value = Activity> {
    let number = any::<u32>();
    (1..6_u128, 0..DEEDS.len(), 1..29_u8, 0..24_u8, number).prop_map(
        |(member, deed, day, hour, number)| {
            let (kind, fields) = DEEDS[deed];
            let at = format!("2026-11-{day:02}T{hour:02}:00:00Z");
            let mut activity = activity(kind, fields, &at);
            activity.member_id = MemberId::new(Uuid::from_u128(member));
            activity.event_id = format!("event-{number}").try_into().expect("an event");
            activity.activity_id =
                Activity::id_of(activity.member_id, activity.source, &activity.event_id);
            activity
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_is_counted_by_category_is_what_was_issued_by_category(
        deeds in prop::collection::vec(deed(), 1..60),
        batch in 1..20_usize,
    ) {
        let memory = Arc::new(Memory::default());
        let tables = Tables::new(Arc::clone(&memory));
        let book = book();
        for deed in &deeds {
            let now = deed.occurred();
            at_once(rewards::award(&tables, &book, std::slice::from_ref(deed), now)).expect("an award");
        }
        let (mut entries, mut records) = (Vec::new(), Vec::new());
        for (key, item) in memory.items() {
            if ledger::is_entry(&key.sk) {
                entries.push(table::read::<Entry>(item).expect("an entry"));
            } else if rewards::is_record(&key.sk) {
                records.push(table::read::<Record>(item).expect("a record"));
            }
        }

        // Each stream has batches of its own, and the second comes twice.
        for entries in entries.chunks(batch) {
            at_once(insights::fold(&tables, entries)).expect("folded entries");
        }
        for records in records.chunks(batch).chain(records.chunks(7)) {
            at_once(rewards::log(&tables, records)).expect("logged records");
        }

        let issued = at_once(insights::trial_balance(&tables)).expect("a trial balance").totals;
        let day = |month, day| Day::from_ymd_opt(2026, month, day).expect("a day");
        let (from, until) = (day(11, 1), day(12, 1));
        let counted = at_once(rewards::totals(&tables, from, until, Grouping::Category));
        let counted = counted.expect("totals");
        for category in Category::ALL {
            let counts = counted.get(&Group::Category(Some(category))).cloned().unwrap_or_default();
            let sums = issued.of(Account::Issuance(category));
            prop_assert_eq!(counts.amount, sums.debit, "{:?}", category);
            prop_assert_eq!(counts.awarded, sums.entries, "{:?}", category);
        }
        let decided: u64 = counted
            .values()
            .map(|counts| counts.awarded + counts.refused.values().sum::<u64>())
            .sum();
        prop_assert_eq!(decided, records.len() as u64);
    }
}
