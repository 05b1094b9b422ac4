//! How far music goes down, and when, so that speech is understood: an envelope drawn from where speech is known to be, so that it can
//! neither pump nor come late. Knows nothing of samples' values.
