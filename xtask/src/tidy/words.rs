//! What no commit may name: hosts of package registries and their mirrors, and paths of the
//! machine it was written on.

use super::{Finding, Tree, matching_lines};

pub fn no_commit_names_a_machine_or_registry(tree: &Tree) -> Vec<Finding> {
    // Written in halves, so that this file doesn't name them either.
    let hosts: Vec<String> = [
        ("registry.npm", "js.org"),
        ("static.crates", ".io"),
        ("index.crates", ".io"),
        ("arti", "factory"),
        ("files.python", "hosted.org"),
        ("proxy.gol", "ang.org"),
        ("deb.deb", "ian.org"),
    ]
    .map(|(a, b)| format!("{a}{b}"))
    .to_vec();
    let machine: Vec<String> = [("/wo", "rk/"), ("/ro", "ot/"), ("/ho", "me/")]
        .map(|(a, b)| format!("{a}{b}"))
        .to_vec();
    let mut findings = Vec::new();
    for (path, text) in tree.files() {
        let registry = "names a package registry's host; expected names of packages only";
        findings.extend(matching_lines(path, text, registry, |line| {
            hosts.iter().any(|host| line.contains(host.as_str()))
        }));
        let place = "names a path of one machine; expected a path relative to the checkout";
        findings.extend(matching_lines(path, text, place, |line| {
            machine.iter().any(|start| {
                line.match_indices(start.as_str()).any(|(at, _)| {
                    // A folder of that name inside the project is fine; the root of a machine is not.
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-*".contains(c))
                })
            })
        }));
    }
    findings
}
