.PHONY: demo test oracles dialects cases lint fmt

# Needs Rust and a registry of crates.
demo:
	@echo "building account-guard: the first build takes some minutes and downloads crates"
	cargo build --locked --bin account-guard --example loopback_sts
	sh examples/demo.sh

# Needs Rust and a registry of crates; Python 3 with venv, openssl and a package index for moto.
# The integration tests run last, so that the last line of the output is their result.
test:
	@echo "the first run takes some minutes: it downloads crates, and moto for Python, and builds everything"
	tests/rigs.sh
	cargo build --locked --examples
	cargo test --locked --doc
	cargo test --locked --lib --bins --tests
	@tests/not-run.sh

# Run all tools in all set-ups (more than an hour), and record how the AWS CLI prints an identity (some minutes).
oracles:
	tests/oracles/install.sh
	tests/oracles/run.py
	tests/oracles/identity.py
	cargo build --locked
	tests/oracles/handed_over.py

# Compare the readers of shared files with the real parsers, on 100,000 generated pairs of files each.
dialects:
	tests/oracles/install.sh
	tests/dialects/install.sh
	tests/dialects/compare.sh 100000

# Run the program on configurations from public bug reports, in a network namespace.
cases:
	cargo build --locked
	tests/cases/run.py target/debug/account-guard

lint:
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings

fmt:
	cargo fmt
