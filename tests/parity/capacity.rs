//! What each operation consumes on Amazon's engine: exactly what the formula says, and no more than its budget.

use engine::Engine;
use engine::capacity::Spent;
use engine::market::{Market, activity, member, start};
use shared::table::Tables;

use super::pair::run;

/// A market on the engine alone, and the engine's meter.
async fn market() -> (Market, Engine) {
    let engine = Engine::from_environment().unwrap_or_else(|error| panic!("{error:#}"));
    let store = engine.weighed().await.unwrap();
    let market = Market::open(Tables::new(store)).await.unwrap();
    engine.meter().take();
    (market, engine)
}

fn spent(reads: u32, writes: u32, read_units: f64, write_units: f64) -> Spent {
    Spent {
        reads,
        writes,
        read_units,
        write_units,
        ..Spent::default()
    }
}

#[test]
fn buying_and_redeeming_keep_their_budgets() {
    run(async {
        let (market, engine) = market().await;
        market.earn(member(1), "survey").await.unwrap();
        let quote = market.quote(1, member(1), 1).unwrap();
        engine.meter().take();

        let purchase = market.buy(&quote, start()).await.unwrap();
        assert_eq!(engine.meter().take(), spent(1, 1, 1.0, 6.0), "buying");
        market.buy(&quote, start()).await.unwrap();
        assert_eq!(
            engine.meter().take(),
            spent(2, 0, 3.0, 0.0),
            "buying it again"
        );
        let code = market.code(&purchase).unwrap();
        market.redeem(&code, "order-1", start()).await.unwrap();
        assert_eq!(engine.meter().take(), spent(0, 1, 0.0, 1.0), "redeeming");
        market
            .redeem("000000-000000-000000", "order-1", start())
            .await
            .unwrap_err();
        let looked_for = "a mistyped code, perhaps the partner's own";
        assert_eq!(engine.meter().take(), spent(1, 0, 1.0, 0.0), "{looked_for}");
    });
}

#[test]
fn crediting_keeps_its_budget_alone_and_in_company() {
    run(async {
        let (market, engine) = market().await;
        let survey = [activity(member(1), "survey", "survey_completed", start()).unwrap()];
        market.award(&survey, start()).await.unwrap();
        assert_eq!(engine.meter().take(), spent(1, 1, 0.0, 8.0), "one activity");
        market.award(&survey, start()).await.unwrap();
        assert_eq!(engine.meter().take(), spent(1, 0, 3.0, 0.0), "again");

        let upload = |n| {
            activity(
                member(2),
                &format!("upload-{n}"),
                "health_data_shared",
                start(),
            )
            .unwrap()
        };
        let ten: Vec<_> = (0..10).map(upload).collect();
        market.award(&ten, start()).await.unwrap();
        let folded = engine.meter().take();
        assert_eq!((folded.reads, folded.writes), (1, 1), "ten activities");
        assert!(folded.write_units <= 50.0, "{folded:?}");
    });
}

#[test]
fn looking_at_a_wallet_and_its_history_is_one_read_however_long_the_history_is() {
    run(async {
        let (market, engine) = market().await;
        for entries in 0..30 {
            market
                .earn(member(1), &format!("survey-{entries}"))
                .await
                .unwrap();
        }
        engine.meter().take();

        market.wallet(member(1)).await.unwrap();
        assert_eq!(engine.meter().take(), spent(1, 0, 1.0, 0.0), "balance");
        market.history(member(1), 20).await.unwrap();
        let page = engine.meter().take();
        assert_eq!((page.reads, page.writes), (1, 0), "a page of history");
        assert!(page.read_units <= 4.0, "{page:?}");
    });
}
