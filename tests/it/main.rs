//! The integration tests: they run the real program against real sockets, in an environment that contains
//! only the variables and files of the test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

// Verdicts: each allowed, denied and unknown result of `check`, and the choices that lead to it.
mod check_with_moto;
mod deadline;
mod fail_open;
mod image_targets;
mod policy_discovery;
mod precedence;
mod tools;

// Requests to STS: they reach AWS or the listed emulator only, and an answer is verified before it counts.
mod emulators;
mod endpoints;
mod network;
mod partitions;
mod real_addresses;
mod sts_answers;

// Sources of credentials: each is used as its tools use it, and an error never selects another source.
mod assumed_roles;
mod credential_answers;
mod credential_process;
mod federation;
mod login_session;
mod metadata_services;
mod mfa;
mod session_renewal;
mod sso;

// Commands besides `check`: they give credentials to other programs only after a verdict.
mod credentials;
mod docker_credential;
mod exec;
mod identity;
mod serve;

// Output: people read it, programs parse it, and it must not contain secrets.
mod contradictions;
mod help;
mod output;
mod schema;
mod secrets;

// Real tools around the program: these tests find differences that servers of our own would hide.
mod action;
mod aws_cli;
mod container_images;
mod examples;
mod image_pushes;
mod packaging;
mod pipelines;

// Documentation and structure: a test fails when a page, a module or a test file breaks its rules.
mod docs;
mod error_codes;
mod house;
mod test_layout;

// Rigs: the servers and runners that the tests above use, and the tests of the rigs themselves.
mod demo;
mod rig;
mod rig_tests;
