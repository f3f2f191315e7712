//! The environment variables of a function, and what is built from them.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::aws::{self, SdkConfig, Settings};
use crate::codes::{Lookup, Mint};
use crate::error::Failure;
use crate::guesses::{Guesses, Limits};
use crate::lambda::Metrics;
use crate::messaging::{
    BacktestQueue, ImportQueue, MintingQueue, NewsTopic, ReconciliationQueue, RewardQueue,
};
use crate::objects::Objects;
use crate::purchases::Secrets;
use crate::rewards::Books;
use crate::seal::{Keyring, Signing, Vault};
use crate::store::Store;
use crate::table::{Tables, WholeTables};

/// The environment of a process. What several parts need is built once.
pub struct Environment {
    variables: BTreeMap<String, String>,
    clients: OnceCell<SdkConfig>,
    tables: OnceCell<Tables>,
}

/// What can be built from the environment. A handler's first parameter names what it needs by such types.
pub trait FromEnvironment: Sized + Send + Sync + 'static {
    /// Builds it, or says which variable is missing or wrong.
    fn from_environment(environment: &Environment) -> Result<Self, Failure>;
}

impl Environment {
    /// The environment with these variables.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            variables: variables.into_iter().collect(),
            clients: OnceCell::new(),
            tables: OnceCell::new(),
        }
    }

    /// The environment of this process.
    pub fn of_process() -> Self {
        Self::new(std::env::vars())
    }

    fn keyring(&self, name: &str) -> Result<Keyring, Failure> {
        Keyring::parse(&self.require(name)?)
            .map_err(|error| Failure::broken(format!("reading {name}")).because(error))
    }

    /// What the clients are built from: they share one HTTP client.
    fn clients(&self) -> Result<&SdkConfig, Failure> {
        if let Some(clients) = self.clients.get() {
            return Ok(clients);
        }
        let clients = aws::configuration(self)?;
        Ok(self.clients.get_or_init(|| clients))
    }

    fn tables(&self) -> Result<Tables, Failure> {
        let clients = self.clients()?;
        let tables = || aws::tables(clients, self);
        Ok(self.tables.get_or_init(tables).clone())
    }
}

impl Settings for Environment {
    fn get(&self, name: &str) -> Option<String> {
        self.variables
            .get(name)
            .filter(|value| !value.is_empty())
            .cloned()
    }
}

impl FromEnvironment for Tables {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        environment.tables()
    }
}

impl FromEnvironment for WholeTables {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        Ok(aws::whole_tables(environment.clients()?, environment))
    }
}

impl FromEnvironment for Store {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        Ok(Self::new(environment.tables()?))
    }
}

impl FromEnvironment for Books {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        Ok(Self::new(environment.tables()?))
    }
}

impl FromEnvironment for Signing {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        Ok(Self(environment.keyring("SIGNING_KEYS")?))
    }
}

impl FromEnvironment for Lookup {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        Ok(Self(environment.keyring("CODE_LOOKUP_KEYS")?))
    }
}

impl FromEnvironment for Vault {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        Ok(Self(environment.keyring("VAULT_KEYS")?))
    }
}

impl FromEnvironment for Guesses {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        let limits = Limits::parse(&environment.require("GUESSES_MAX")?)
            .map_err(|error| Failure::broken("reading GUESSES_MAX").because(error))?;
        Ok(Self::new(environment.tables()?, limits))
    }
}

impl FromEnvironment for Secrets {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        let mint = Mint(environment.keyring("CODE_MINT_KEYS")?);
        Ok(Self {
            mint,
            lookup: Lookup::from_environment(environment)?,
        })
    }
}

impl FromEnvironment for RewardQueue {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        let url = environment.require("REWARDS_QUEUE_URL")?;
        Ok(Self(aws::queue(environment.clients()?, url)))
    }
}

impl FromEnvironment for ReconciliationQueue {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        let url = environment.require("RECONCILIATION_QUEUE_URL")?;
        Ok(Self(aws::queue(environment.clients()?, url)))
    }
}

impl FromEnvironment for BacktestQueue {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        let url = environment.require("BACKTEST_QUEUE_URL")?;
        Ok(Self(aws::queue(environment.clients()?, url)))
    }
}

impl FromEnvironment for ImportQueue {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        let url = environment.require("IMPORT_QUEUE_URL")?;
        Ok(Self(aws::queue(environment.clients()?, url)))
    }
}

impl FromEnvironment for MintingQueue {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        let url = environment.require("MINTING_QUEUE_URL")?;
        Ok(Self(aws::queue(environment.clients()?, url)))
    }
}

impl FromEnvironment for Objects {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        let bucket = environment.require("CODES_BUCKET")?;
        Ok(aws::objects(environment.clients()?, bucket))
    }
}

impl FromEnvironment for Metrics {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        Ok(Self {
            system: environment.require("SYSTEM_NAME")?,
        })
    }
}

impl FromEnvironment for NewsTopic {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        let arn = environment.require("NOTIFICATIONS_TOPIC_ARN")?;
        Ok(Self(aws::topic(environment.clients()?, arn)))
    }
}

impl<A: FromEnvironment, B: FromEnvironment> FromEnvironment for (A, B) {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        Ok((
            A::from_environment(environment)?,
            B::from_environment(environment)?,
        ))
    }
}

impl<A: FromEnvironment, B: FromEnvironment, C: FromEnvironment> FromEnvironment for (A, B, C) {
    fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        Ok((
            A::from_environment(environment)?,
            B::from_environment(environment)?,
            C::from_environment(environment)?,
        ))
    }
}
