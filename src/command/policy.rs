//! The subcommands of `policy`.

pub mod lint;
