//! How loud sound is (ITU-R BS.1770), and one sentence brought to a given loudness.

/// How loud a piece of sound is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loudness {
    /// Integrated loudness in LUFS; `None` for silence (nothing above the −70 LUFS gate).
    pub integrated: Option<f64>,
    /// True peak in dBTP; −∞ for digital silence.
    pub true_peak: f64,
}
