//! Any sample rate to 48 kHz.
