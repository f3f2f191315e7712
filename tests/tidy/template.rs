//! The functions as `template.yaml` has them. It is written in one style, a line for each thing, so lines are enough to read it.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::{between, identifier, read};

/// A function of the template.
pub struct Function {
    /// Its logical id.
    pub logical_id: String,
    /// Its binary.
    pub binary: String,
    /// The method and path it answers, if it answers HTTP.
    pub route: Option<String>,
    /// The environment variables it alone is given.
    pub variables: BTreeSet<String>,
    /// Its name, behind that of the stack.
    pub name: String,
}

/// All functions, by binary.
pub fn functions() -> BTreeMap<String, Function> {
    let blocks = blocks();
    let functions = blocks
        .iter()
        .filter(|(_, block)| block.contains("Type: AWS::Serverless::Function"));
    functions
        .map(|(logical_id, block)| {
            let function = Function::read(logical_id, block);
            (function.binary.clone(), function)
        })
        .collect()
}

/// The resources: what is indented by two spaces, with everything that is indented further.
fn blocks() -> Vec<(String, String)> {
    let template = read("template.yaml");
    let (_, resources) = template.split_once("\nResources:\n").expect("resources");
    let mut blocks: Vec<(String, String)> = Vec::new();
    for line in resources.lines() {
        let is_key = line.starts_with("  ") && !line[2..].starts_with([' ', '#']);
        if is_key {
            blocks.push((identifier(line.trim()).to_owned(), String::new()));
        } else if let Some((_, block)) = blocks.last_mut() {
            block.push_str(line);
            block.push('\n');
        }
    }
    blocks
}

impl Function {
    fn read(logical_id: &str, block: &str) -> Self {
        let binary = between(block, "Binary: ", "}").unwrap_or_default();
        let name =
            between(block, "FunctionName: !Sub ${AWS::StackName}-", "\n").unwrap_or_default();
        Self {
            logical_id: logical_id.to_owned(),
            binary: binary.to_owned(),
            route: route(block),
            variables: variables(block),
            name: name.to_owned(),
        }
    }
}

fn route(block: &str) -> Option<String> {
    let method = between(block, " Method: ", ",")?;
    let path = match between(block, " Path: \"", "\"") {
        Some(quoted) => quoted,
        None => between(block, " Path: ", "}")?,
    };
    Some(format!("{method} {path}"))
}

fn variables(block: &str) -> BTreeSet<String> {
    let Some((_, rest)) = block.split_once("        Variables:\n") else {
        return BTreeSet::new();
    };
    let given = rest
        .lines()
        .take_while(|line| line.starts_with("          "));
    given
        .map(|line| identifier(line.trim()).to_owned())
        .collect()
}
