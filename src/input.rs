//! Reads the user's world: the environment, files and the terminal. Decides nothing.

pub(crate) mod cli_input;
pub(crate) mod docker_request;
pub(crate) mod policy_file;
pub(crate) mod targets;
pub(crate) mod terminal;
pub(crate) mod variables;
pub(crate) mod world;
