//! The sample events.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A sample event.
#[derive(Clone)]
pub struct Event {
    /// The function it is for: the name of its folder.
    pub function: String,
    /// What it is an example of: the name of its file without the extension.
    pub name: String,
    /// What Lambda would deliver.
    pub json: Value,
}

impl Event {
    /// The sample with this name.
    pub fn load(function: &str, name: &str) -> Self {
        let path = folder().join(function).join(format!("{name}.json"));
        let text = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
        let json = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{} is not JSON: {error}", path.display()));
        Self {
            function: function.to_owned(),
            name: name.to_owned(),
            json,
        }
    }

    /// Where it is, for messages.
    pub fn path(&self) -> String {
        format!("events/{}/{}.json", self.function, self.name)
    }

    /// The code of the refusal it is an example of, such as `QUOTE_EXPIRED`.
    pub fn refusal(&self) -> Option<String> {
        let code = self.name.strip_prefix("refused-")?;
        Some(code.to_uppercase().replace('-', "_"))
    }

    /// The same with another value at `pointer` (RFC 6901), which must be there.
    pub fn with(mut self, pointer: &str, value: impl Into<Value>) -> Self {
        let place = self.json.pointer_mut(pointer);
        *place.unwrap_or_else(|| panic!("the event has nothing at {pointer}")) = value.into();
        self
    }

    /// The same with another body.
    pub fn with_body(self, body: &Value) -> Self {
        self.with("/body", body.to_string())
    }

    /// Its body.
    pub fn body(&self) -> Value {
        let body = self.json["body"].as_str().expect("a body");
        serde_json::from_str(body).expect("a body of JSON")
    }
}

/// Every sample event, by function and name.
pub fn all() -> Vec<Event> {
    let mut events = Vec::new();
    for folder in entries(&folder()) {
        let function = name(&folder);
        for file in entries(&folder) {
            events.push(Event::load(&function, &name(&file)));
        }
    }
    events
}

/// The samples with this name.
pub fn named(name: &str) -> Vec<Event> {
    let mut events = all();
    events.retain(|event| event.name == name);
    events
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../events")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = read.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    let stem = path.file_stem().expect("a name");
    stem.to_string_lossy().into_owned()
}
