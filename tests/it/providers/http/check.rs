//! What an engine behind HTTP does not answer as it must is said exactly, with what to do.

use hearth::providers::Provisioner as _;

use super::engine::Engine;
use super::instead;

const STATUS: &str = "GET /environments/hearth-check";
const LIST: &str = "GET /environments";

#[tokio::test]
async fn what_is_missing_is_said_with_what_to_do() {
    let engine = Engine::new().await;
    let definition = engine.order("x", "").definition;
    let check = async || engine.provider.check(&definition, &[]).await;
    assert_eq!(check().await, Vec::<String>::new());
    for (call, status, body, part) in [
        (STATUS, 401, "{}", "`status` does not accept the token"),
        (STATUS, 403, "{}", "the token may not"),
        (
            STATUS,
            200,
            r#"{"state":"ready"}"#,
            "`status` knows something that was never made",
        ),
        (STATUS, 500, "{}", "`status` cannot be asked"),
        (LIST, 404, "{}", "`list` is not there"),
        (
            LIST,
            200,
            r#"{"items":[]}"#,
            "`list` does not answer a list of `environments`",
        ),
    ] {
        if call == LIST {
            // Faults go by the beginning of a call, and this one begins both.
            engine.served.fault(STATUS, instead(404, b"{}"));
        }
        engine.served.fault(call, instead(status, body.as_bytes()));
        let said = check().await;
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains(part), "{said:?}");
    }
}
