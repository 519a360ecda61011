//! Reads the environment, the files and the terminal of the user. Makes no decisions.

pub(crate) mod cli_input;
pub(crate) mod docker_request;
pub(crate) mod policy_file;
pub(crate) mod targets;
pub(crate) mod terminal;
pub(crate) mod variables;
pub(crate) mod world;
