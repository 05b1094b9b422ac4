//! Marks stay on their pictures; labels stay inside.
