//! One list of what the server answers, and whom.

use crate::lexer::{Kind, pieces};
use crate::nothing_of;
use crate::sources::{Source, all};

/// Where the list stands.
const LIST: &str = "sync-server/src/routes.rs";

/// What makes an address answer.
const OPENS: &[&str] = &[".route(", ".route_service(", ".nest(", ".nest_service("];

fn rule(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces(&source.text).iter().filter(|piece| piece.kind == Kind::Code) {
        for (line, text) in (piece.line..).zip(piece.text.lines()) {
            if OPENS.iter().any(|opens| text.contains(opens)) {
                found.push(format!("{}:{line}: what the server answers stands in {LIST}", source.path));
            }
        }
    }
    found
}

#[test]
fn what_the_server_answers_stands_in_one_list() {
    let files = all(&[".rs"]);
    let list = files.iter().find(|file| file.path == LIST).expect("the list");
    // One place makes a route of each row.
    assert!(!rule(list).is_empty());
    let others = files.iter().filter(|file| file.is_in(&["sync-server/src/"]) && file.path != LIST);
    nothing_of(others.flat_map(rule).collect());
}

#[test]
fn a_route_elsewhere_is_found() {
    let check = |text: &str, count: usize| {
        assert_eq!(rule(&Source::example("sync-server/src/x.rs", text)).len(), count, "{text}");
    };
    check("Router::new()\n    .route(\"/v1/all\", get(all))", 1);
    check("Router::new().nest(\"/v2\", others)", 1);
    check("let route = route_of(till);", 0);
    check("// .route(\"/v1/all\", get(all))", 0);
}
