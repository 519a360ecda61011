# The container images. docs/container.md says how to use them, and how to build them.
#
#   docker build -t account-guard .                       the program and nothing else
#   docker build -t account-guard:shell --target shell .  the program beside a shell, for runners that need one
#
# The base images are named by tag, so that whoever builds here gets their fixes. A release names each by
# digest without a change to this file: docker buildx build --build-context NAME:TAG=docker-image://NAME@DIGEST

# The tag is the Rust of rust-toolchain.toml: a test holds the two together.
FROM rust:1.95.0-slim-bookworm AS build
# A static program: the C library is inside of it. The target is the machine's own, whichever that is; it
# has to be named, since otherwise the flags would be those of build scripts and procedural macros too.
ENV CARGO_BUILD_TARGET=host-tuple \
    RUSTFLAGS="-C target-feature=+crt-static"
WORKDIR /build

# The dependencies, in a layer that holds as long as the two files do. They are compiled for an empty
# library: no stub of the program ever exists, which an image could be made of by mistake. A cache mount
# would be lost between the machines of a pipeline, and a layer is not.
COPY Cargo.toml Cargo.lock ./
RUN mkdir src \
    && touch src/lib.rs \
    && cargo build --release --locked --lib

# Cargo goes by times, and a file of a checkout may be older than the empty library.
COPY src src
RUN touch src/lib.rs src/main.rs \
    && cargo build --release --locked --bin account-guard

# The root of the image: the program, the CA certificates of the base image, a user, a home and a place
# for the policy. What does not start in it, because it is not static, ends the build here.
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
# Whoever runs it as another user still finds a mounted ~/.aws.
ENV HOME=/home/nonroot PATH=/usr/local/bin
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/account-guard"]
