//! How many instructions an invocation takes, as valgrind counts them: the same on every run of one binary.
//!
//! A program is run twice, with few and with many invocations; the difference is theirs alone.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::lambda::Program;
use crate::report::{Row, Unit};
use crate::setting::Setting;
use crate::stage::{Stage, wallet_event};

const FEW: u32 = 10;
const MANY: u32 = 60;

/// The instructions of an invocation of each function.
pub async fn rows(setting: &Setting, stage: &Stage) -> Result<Vec<Row>> {
    let version = Command::new("valgrind").arg("--version").output();
    version.context("valgrind cannot be run")?;
    let mut rows = Vec::new();
    for name in ["wallet-show", "purchases-buy"] {
        let program = counted(stage.function(setting, name));
        let few = run(setting, stage, &program, FEW).await?;
        let many = run(setting, stage, &program, MANY).await?;
        let each = many.saturating_sub(few) / u64::from(MANY - FEW);
        #[expect(clippy::cast_precision_loss, reason = "a count to be read by people")]
        let each = each as f64;
        rows.push(Row::new(
            format!("{name}: an invocation"),
            each,
            Unit::Instructions,
        ));
    }
    Ok(rows)
}

/// The program under valgrind.
fn counted(program: Program) -> Program {
    let own = program.path.display().to_string();
    Program {
        path: "valgrind".into(),
        arguments: ["--tool=callgrind", "--callgrind-out-file=/dev/null", &own]
            .map(str::to_owned)
            .to_vec(),
        ..program
    }
}

/// All instructions of a run with so many invocations.
async fn run(setting: &Setting, stage: &Stage, program: &Program, times: u32) -> Result<u64> {
    let log = setting.log("valgrind");
    let mut function = program.start(&log).await?;
    for _ in 0..times {
        let event = match program.name {
            "wallet-show" => wallet_event()?,
            _ => stage.purchase_event()?,
        };
        function.invoke(event).await?;
    }
    function.end_gently()?;
    let said =
        fs::read_to_string(&log).with_context(|| format!("cannot read {}", log.display()))?;
    let count = said
        .lines()
        .find_map(|line| line.split("Collected :").nth(1));
    let count = count.with_context(|| format!("valgrind said no count; read {}", log.display()))?;
    Ok(count.trim().parse()?)
}
