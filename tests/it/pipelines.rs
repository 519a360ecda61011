//! The Action and the examples of pipelines, run by the real tools: `tests/pipelines.sh` installs those.

mod act;
