//! What is missing at GitHub is said exactly, with what to do, and never with the token.

use hearth::providers::Provisioner as _;

use super::forge::Forge;
use super::instead;

const REPOSITORY: &str = "GET /repos/sonsic/player";
const WORKFLOW: &str = "GET /repos/sonsic/player/actions/workflows/preview.yml";

#[tokio::test]
async fn what_is_missing_is_said_with_what_to_do() {
    let forge = Forge::new().await;
    let definition = forge.order("x", 0).definition;
    let check = async || forge.provider.check(&definition, &[]).await;
    assert_eq!(check().await, Vec::<String>::new());
    for (call, status, body, part) in [
        (REPOSITORY, 401, "{}", "does not accept the token"),
        (
            REPOSITORY,
            404,
            "{}",
            "does not see the repository sonsic/player",
        ),
        (WORKFLOW, 404, "{}", "there is no workflow preview.yml"),
        (WORKFLOW, 403, "{}", "give it the right Actions"),
        (
            WORKFLOW,
            200,
            r#"{"state":"disabled_manually"}"#,
            "is disabled_manually: enable it",
        ),
        (
            "GET /repos/sonsic/player/deployments",
            403,
            "{}",
            "lacks the right Deployments",
        ),
        (
            "GET /repos/sonsic/player/environments",
            403,
            "{}",
            "lacks the right Environments",
        ),
    ] {
        forge.served.fault(call, instead(status, body.as_bytes()));
        let said = check().await;
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains(part), "{said:?}");
        assert!(!said[0].contains("open-sesame"), "{said:?}");
    }
    assert_eq!(check().await, Vec::<String>::new());
}
