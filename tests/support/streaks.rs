//! Two members whose days in a row broke, and who cannot mend them.

use serde_json::json;
use shared::id::MemberId;
use shared::publication::{Order, Wanted};
use shared::rewards::{self, Activity, ActivityKind, Books, Report, ReportSource, rules};
use shared::zone::Zone;
use uuid::Uuid;

use super::rewards::shipped;
use super::world::{World, days_ago};
use super::{act, text};

/// A member whose days broke long ago, and who travels too much.
const GIL: MemberId = MemberId::new(Uuid::from_u128(0x6666_6666_6666_4666_8666_6666_6666_6666));

/// A member who mended a break some days ago, and had another one since.
const HAL: MemberId = MemberId::new(Uuid::from_u128(0x7777_7777_7777_4777_8777_7777_7777_7777));

impl World {
    /// Days are counted by two rules that nobody earns by so soon.
    pub(super) async fn break_streaks(&self) {
        self.count_days().await;
        for (member, days) in [(GIL, &[10][..]), (HAL, &[7])] {
            self.update(member, days).await;
        }
        let (tables, books) = (self.tables(), Books::new(self.tables()));
        let (rule, mended_at) = ("diary".parse().expect("a word"), days_ago(5));
        let book = books.read(mended_at).await.expect("a book");
        let mended = rewards::repair(&tables, &book, HAL, &rule, mended_at).await;
        mended.expect("a mended streak");
        self.update(HAL, &[5, 4, 3]).await;
        let zones = ["Europe/Berlin", "Asia/Tokyo"].into_iter().cycle();
        for (days, name) in (2..10).rev().zip(zones) {
            let at = days_ago(days);
            let zone = Zone::named(name, at).expect("a zone");
            let set = rewards::set_zone(&tables, GIL, &zone, at).await;
            set.expect("another zone");
        }
    }

    /// Publishes a rule whose days can be mended, and one whose days cannot.
    async fn count_days(&self) {
        let shipped = shipped();
        let mut diary = shipped["regular-updates"].clone();
        diary.qualification = Some("streak.days >= 100".to_owned());
        diary.streak = shipped["app-streak"].streak.clone();
        let updates = shipped["regular-updates"].clone();
        let order = Order {
            state: Wanted::Active,
            version: Some(1),
            backtest_id: None,
            reason: Some(text("The first rules")),
        };
        for ((id, terms), number) in [("diary", diary), ("regular-updates", updates)]
            .into_iter()
            .zip([120, 122])
        {
            let (tables, id) = (self.tables(), id.parse().expect("a word"));
            let set = rules::set(&tables, &id, terms, &act(number, days_ago(21))).await;
            set.expect("a new rule");
            let act = act(number + 1, days_ago(21));
            let published = rules::set_state(&tables, &id, &order, &act).await;
            published.expect("a published rule");
        }
    }

    /// Data of a member arrives, so many days ago.
    async fn update(&self, member: MemberId, days: &[i64]) {
        let book = rewards::book::read(&self.tables()).await.expect("a book");
        for days in days {
            let report = Report {
                member_id: member,
                source: ReportSource::Service,
                event_id: text(&format!("updated-{days}")),
                kind: ActivityKind::DataUpdated,
                fields: serde_json::from_value(json!({})).expect("fields"),
                evidence: None,
                occurred_at: None,
            };
            let at = days_ago(*days);
            let activity: Activity = report.activity(at);
            let decided = rewards::award(&self.tables(), &book, &[activity], at).await;
            decided.expect("a decision");
        }
    }
}
