//! Files: what is too large for a table, kept for some days under a name.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use crate::error::Failure;

/// What is known of a file without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// How long it is.
    pub size_bytes: u64,
    /// Stands for its content: another content has another mark.
    pub mark: String,
}

/// Part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first byte, from 0.
    pub from: u64,
    /// At most so many bytes; at least one.
    pub bytes: u64,
}

/// A link that lets whoever has it do one thing with one file, for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Write it.
    Upload,
    /// Read it.
    Download,
}

/// What a place for files can do.
#[async_trait]
pub trait Keep: Send + Sync {
    /// What is known of a file; none if there is none.
    async fn facts(&self, name: &str) -> Result<Option<Facts>, Failure>;

    /// Reads part of the file with this mark; none if there is no such file, or one with another content. A range must begin within
    /// the file, and is cut at its end.
    async fn read(&self, name: &str, mark: &str, range: Range) -> Result<Option<Vec<u8>>, Failure>;

    /// Writes a whole file, in the place of one that is there.
    async fn write(&self, name: &str, content: Vec<u8>) -> Result<(), Failure>;

    /// Deletes a file, if it is there.
    async fn delete(&self, name: &str) -> Result<(), Failure>;

    /// A link for one thing to do with a file, for so many seconds.
    async fn link(&self, errand: Errand, name: &str, seconds: u32) -> Result<String, Failure>;
}

/// A handle on the place where a function keeps its files.
#[derive(Clone)]
pub struct Objects(Arc<dyn Keep>);

impl Objects {
    /// A handle on `place`.
    pub fn new(place: impl Keep + 'static) -> Self {
        Self(Arc::new(place))
    }
}

impl std::ops::Deref for Objects {
    type Target = dyn Keep;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

#[async_trait]
impl<K: Keep + ?Sized> Keep for Arc<K> {
    async fn facts(&self, name: &str) -> Result<Option<Facts>, Failure> {
        (**self).facts(name).await
    }

    async fn read(&self, name: &str, mark: &str, range: Range) -> Result<Option<Vec<u8>>, Failure> {
        (**self).read(name, mark, range).await
    }

    async fn write(&self, name: &str, content: Vec<u8>) -> Result<(), Failure> {
        (**self).write(name, content).await
    }

    async fn delete(&self, name: &str) -> Result<(), Failure> {
        (**self).delete(name).await
    }

    async fn link(&self, errand: Errand, name: &str, seconds: u32) -> Result<String, Failure> {
        (**self).link(errand, name, seconds).await
    }
}

/// Files in memory, for tests.
#[derive(Default)]
pub struct InMemory(Mutex<BTreeMap<String, Kept>>);

#[derive(Clone)]
struct Kept {
    mark: String,
    content: Vec<u8>,
}

/// Another bucket with the same files.
impl Clone for InMemory {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.lock().clone()))
    }
}

impl InMemory {
    /// The content of a file.
    pub fn content(&self, name: &str) -> Option<Vec<u8>> {
        self.lock().get(name).map(|kept| kept.content.clone())
    }

    /// Every file's name, in order.
    pub fn names(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Keep for InMemory {
    async fn facts(&self, name: &str) -> Result<Option<Facts>, Failure> {
        Ok(self.lock().get(name).map(|kept| Facts {
            size_bytes: kept.content.len() as u64,
            mark: kept.mark.clone(),
        }))
    }

    async fn read(&self, name: &str, seen: &str, range: Range) -> Result<Option<Vec<u8>>, Failure> {
        let files = self.lock();
        let Some(kept) = files.get(name).filter(|kept| kept.mark == seen) else {
            return Ok(None);
        };
        let place = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let rest = kept.content.get(place(range.from)..).unwrap_or_default();
        if rest.is_empty() || range.bytes == 0 {
            return Err(Failure::broken("a range holds nothing of the file"));
        }
        Ok(Some(
            rest.iter().take(place(range.bytes)).copied().collect(),
        ))
    }

    async fn write(&self, name: &str, content: Vec<u8>) -> Result<(), Failure> {
        let mark = data_encoding::HEXLOWER.encode(&Sha256::digest(&content));
        self.lock().insert(name.to_owned(), Kept { mark, content });
        Ok(())
    }

    async fn delete(&self, name: &str) -> Result<(), Failure> {
        self.lock().remove(name);
        Ok(())
    }

    async fn link(&self, errand: Errand, name: &str, seconds: u32) -> Result<String, Failure> {
        let errand = match errand {
            Errand::Upload => "upload",
            Errand::Download => "download",
        };
        Ok(format!(
            "https://files.invalid/{name}?{errand}&seconds={seconds}"
        ))
    }
}
