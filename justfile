# Short names for the commands of every day. `just ci` is what a change must pass.

default:
    @just --list

# Formats the code.
fmt:
    cargo fmt --all

# Refuses unformatted code and every warning.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# Runs every test; nothing needs to be installed or running.
test:
    cargo test --workspace

# Builds the Lambda binaries for arm64 (needs cargo-lambda).
build:
    cargo lambda build --release --arm64

# Checks the dependencies: one TLS stack, who may use which SDK, licences, sources (needs cargo-deny).
deny:
    cargo deny check bans licenses sources

# Refuses dependencies that nothing uses (needs cargo-shear).
shear:
    cargo shear --locked --deny-warnings

# Checks the template (needs cfn-lint and the SAM CLI).
validate:
    cfn-lint template.yaml
    sam validate --lint

# Judges the bodies that the tests exchanged by the vendors' schemas (needs xmllint; see README, Contract check).
contract:
    cargo run -p flow-tests --bin contract-check

# The main job, unattended, over real HTTP.
tour:
    cargo run -p local -- tour

# Everything at once.
ci:
    .ci/run
