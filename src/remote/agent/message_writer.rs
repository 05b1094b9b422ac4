//! Writes messages of several threads to the agent's output, one after the other.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError, TryLockError};

use crate::remote::capabilities::Capabilities;
use crate::remote::wire::{self, FromAgent, WireError};

/// The agent's output, shared by its threads.
pub struct MessageWriter<W> {
    output: Mutex<W>,
}

impl<W: Write> MessageWriter<W> {
    pub fn new(output: W) -> Self {
        Self { output: Mutex::new(output) }
    }

    /// Writes the preamble and the first message.
    pub fn send_capabilities(&self, capabilities: &Capabilities) -> Result<(), WireError> {
        let mut bytes = wire::preamble();
        wire::encode(&FromAgent::Hello(Box::new(capabilities.clone())), &[], &mut bytes)?;
        self.write(&bytes).map_err(|_| closed_output())
    }

    /// Writes a message. Waits while another thread writes.
    pub fn send_message(&self, message: &FromAgent, body: &[u8]) -> io::Result<()> {
        let mut bytes = Vec::new();
        wire::encode(message, body, &mut bytes).map_err(io::Error::other)?;
        self.write(&bytes)
    }

    /// Writes a message unless another thread is writing.
    pub fn send_if_free(&self, message: &FromAgent) -> io::Result<()> {
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

/// The error for an output that the client does not read any more.
pub fn closed_output() -> WireError {
    WireError::Message("nobody listens any more".to_owned())
}
