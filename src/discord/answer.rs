//! The one callback by which an interaction is answered, and what fits which interaction.

use std::time::Duration;

use serenity::http::{LightMethod, Route};

use crate::domain::chat::{Answer, Message};

use super::Discord;
use super::body::{self, Body, Extra};
use super::call::Call;
use super::hear::{Kind, Reply};
use super::send::{Outgoing, named};

/// Discord's code for a second callback to one interaction.
pub(super) const ANSWERED_ALREADY: u64 = 40_060;
/// Discord waits 3 s from sending an interaction; after this it is not tried again.
const CALLBACK_MS_MAX: u64 = 2_900;
/// Real time for the message that finishes a deferred answer.
const FINISH_MS_MAX: u64 = 30_000;

// Discord's numbers for callbacks.
const SAY: u8 = 4;
const DEFER: u8 = 5;
const QUIET: u8 = 6;
const UPDATE: u8 = 7;
const SUGGEST: u8 = 8;
const ASK: u8 = 9;

/// The callback for `answer`; `None` where it does not fit what was done.
pub(super) fn body(kind: Kind, answer: &Answer) -> Option<Body<'_>> {
    let on_message = matches!(kind, Kind::Click | Kind::Form { on_message: true });
    let plain = Extra::default();
    let private = Extra {
        private: true,
        ..Extra::default()
    };
    match answer {
        Answer::Suggest(choices) => {
            (kind == Kind::Typing).then(|| body::callback_choices(SUGGEST, choices))
        }
        _ if kind == Kind::Typing => None,
        Answer::Say {
            private: true,
            message,
        } => Some(body::callback_message(SAY, message, &private)),
        Answer::Say {
            private: false,
            message,
        } => Some(body::callback_message(SAY, message, &plain)),
        Answer::Update(message) if on_message => {
            Some(body::callback_message(UPDATE, message, &plain))
        }
        // There is no message to change, so the news is said by itself.
        Answer::Update(message) => Some(body::callback_message(SAY, message, &private)),
        Answer::Quiet => on_message.then(|| body::callback_bare(QUIET, false)),
        Answer::Ask(form) => {
            (!matches!(kind, Kind::Form { .. })).then(|| body::callback_form(ASK, form))
        }
    }
}

impl Discord {
    /// Sends the callback at once, outside the pace; again only if it did not arrive and the time is not over.
    pub(super) async fn call_back(&self, reply: &Reply, body: Body<'_>) -> Result<(), Call> {
        let route = Route::InteractionResponse {
            interaction_id: reply.id,
            token: &reply.token,
        };
        let mut outgoing = Outgoing::new(named!("answer"), LightMethod::Post, route, 0).body(body);
        outgoing.until = Some(reply.heard_at + Duration::from_millis(CALLBACK_MS_MAX));
        self.call(&outgoing).await.map(drop)
    }

    /// Tells the person privately that the answer takes a while.
    pub(super) async fn defer(&self, reply: &Reply) -> Result<(), Call> {
        self.call_back(reply, body::callback_bare(DEFER, true))
            .await
    }

    /// Turns the deferred answer into `message`.
    pub(super) async fn finish_deferred(
        &self,
        reply: &Reply,
        message: &Message,
    ) -> Result<(), Call> {
        let route = Route::WebhookOriginalInteractionResponse {
            application_id: self.inner.application,
            token: &reply.token,
        };
        let mut outgoing = Outgoing::new(named!("finish"), LightMethod::Patch, route, 0)
            .body(body::message("finish", message, &Extra::default()));
        outgoing.until = Some(std::time::Instant::now() + Duration::from_millis(FINISH_MS_MAX));
        self.call(&outgoing).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chat::Form;
    use serde_json::{Value, json};

    fn json_of(kind: Kind, answer: &Answer) -> Option<Value> {
        body(kind, answer).map(|body| serde_json::from_slice(&body.json).unwrap())
    }

    fn message() -> Message {
        Message {
            content: "x".to_owned(),
            ..Message::default()
        }
    }

    #[test]
    fn private_and_public_differ_in_the_flag_only() {
        let private = json_of(
            Kind::Command,
            &Answer::Say {
                private: true,
                message: message(),
            },
        )
        .unwrap();
        assert_eq!(
            (&private["type"], &private["data"]["flags"]),
            (&json!(4), &json!(64))
        );
        let public = json_of(
            Kind::Command,
            &Answer::Say {
                private: false,
                message: message(),
            },
        )
        .unwrap();
        assert_eq!(
            (&public["type"], &public["data"]["flags"]),
            (&json!(4), &Value::Null)
        );
    }

    #[test]
    fn an_update_changes_the_clicked_message_or_is_said_privately() {
        let update = Answer::Update(message());
        for kind in [Kind::Click, Kind::Form { on_message: true }] {
            assert_eq!(json_of(kind, &update).unwrap()["type"], 7);
        }
        let said = json_of(Kind::Form { on_message: false }, &update).unwrap();
        assert_eq!(
            (&said["type"], &said["data"]["flags"]),
            (&json!(4), &json!(64))
        );
    }

    #[test]
    fn quiet_carries_no_data() {
        assert_eq!(
            json_of(Kind::Click, &Answer::Quiet),
            Some(json!({"type": 6}))
        );
    }

    #[test]
    fn what_discord_would_refuse_does_not_fit() {
        let form = Answer::Ask(Form {
            custom_id: "f".to_owned(),
            title: "t".to_owned(),
            inputs: vec![],
        });
        assert_eq!(json_of(Kind::Form { on_message: true }, &form), None);
        assert_eq!(
            json_of(
                Kind::Typing,
                &Answer::Say {
                    private: true,
                    message: message()
                }
            ),
            None
        );
        assert_eq!(json_of(Kind::Command, &Answer::Suggest(vec![])), None);
        assert_eq!(json_of(Kind::Command, &Answer::Quiet), None);
    }
}
