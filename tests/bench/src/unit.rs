//! What figures count, and which of them are the same on every machine.

use serde::Serialize;

/// What a figure counts.
#[allow(
    dead_code,
    reason = "a vocabulary: not every word is spoken at every time"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Requests to a service.
    Requests,
    /// DynamoDB write units.
    WriteUnits,
    /// DynamoDB read units.
    ReadUnits,
    /// The size of a file, in millions of bytes.
    Megabytes,
    /// What happened in a second of a simulation's clock, which depends on no machine.
    PerSimulatedSecond,
    /// Instructions of a processor.
    Instructions,
    /// Memory of a process, in millions of bytes.
    MegabytesOfMemory,
    /// A time.
    Milliseconds,
    /// A short time.
    Microseconds,
    /// What happened in a second.
    PerSecond,
    /// Dollars for a million of them.
    DollarsPerMillion,
}

impl Unit {
    /// Whether a figure is the same on every machine, so that its budget binds.
    pub fn is_count(self) -> bool {
        match self {
            Self::Requests
            | Self::WriteUnits
            | Self::ReadUnits
            | Self::Megabytes
            | Self::PerSimulatedSecond => true,
            Self::Instructions
            | Self::MegabytesOfMemory
            | Self::Milliseconds
            | Self::Microseconds
            | Self::PerSecond
            | Self::DollarsPerMillion => false,
        }
    }

    /// As a reader wants it behind a figure.
    pub fn short(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::WriteUnits => "write units",
            Self::ReadUnits => "read units",
            Self::Megabytes => "MB",
            Self::PerSimulatedSecond => "per simulated s",
            Self::Instructions => "instructions",
            Self::MegabytesOfMemory => "MB of memory",
            Self::Milliseconds => "ms",
            Self::Microseconds => "µs",
            Self::PerSecond => "per s",
            Self::DollarsPerMillion => "$ per million",
        }
    }
}
