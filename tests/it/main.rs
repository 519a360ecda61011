//! The integration tests: the real program, against real sockets, with nothing of the machine's own
//! environment in it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod action;
mod answers;
mod aws_cli;
mod codes;
mod container;
mod container_images;
mod contradictions;
mod credentials;
mod deadline;
mod demo;
mod discovery;
mod docker;
mod docs;
mod emulators;
mod endpoints;
mod examples;
mod exchanged;
mod exec;
mod fails_open;
mod fall_through;
mod federation;
mod help;
mod house;
mod identity;
mod images;
mod login;
mod mfa;
mod moto;
mod namespace;
mod network;
mod output;
mod outputs;
mod packaging;
mod partitions;
mod picture;
mod pipelines;
mod precedence;
mod process;
mod process_expiration;
mod process_words;

mod registry;
mod renewal;
mod rig;
mod rig_selftest;
mod roles;
mod schema;
mod secrets;
mod sentences;
mod serve;
mod sso;
mod stage;
mod tools;
