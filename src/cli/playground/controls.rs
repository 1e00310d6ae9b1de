//! The page's buttons: move the clock, let colleagues do something. What they do is done as people would.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hearth::domain::calendar;
use hearth::domain::time::hours;
use hearth::playground::{Answer, Control, Interaction, Message, Run};

use super::{Scene, Stage};

/// How long a button waits for what it set off.
const SETTLE_MAX: Duration = Duration::from_secs(20);
/// The clock moves by this much at a time.
const STEP: Duration = hours(12);
/// Who is asked by the example's survey.
const AUDIENCE: &str = "Developer";
/// Where it asks.
const SURVEY_CHANNEL: &str = "platform";
/// Whoever looks at the page is most likely her, and answers for themselves.
const VIEWER: &str = "mira";
/// What the others think, in turn: mostly satisfied, as people usually are.
const POINTS: [&str; 7] = ["6", "7", "5", "6", "4", "7", "3"];
/// What a colleague deploys, in turn: all of them work.
const REVISIONS: [&str; 3] = ["v1.1.0", "v1.2.0", "v1.0.0"];

/// All buttons.
pub fn controls(stage: &Stage) -> Vec<Control> {
    let clock = |id: &str, label: &str, hint: &str, by: Duration| {
        let stage = Arc::clone(stage);
        let run: Run = Arc::new(move || {
            let stage = Arc::clone(&stage);
            Box::pin(async move { move_clock(scene(&stage)?, by).await })
        });
        Control {
            id: id.to_owned(),
            label: label.to_owned(),
            hint: hint.to_owned(),
            run,
        }
    };
    let others: Run = {
        let stage = Arc::clone(stage);
        Arc::new(move || {
            let stage = Arc::clone(&stage);
            Box::pin(async move { let_others_answer(scene(&stage)?).await })
        })
    };
    let deploy: Run = {
        let stage = Arc::clone(stage);
        Arc::new(move || {
            let stage = Arc::clone(&stage);
            Box::pin(async move { let_somebody_deploy(scene(&stage)?).await })
        })
    };
    let control = |id: &str, label: &str, hint: &str, run: Run| Control {
        id: id.to_owned(),
        label: label.to_owned(),
        hint: hint.to_owned(),
        run,
    };
    vec![
        clock(
            "hour",
            "+1 hour",
            "Moves the clock of Hearth and of this server: warnings before an environment ends.",
            hours(1),
        ),
        clock(
            "day",
            "+1 day",
            "Moves the clock by a day: environments end, surveys and digests come when they are due.",
            hours(24),
        ),
        clock(
            "week",
            "+1 week",
            "Moves the clock by a week: survey rounds close, the weekly digest is posted.",
            hours(24 * 7),
        ),
        control(
            "others",
            "Let the others answer",
            "Simulated: every developer without a ballot answers the open survey.",
            others,
        ),
        control(
            "deploy",
            "A colleague deploys",
            "Simulated: Tom deploys playlists to staging.",
            deploy,
        ),
    ]
}

fn scene(stage: &Stage) -> Result<&Scene, String> {
    stage
        .get()
        .ok_or_else(|| "Hearth is still starting.".to_owned())
}

async fn move_clock(scene: &Scene, by: Duration) -> Result<String, String> {
    let target = scene.app.now().plus(by);
    // In steps: a schedule that was missed by more than a day would be dropped, as after a long downtime.
    let stepping = async {
        while scene.app.now() < target {
            forward(scene, target.since(scene.app.now()).min(STEP));
            scene.app.activity().idle().await;
        }
    };
    if tokio::time::timeout(SETTLE_MAX, stepping).await.is_err() {
        forward(scene, target.since(scene.app.now()));
    }
    let zone = scene.app.definitions().platform.zone;
    let now = calendar::local(zone, scene.app.now().0);
    Ok(format!(
        "It is now {} in {zone}.",
        now.format("%A, %-d %B, %H:%M")
    ))
}

fn forward(scene: &Scene, by: Duration) {
    scene.clock.forward(by);
    scene.handle.clock_moved();
}

/// Waits until Hearth has nothing to do, so that what was set off can be seen; never for long.
async fn settle(scene: &Scene) {
    let _late = tokio::time::timeout(SETTLE_MAX, scene.app.activity().idle()).await;
}

async fn let_others_answer(scene: &Scene) -> Result<String, String> {
    settle(scene).await;
    let (prompt, button) =
        open_prompt(scene).ok_or("No survey round is open. As Jonas, type /survey open first.")?;
    let round = button
        .trim_start_matches("ballot:open:")
        .split('#')
        .next()
        .unwrap_or_default()
        .to_owned();
    let others = scene
        .guild
        .members
        .iter()
        .filter(|member| member.name != VIEWER);
    let others = others.filter(|member| member.roles.iter().any(|role| role == AUDIENCE));
    let mut answered = Vec::new();
    for (member, points) in others.zip(POINTS.iter().cycle()) {
        // Whoever has a ballot already answers for themselves.
        if has_ballot(scene, &member.name, &round) {
            continue;
        }
        let opened = scene.handle.click(&member.name, prompt, &button)?;
        let ballot = message_of(&opened)
            .await
            .ok_or("The ballot did not open.")?;
        let select = ballot
            .selects
            .first()
            .ok_or("The survey does not take answers now.")?;
        let chosen = scene
            .handle
            .select(&member.name, ballot.id, &select.custom_id, &[points])?;
        message_of(&chosen)
            .await
            .ok_or("The answer was not taken.")?;
        answered.push(member.display_name.clone());
    }
    if answered.is_empty() {
        return Err("Everybody else has answered already.".to_owned());
    }
    Ok(format!(
        "Simulated: {} answered, each on a private ballot. You can still answer yourself.",
        answered.join(", ")
    ))
}

/// The newest prompt that can be answered, and the custom id of its button.
fn open_prompt(scene: &Scene) -> Option<(u64, String)> {
    let messages = scene.handle.messages(SURVEY_CHANNEL);
    messages.iter().rev().find_map(|message| {
        let button = message
            .buttons
            .iter()
            .find(|button| button.custom_id.starts_with("ballot:open:") && !button.disabled)?;
        Some((message.id, button.custom_id.clone()))
    })
}

fn has_ballot(scene: &Scene, member: &str, round: &str) -> bool {
    let wanted = format!("ballot:answer:{round}");
    let has = |message: &Message| {
        message
            .selects
            .iter()
            .any(|select| select.custom_id == wanted)
    };
    scene.handle.private_messages(member).iter().any(has)
}

async fn message_of(interaction: &Interaction) -> Option<Message> {
    match interaction.first().await {
        Answer::Message(message) | Answer::Updated(message) => Some(*message),
        _ => None,
    }
}

async fn let_somebody_deploy(scene: &Scene) -> Result<String, String> {
    static TURN: AtomicUsize = AtomicUsize::new(0);
    let revision = REVISIONS[TURN.fetch_add(1, Ordering::Relaxed) % REVISIONS.len()];
    let line = format!("/deploy service:playlists stage:staging revision:{revision}");
    let said = message_of(&scene.handle.slash("tom", "deployments", &line)?).await;
    if let Some(refusal) = said.filter(|message| message.private_to.is_some()) {
        return Err(format!(
            "Simulated: Tom typed {line}, and Hearth told him: {}",
            refusal.text
        ));
    }
    settle(scene).await;
    Ok(format!("Simulated: Tom typed {line}. See #deployments."))
}
