//! A look-ahead true-peak limiter.
