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
mod aws_cli;
mod check_with_moto;
mod container_images;
mod credential_answers;
mod credential_process;
mod credentials;
mod deadline;
mod demo;
mod docker_credential;
mod docs;
mod emulators;
mod endpoints;
mod error_codes;
mod examples;
mod exec;
mod fail_open;
mod federation;
mod house;
mod identity;
mod image_targets;
mod login_session;
mod metadata_services;
mod mfa;
mod network;
mod output;
mod packaging;
mod partitions;
mod pipelines;
mod policy_discovery;
mod precedence;
mod real_addresses;
mod sts_answers;

mod assumed_roles;
mod image_pushes;
mod rig;
mod rig_tests;
mod schema;
mod secrets;
mod serve;
mod session_renewal;
mod sso;
mod tools;
