//! Who may depend on whom among our own crates, and what a function is never built with.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde::Deserialize;

use crate::contract_faults::repository;

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
    /// Only our own crates have one.
    path: Option<String>,
}

impl Package {
    fn is_function(&self) -> bool {
        self.manifest_path.contains("/functions/")
    }

    /// What it is built with, tests aside.
    fn built_with(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies
            .iter()
            .filter(|dependency| dependency.kind.as_deref() != Some("dev"))
    }

    fn of_ours(&self) -> BTreeSet<&str> {
        let ours = self.built_with().filter(|dependency| dependency.path.is_some());
        ours.map(|dependency| dependency.name.as_str()).collect()
    }
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--locked", "--offline"])
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The workspace's packages by name.
fn packages() -> BTreeMap<String, Package> {
    let metadata: Metadata = serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--no-deps"])).unwrap();
    metadata
        .packages
        .into_iter()
        .map(|package| (package.name.clone(), package))
        .collect()
}

#[test]
fn a_function_depends_on_no_other_function() {
    let packages = packages();
    let functions: BTreeSet<&str> = packages
        .values()
        .filter(|package| package.is_function())
        .map(|package| package.name.as_str())
        .collect();
    assert_eq!(functions.len(), 10);
    for function in &functions {
        let others: Vec<_> = packages[*function].of_ours().intersection(&functions).copied().collect();
        assert!(
            others.is_empty(),
            "{function} depends on {others:?}: what they share belongs into shared/"
        );
    }
}

#[test]
fn dependencies_point_one_way() {
    let packages = packages();
    // A crate and all of our crates that it may be built with.
    for (name, allowed) in [
        ("domain", &[][..]),
        ("workday", &[]),
        ("heymilo", &[]),
        ("identity", &[]),
        ("store", &["domain"]),
        ("lambda-kit", &["domain"]),
        ("keys", &["domain", "lambda-kit"]),
        ("web", &["keys"]),
        ("letters", &["domain"]),
        ("report", &["heymilo"]),
        ("mail", &["domain", "lambda-kit", "letters", "store"]),
        ("work", &["domain", "lambda-kit", "store"]),
        ("vendors", &["domain", "heymilo", "keys", "lambda-kit", "store", "work", "workday"]),
        (
            "admin",
            &[
                "domain",
                "heymilo",
                "identity",
                "keys",
                "lambda-kit",
                "store",
                "vendors",
                "work",
                "workday",
            ],
        ),
        ("testkit", &[]),
        ("drive", &[]),
        ("tour", &["drive"]),
        (
            "surroundings",
            &[
                "domain",
                "heymilo-stand-in",
                "keys",
                "lambda-kit",
                "store",
                "testkit",
                "work",
                "workday-stand-in",
            ],
        ),
        ("workday-stand-in", &[]),
        ("heymilo-stand-in", &[]),
    ] {
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        let excess: Vec<_> = packages[name].of_ours().difference(&allowed).copied().collect();
        assert!(excess.is_empty(), "{name} must know nothing of {excess:?}");
    }
}

#[test]
fn no_function_sees_a_vendors_client_or_its_errors() {
    for package in packages().values().filter(|package| package.is_function()) {
        let seen: Vec<_> = package
            .of_ours()
            .intersection(&BTreeSet::from(["workday", "heymilo"]))
            .copied()
            .collect();
        assert!(seen.is_empty(), "{} depends on {seen:?}: ask through shared/vendors", package.name);
    }
}

#[test]
fn a_client_and_the_stand_in_that_judges_it_share_nothing() {
    let packages = packages();
    for name in ["workday", "heymilo", "workday-stand-in", "heymilo-stand-in"] {
        let ours: Vec<_> = packages[name]
            .dependencies
            .iter()
            .filter(|dependency| dependency.path.is_some())
            .collect();
        assert!(
            ours.is_empty(),
            "{name}: {:?}",
            ours.iter().map(|dependency| &dependency.name).collect::<Vec<_>>()
        );
    }
}

#[test]
fn the_rules_and_the_words_do_no_input_or_output() {
    let packages = packages();
    for crate_name in ["domain", "letters", "report"] {
        for dependency in packages[crate_name].built_with() {
            let name = dependency.name.as_str();
            let does_io = ["aws", "lambda", "reqwest", "hyper", "tokio", "axum", "tracing"]
                .iter()
                .any(|word| name.starts_with(word));
            // What `report` reads of HeyMilo is its model, which comes in one crate with the client.
            assert!(!does_io, "{crate_name} depends on {name}");
        }
    }
}

#[test]
fn a_shared_crate_is_judged_by_an_arrow_of_its_own() {
    let judged = include_str!("dependencies.rs");
    for package in packages().values().filter(|package| package.manifest_path.contains("/shared/")) {
        assert!(
            judged.contains(&format!("(\"{}\", &[", package.name))
                || judged.contains(&format!("            \"{}\",\n            &[", package.name)),
            "say in dependencies_point_one_way what {} may know",
            package.name
        );
    }
}

#[test]
fn each_outside_service_has_one_owner() {
    let packages = packages();
    for (service, owners) in [
        ("aws-sdk-dynamodb", &["store", "testkit"][..]),
        ("aws-sdk-sesv2", &["mail"]),
        ("aws-sdk-secretsmanager", &["lambda-kit", "testkit"]),
        ("aws-sdk-sqs", &["lambda-kit", "local", "testkit"]),
        (
            "reqwest",
            &[
                "workday",
                "heymilo",
                "identity",
                "lambda-kit",
                "heymilo-stand-in",
                "drive",
                "surroundings",
            ],
        ),
    ] {
        let uses = |package: &&Package| package.built_with().any(|dependency| dependency.name == service);
        for package in packages.values().filter(uses) {
            assert!(
                owners.contains(&package.name.as_str()),
                "{} uses {service}; its owners are {owners:?}",
                package.name
            );
        }
    }
}

/// Features add up over a whole workspace, so the functions are resolved alone, as they are deployed.
#[test]
fn functions_are_built_with_one_tls_stack_and_nothing_made_for_tests() {
    let packages = packages();
    let mut arguments = vec!["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}"];
    for package in packages.values().filter(|package| package.is_function()) {
        arguments.extend(["--package", &package.name]);
    }
    let tree = cargo(&arguments);
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in tree.lines() {
        let mut words = line.split(' ');
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            versions.entry(name).or_default().insert(version);
        }
    }
    for single in ["rustls", "ring", "hyper", "h2", "http", "aws-smithy-runtime", "reqwest"] {
        assert_eq!(versions.get(single).map(BTreeSet::len), Some(1), "versions of {single}");
    }
    for unwanted in [
        "aws-config",
        "aws-lc-rs",
        "aws-lc-sys",
        "drive",
        "dynoxide-rs",
        "heymilo-stand-in",
        "libsqlite3-sys",
        "local",
        "native-tls",
        "openssl",
        "rusqlite",
        "surroundings",
        "testkit",
        "winterbaume-core",
        "workday-stand-in",
    ] {
        assert!(!versions.contains_key(unwanted), "a function is built with {unwanted}");
    }
}

/// The dependencies that a build compiles, each with its features.
fn compiled(selection: &[&str]) -> BTreeSet<String> {
    let arguments = ["tree", "--prefix", "none", "--format", "{p} [{f}]"];
    let tree = cargo(&[&arguments, selection].concat());
    let lines = tree.lines().map(|line| line.trim_end_matches(" (*)"));
    lines
        .filter(|line| !line.contains("(/") && !line.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_local_run_and_the_tests_build_every_dependency_alike() {
    let local = compiled(&["--package", "local", "--edges", "normal,build"]);
    // What `local -- tour` builds.
    let tour = compiled(&["--package", "local", "--package", "tour", "--edges", "normal,build"]);
    let tests = compiled(&["--workspace", "--edges", "normal,build,dev"]);
    let for_the_tour: Vec<_> = local.difference(&tour).collect();
    assert!(
        for_the_tour.is_empty(),
        "`local -- tour` would build these a second time: {for_the_tour:#?}"
    );
    let built_twice: Vec<_> = tour.difference(&tests).collect();
    assert!(
        built_twice.is_empty(),
        "a newcomer's commands would build these and all that use them twice; see shared/testkit/Cargo.toml: {built_twice:#?}"
    );
}
