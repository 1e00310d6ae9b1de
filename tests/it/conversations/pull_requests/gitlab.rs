//! The same at a GitLab.

use std::time::Duration;

use hearth::domain::platform::Forge as Kind;

use super::sent::{Sent, deliver, signed};
use super::{built, forge, with};
use crate::{changed_conversation, see};

const HOUR: Duration = Duration::from_secs(3_600);

changed_conversation!(a_merge_request_gets_an_environment_that_follows_it, with(Kind::GitLab, |rule| {
    rule.look_every = Duration::from_secs(86_400);
}), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    deliver(bot, "d-1", 7).await;
    assert_eq!(built(bot), "a1");
    see!(forge.comments(7), @r"
    ✅ Environment **player-pr-7** is ready with a1000000: http://127.0.0.1:PORT/

    Follow it in Discord: https://discord.com/channels/MESSAGE
    ");
    see!(forge.deployments(), @r#"
    player-pr-7 a1000000: success http://127.0.0.1:PORT/
    environments: {"player-pr-7"}
    "#);
    forge.push(7, "b2");
    deliver(bot, "d-2", 7).await;
    assert_eq!(built(bot), "a1 b2");
    see!(forge.deployments(), @r#"
    player-pr-7 a1000000: success http://127.0.0.1:PORT/
    player-pr-7 b2000000: success http://127.0.0.1:PORT/
    environments: {"player-pr-7"}
    "#);
    forge.close(7, "merged");
    deliver(bot, "d-3", 7).await;
    bot.forward(HOUR).await;
    assert!(!bot.folder.join("player-pr-7.is").exists());
    see!(forge.comments(7), @r"
    ⬜ Environment **player-pr-7** is gone, because the pull request is closed or asks for none any more.

    Follow it in Discord: https://discord.com/channels/MESSAGE
    ");
    see!(forge.deployments(), @"environments: {}");
    let mut wrong = Sent::about(bot, "d-4", 7);
    wrong.secret = "another".into();
    assert_eq!(wrong.send(bot).await, (404, String::new()));
});

changed_conversation!(a_merge_request_is_found_by_the_sweep, with(Kind::GitLab, |_| {}), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    forge.open(8, "b2");
    forge.change(8, |pull| pull.is_fork = true);
    bot.forward(Duration::from_secs(300)).await;
    assert_eq!(built(bot), "a1");
    assert!(forge.comments(8).contains("must let this pull request in"));
});

const KEY: &str = "whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHQ=";

changed_conversation!(a_key_that_signs_is_never_sent, with(Kind::GitLab, |_| {}), bot => {
    let forge = forge::of(bot);
    std::fs::write(bot.folder.join("webhook-secret"), KEY).unwrap();
    forge.open(7, "a1");
    let sent = Sent::about(bot, "d-1", 7);
    let now = crate::harness::START.0 / 1_000;
    for (seconds, heard) in [(now - 301, 404), (now, 202)] {
        let headers = signed(KEY, "d-1", seconds, &sent.body);
        assert_eq!(sent.send_with(bot, headers).await, (heard, String::new()));
    }
    bot.idle().await;
    assert_eq!(built(bot), "a1");
});
