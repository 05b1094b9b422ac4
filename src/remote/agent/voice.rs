//! The agent's output: messages of several threads, one after the other. Knows nothing of what they say.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError, TryLockError};

use crate::remote::hello::Hello;
use crate::remote::wire::{self, FromAgent, WireError};

/// Where messages go.
pub struct Voice<W> {
    output: Mutex<W>,
}

impl<W: Write> Voice<W> {
    pub fn new(output: W) -> Self {
        Self { output: Mutex::new(output) }
    }

    /// Says what this machine is.
    pub fn greet(&self, hello: &Hello) -> Result<(), WireError> {
        let mut bytes = wire::preamble();
        wire::encode(&FromAgent::Hello(Box::new(hello.clone())), &[], &mut bytes)?;
        self.write(&bytes).map_err(|_| super::unheard())
    }

    /// Says something.
    pub fn say(&self, message: &FromAgent, body: &[u8]) -> io::Result<()> {
        let mut bytes = Vec::new();
        wire::encode(message, body, &mut bytes).map_err(io::Error::other)?;
        self.write(&bytes)
    }

    /// Says something unless something else is being said.
    pub fn say_if_free(&self, message: &FromAgent) -> io::Result<()> {
        let mut bytes = Vec::new();
        wire::encode(message, &[], &mut bytes).map_err(io::Error::other)?;
        let mut output = match self.output.try_lock() {
            Ok(output) => output,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(()),
        };
        output.write_all(&bytes).and_then(|()| output.flush())
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        output.write_all(bytes).and_then(|()| output.flush())
    }
}
