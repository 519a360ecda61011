//! The images of the Dockerfile, run as a pipeline runs them: by podman with runc, in a namespace in which
//! STS's own name leads to moto. `tests/image.sh` builds them, on base images that are stand-ins: Debian's
//! own packages and this machine's Rust under the real names.

mod credentials;
mod dns;
mod docs;
mod engine;
mod files;
mod program_image;
mod shell_image;
