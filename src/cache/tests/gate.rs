//! A gate in the cache's door: it counts and records what is done, and shuts at the operation it was told.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;

use crate::cache::disk::FileOp;

/// What happens at the chosen operation.
#[derive(Clone, Copy, Debug)]
pub enum Then {
    /// It fails with this error of the system, and all others go ahead.
    Fails(i32),
    /// It and all later ones fail: the process died there.
    Freezes,
}

/// Looks at the cache's folder just before an operation.
type Look = Box<dyn Fn(FileOp) + Send + Sync>;

#[derive(Default)]
pub struct Gate {
    state: Mutex<State>,
    look: Option<Look>,
}

#[derive(Default)]
struct State {
    done: Vec<(FileOp, PathBuf)>,
    shut: Option<(usize, Then)>,
}

impl Gate {
    pub fn looked_at(look: Look) -> Arc<Self> {
        Arc::new(Self { look: Some(look), state: Mutex::default() })
    }

    /// Shuts at the `n`-th operation, counted from 0.
    pub fn shut_at(n: usize, then: Then) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(State { shut: Some((n, then)), ..State::default() }), look: None })
    }

    pub fn done(&self) -> Vec<(FileOp, PathBuf)> {
        self.state.lock().unwrap().done.clone()
    }

    pub fn ask(&self, op: FileOp, path: &Path) -> io::Result<()> {
        if let Some(look) = &self.look {
            look(op);
        }
        let mut state = self.state.lock().unwrap();
        let n = state.done.len();
        state.done.push((op, path.to_owned()));
        match state.shut {
            Some((at, Then::Fails(errno))) if n == at => Err(io::Error::from_raw_os_error(errno)),
            Some((at, Then::Freezes)) if n >= at => Err(io::Error::other("the process is dead")),
            _ => Ok(()),
        }
    }
}
