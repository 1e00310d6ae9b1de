//! What the page suggests to a newcomer, in an order in which each step shows something.

use hearth::playground::GuideStep;

/// Title, what to do and what will be seen, as whom, where, and the command to type.
type Step = (
    &'static str,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    Option<&'static str>,
);

const STEPS: &[Step] = &[
    (
        "Who am I?",
        "Hearth answers in private: your team, your groups, and what you may do. Nobody else sees it.",
        Some("mira"),
        Some("player"),
        Some("/whoami"),
    ),
    (
        "An environment of your own",
        "One message goes from building to ready in a few seconds. Follow its link: a real web process answers.",
        Some("mira"),
        Some("player"),
        Some("/env create template:preview name:demo"),
    ),
    (
        "Read its logs",
        "Open the link of the environment first, so that there is something to read. The answer is private.",
        Some("mira"),
        Some("player"),
        Some("/env logs name:demo"),
    ),
    (
        "Keep it longer",
        "Every environment has an end. This one is moved by four hours.",
        Some("mira"),
        Some("player"),
        Some("/env extend name:demo by:4"),
    ),
    (
        "Let time pass",
        "Press +1 hour (at the side) until the environment's hour has come: Hearth warns before it ends, with buttons.",
        None,
        Some("player"),
        None,
    ),
    (
        "End it",
        "Or press the button on its message. The process is really gone.",
        Some("mira"),
        Some("player"),
        Some("/env destroy name:demo"),
    ),
    (
        "Deploy to staging",
        "The running player is replaced by v1.1.0, and its health is checked before anybody says that it went well.",
        Some("mira"),
        Some("deployments"),
        Some("/deploy service:player stage:staging revision:v1.1.0"),
    ),
    (
        "What runs where?",
        "Everything at one look.",
        Some("mira"),
        Some("deployments"),
        Some("/status"),
    ),
    (
        "A deployment that fails",
        "v1.3.0 of the player is broken on purpose: it starts, but its health address never answers well. Hearth sees it and says so.",
        Some("mira"),
        Some("deployments"),
        Some("/deploy service:player stage:staging revision:v1.3.0"),
    ),
    (
        "Roll back",
        "Back to the newest revision that really succeeded. Going back needs no approval: it must be quick.",
        Some("mira"),
        Some("deployments"),
        Some("/rollback service:player stage:staging"),
    ),
    (
        "Production needs a second person",
        "Hearth waits for a Lead. Your own click is refused; the page offers to switch to Nadia, who approves.",
        Some("mira"),
        Some("deployments"),
        Some("/deploy service:player stage:production revision:v1.1.0"),
    ),
    (
        "Ask how people are doing",
        "As somebody who builds the platform, open a round of the survey. A prompt with one button appears.",
        Some("jonas"),
        Some("platform"),
        Some("/survey open"),
    ),
    (
        "Answer in private",
        "Press Answer on the prompt and choose. Nobody sees that you answered, or what; not even the database knows who.",
        Some("mira"),
        Some("platform"),
        None,
    ),
    (
        "Let the others answer",
        "Press the button of that name (at the side): the other developers answer, simulated. Fewer than five answers are never published.",
        None,
        Some("platform"),
        None,
    ),
    (
        "Close the round",
        "The key that told answers apart is destroyed, then the result is published: n, the share of satisfied people, how sure that is.",
        Some("jonas"),
        Some("platform"),
        Some("/survey close"),
    ),
    (
        "The week in numbers",
        "The digest of the week so far, with a chart; no figure without its counterweight. The weeks before are sample data, and labelled so.",
        Some("jonas"),
        Some("platform"),
        Some("/digest now"),
    ),
    (
        "Auf Deutsch",
        "Lena's client speaks German, so what Hearth says to her in private is German.",
        Some("lena"),
        Some("player"),
        Some("/whoami"),
    ),
    (
        "As a stranger",
        "Robin has no role. What is not allowed is denied, in private, with what to do about it.",
        Some("robin"),
        Some("player"),
        Some("/env create template:preview name:mine"),
    ),
    (
        "Take it to your own server",
        "In a shell: `hearth init` asks for a bot's token, prints the link that invites it, and writes a first hearth.toml. Then `hearth run`.",
        None,
        None,
        None,
    ),
];

/// The steps.
pub fn steps() -> Vec<GuideStep> {
    let step = |(title, text, member, channel, command): &Step| GuideStep {
        title: (*title).to_owned(),
        text: (*text).to_owned(),
        member: member.map(str::to_owned),
        channel: channel.map(str::to_owned),
        command: command.map(str::to_owned),
    };
    STEPS.iter().map(step).collect()
}
