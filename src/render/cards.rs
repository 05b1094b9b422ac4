//! Cards: titles, lists, quotes and other content made of text, laid out for frames of any shape, above the place of
//! captions.

pub(super) mod area;
mod end;
mod exits;
mod layout;
mod list;
mod logo;
mod lower;
mod media;
mod panel;
mod qr;
mod quote;
mod statement;
mod table;
mod title;

pub(crate) use layout::CardLayout;
