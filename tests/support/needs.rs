//! What handlers ask for in their first parameter, from the world instead of the environment.

use shared::codes::{Lookup, Mint};
use shared::guesses::{Guesses, Limits};
use shared::lambda::Metrics;
use shared::messaging::{
    BacktestQueue, ImportQueue, MintingQueue, NewsTopic, ReconciliationQueue, RewardQueue, Sender,
};
use shared::objects::Objects;
use shared::purchases::Secrets;
use shared::rewards::Books;
use shared::seal::{Keyring, Signing, Vault};
use shared::store::Store;
use shared::table::{Tables, WholeTables};

use super::World;

/// What a world can provide. It mirrors `shared::lambda::FromEnvironment`.
pub trait FromWorld {
    /// Builds it.
    fn from_world(world: &World) -> Self;
}

impl World {
    /// What a handler needs.
    pub fn give<T: FromWorld>(&self) -> T {
        T::from_world(self)
    }
}

/// The secrets that sign quotes and cursors.
pub fn signing() -> Signing {
    Signing(keyring("signing"))
}

/// The secrets by which codes are found.
pub fn lookup() -> Lookup {
    Lookup(keyring("lookup"))
}

/// The secrets that make codes.
pub fn secrets() -> Secrets {
    Secrets {
        mint: Mint(keyring("mint")),
        lookup: lookup(),
    }
}

/// The secrets that lock partners' codes.
pub fn vault() -> Vault {
    Vault(keyring("vault"))
}

fn keyring(name: &str) -> Keyring {
    let secret: String = name.chars().cycle().take(64).collect();
    Keyring::parse(&format!(r#"{{"1":"{secret}"}}"#)).expect("a keyring")
}

impl FromWorld for Tables {
    fn from_world(world: &World) -> Self {
        world.tables()
    }
}

impl FromWorld for WholeTables {
    fn from_world(world: &World) -> Self {
        world.whole_tables()
    }
}

impl FromWorld for Store {
    fn from_world(world: &World) -> Self {
        Self::new(world.tables())
    }
}

impl FromWorld for Books {
    fn from_world(world: &World) -> Self {
        Self::new(world.tables())
    }
}

impl FromWorld for Signing {
    fn from_world(_: &World) -> Self {
        signing()
    }
}

impl FromWorld for Lookup {
    fn from_world(_: &World) -> Self {
        lookup()
    }
}

impl FromWorld for Vault {
    fn from_world(_: &World) -> Self {
        vault()
    }
}

impl FromWorld for Guesses {
    fn from_world(world: &World) -> Self {
        Self::new(world.tables(), Limits::default())
    }
}

impl FromWorld for Secrets {
    fn from_world(_: &World) -> Self {
        secrets()
    }
}

impl FromWorld for RewardQueue {
    fn from_world(world: &World) -> Self {
        Self(Sender::new(world.queue.clone()))
    }
}

impl FromWorld for ReconciliationQueue {
    fn from_world(world: &World) -> Self {
        Self(Sender::new(world.jobs.clone()))
    }
}

impl FromWorld for BacktestQueue {
    fn from_world(world: &World) -> Self {
        Self(Sender::new(world.jobs.clone()))
    }
}

impl FromWorld for ImportQueue {
    fn from_world(world: &World) -> Self {
        Self(Sender::new(world.jobs.clone()))
    }
}

impl FromWorld for MintingQueue {
    fn from_world(world: &World) -> Self {
        Self(Sender::new(world.jobs.clone()))
    }
}

impl FromWorld for Objects {
    fn from_world(world: &World) -> Self {
        Self::new(std::sync::Arc::clone(&world.files))
    }
}

impl FromWorld for Metrics {
    fn from_world(_: &World) -> Self {
        Self {
            system: "rjv".to_owned(),
        }
    }
}

impl FromWorld for NewsTopic {
    fn from_world(world: &World) -> Self {
        Self(Sender::new(world.topic.clone()))
    }
}

impl<A: FromWorld, B: FromWorld> FromWorld for (A, B) {
    fn from_world(world: &World) -> Self {
        (world.give(), world.give())
    }
}

impl<A: FromWorld, B: FromWorld, C: FromWorld> FromWorld for (A, B, C) {
    fn from_world(world: &World) -> Self {
        (world.give(), world.give(), world.give())
    }
}
