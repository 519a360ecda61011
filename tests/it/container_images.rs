//! Tests of the images of the Dockerfile, as a pipeline runs them: with podman and runc, in a
//! network namespace in which the host name of STS resolves to moto. `tests/image.sh` builds the
//! images on stand-ins for the base images: Debian packages and the Rust of this machine, under the
//! real names.

mod credentials;
mod dns;
mod docs;
mod engine;
mod files;
mod program_image;
mod shell_image;
