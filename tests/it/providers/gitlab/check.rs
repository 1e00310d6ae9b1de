//! What is missing at GitLab is said exactly, with what to do, and never with the token.

use hearth::providers::Provisioner as _;

use super::forge::Forge;
use super::instead;

const PROJECT: &str = "GET /api/v4/projects/sonsic%2Fplayer";

#[tokio::test]
async fn what_is_missing_is_said_with_what_to_do() {
    let forge = Forge::new().await;
    let definition = forge.order("x", 0).definition;
    let check = async || forge.provider.check(&definition, &[]).await;
    assert_eq!(check().await, Vec::<String>::new());
    let commit = format!("{PROJECT}/repository/commits/main");
    for (call, status, part) in [
        (PROJECT, 401, "does not accept the token"),
        (PROJECT, 403, "lacks the scope `api`"),
        (PROJECT, 404, "does not see the project sonsic/player"),
        (&commit, 404, "has no branch or tag main"),
    ] {
        forge.served.fault(call, instead(status, b"{}"));
        let said = check().await;
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains(part), "{said:?}");
        assert!(!said[0].contains("open-sesame"), "{said:?}");
    }
    let low = br#"{"permissions":{"project_access":{"access_level":20},"group_access":null},
        "builds_access_level":"disabled","environments_access_level":"disabled"}"#;
    // It is looked at twice: whether it is there, and what it says.
    forge.served.fault(PROJECT, instead(200, low));
    forge.served.fault(PROJECT, instead(200, low));
    let said = check().await.join("\n");
    for part in [
        "role in sonsic/player is too low",
        "pipelines are switched off",
        "environments are switched off",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}
