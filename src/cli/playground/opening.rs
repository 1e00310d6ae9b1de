//! What the residents have done before anybody opens the page: something runs, and can be replaced.

use std::time::Duration;

use hearth::playground::{Answer, Handle, Message};

use crate::cli::say;

/// Who deploys.
const WHO: &str = "tom";
/// Where one types it and reads how it ended.
const CHANNEL: &str = "deployments";
/// What they type.
const LINE: &str = "/deploy service:player stage:staging revision:v1.0.0";
/// How long it may take; usually it is less than two seconds.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// Deploys for real, as people do. The playground is of use without it, so that a failure is only told.
pub async fn deploy(handle: &Handle) {
    say("  deploying player v1.0.0 to staging, so that there is something to replace …");
    let failure = match tokio::time::timeout(WAIT_MAX, deployed(handle)).await {
        Ok(Ok(())) => return,
        Ok(Err(failure)) => failure,
        Err(_) => format!("it has not ended after {} s", WAIT_MAX.as_secs()),
    };
    say(&format!(
        "  that did not work, so nothing runs on staging yet: {failure}"
    ));
}

async fn deployed(handle: &Handle) -> Result<(), String> {
    // Connected does not mean yet that the commands are there.
    handle
        .until("/deploy can be typed", |state| {
            let mut commands = state.commands().into_iter();
            commands.any(|command| command["name"] == "deploy")
        })
        .await;
    let typed = handle.slash(WHO, CHANNEL, LINE)?;
    if let Answer::Message(said) = typed.answer().await
        && said.private_to.is_some()
    {
        return Err(said.text);
    }
    let mut end = None;
    handle
        .until("the deployment has ended", |state| {
            end = state.messages(CHANNEL).into_iter().find(is_result);
            end.is_some()
        })
        .await;
    match end {
        Some(result) if !result.text.contains(" runs on ") => Err(result.text),
        _ => Ok(()),
    }
}

/// The one message that calls whoever asked is the one that says how it ended.
fn is_result(message: &Message) -> bool {
    message.pinged.iter().any(|called| called == WHO)
}
