# The container images. docs/container.md describes how to use and build them.
#
#   docker build -t account-guard .                       only the program
#   docker build -t account-guard:shell --target shell .  the program and a shell, for runners that need one
#
# The base images are named by tag, so that every build gets their fixes. A release pins each by digest
# without a change to this file: docker buildx build --build-context NAME:TAG=docker-image://NAME@DIGEST

# The tag is the version in rust-toolchain.toml. A test compares the two.
FROM rust:1.95.0-slim-bookworm AS build
# Links the C library statically. The target is the machine's own. It must be set, because without a target
# the flags would also apply to build scripts and procedural macros.
ENV CARGO_BUILD_TARGET=host-tuple \
    RUSTFLAGS="-C target-feature=+crt-static"
WORKDIR /build

# Compiles the dependencies in a layer that is reused until one of the two files changes. It compiles them for
# an empty library and not for a stub of the program, so that no image can contain a stub by mistake. A cache
# mount would be lost between the machines of a pipeline; a layer is kept.
COPY Cargo.toml Cargo.lock ./
RUN mkdir src \
    && touch src/lib.rs \
    && cargo build --release --locked --lib

# Cargo compares times, and a file of a checkout may be older than the empty library.
COPY src src
RUN touch src/lib.rs src/main.rs \
    && cargo build --release --locked --bin account-guard

# The root of the image: the program, the CA certificates of the base image, a user, a home and a place
# for the policy. The last command ends the build if the program is not static.
COPY LICENSE-APACHE LICENSE-MIT /image/usr/share/doc/account-guard/
RUN install -D target/*/release/account-guard /image/usr/local/bin/account-guard \
    && ln -s account-guard /image/usr/local/bin/docker-credential-account-guard \
    && install -D -m 644 /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt \
    && printf 'nonroot:x:65532:65532::/home/nonroot:/sbin/nologin\n' >/image/etc/passwd \
    && printf 'nonroot:x:65532:\n' >/image/etc/group \
    && install -d -o 65532 -g 65532 /image/home/nonroot \
    && install -d /image/work \
    && chroot --userspec=65532:65532 /image /usr/local/bin/account-guard --version

FROM debian:bookworm-slim AS shell
LABEL org.opencontainers.image.title="account-guard" \
    org.opencontainers.image.description="Proves, before a deploy, that its AWS credentials belong to the account that the environment allows; with a shell" \
    org.opencontainers.image.licenses="MIT OR Apache-2.0"
RUN useradd --uid 65532 --user-group --create-home nonroot
COPY --from=build /image/usr/local /usr/local
COPY --from=build /image/usr/share/doc/account-guard /usr/share/doc/account-guard
COPY --from=build /image/etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
ENV HOME=/home/nonroot
WORKDIR /work
USER 65532:65532

FROM scratch
LABEL org.opencontainers.image.title="account-guard" \
    org.opencontainers.image.description="Proves, before a deploy, that its AWS credentials belong to the account that the environment allows" \
    org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /image /
# HOME is the same for every user, so that the program finds a mounted ~/.aws.
ENV HOME=/home/nonroot PATH=/usr/local/bin
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/account-guard"]
