//! What left the bot: its log at every level, and every request to Discord.

use std::collections::BTreeSet;

use super::play::Play;
use super::rows::Rows;

impl Play {
    /// What the bot sent and logged, from the first moment to the last.
    pub fn what_was_sent_and_logged_ties_nobody(&self, rows: &Rows) {
        let keys: Vec<String> = rows
            .answers()
            .iter()
            .map(|answer| hex::encode(&answer.key))
            .collect();
        let ids: Vec<String> = self
            .people
            .iter()
            .map(|person| person.id.to_string())
            .collect();
        let words: Vec<&String> = self.said.iter().chain(&self.unsaid).collect();
        for line in self.bot.log().lines() {
            let holds = |needle: &str| line.contains(needle);
            assert!(
                !self.traces.iter().any(|trace| holds(trace)),
                "a click's trace: {line}"
            );
            assert!(!keys.iter().any(|key| holds(key)), "a key: {line}");
            assert!(!words.iter().any(|words| holds(words)), "a comment: {line}");
            let named = ids.iter().any(|id| holds(id));
            assert!(!named || line.starts_with("SPAN call "), "a person: {line}");
            assert!(!line.contains("ballot:"), "a click: {line}");
        }
        let mut n_callbacks = 0;
        let mut custom_ids = BTreeSet::new();
        for request in self.bot.discord.requests() {
            let body = request.body.to_string();
            let of_ballot = self
                .traces
                .iter()
                .any(|trace| request.path.contains(trace.as_str()));
            let traced = self
                .traces
                .iter()
                .any(|trace| body.contains(trace.as_str()));
            assert!(!traced, "a click's trace in a body: {body}");
            assert!(
                !keys.iter().any(|key| body.contains(key)),
                "a key in a body: {body}"
            );
            if of_ballot {
                n_callbacks += 1;
                assert_eq!(
                    request.route,
                    "/interactions/{interaction}/{token}/callback"
                );
                assert!(
                    !ids.iter().any(|id| body.contains(id)),
                    "a person in a body: {body}"
                );
                let found = body.split("\"custom_id\":\"").skip(1);
                custom_ids.extend(
                    found
                        .filter_map(|rest| rest.split('"').next())
                        .map(str::to_owned),
                );
            }
        }
        assert_eq!(
            n_callbacks, self.n_clicks,
            "each click has one answer and causes nothing else"
        );
        let round = self.round();
        let expected: BTreeSet<String> = ["answer", "comment", "commented", "withdraw"]
            .iter()
            .map(|what| format!("ballot:{what}:{round}"))
            .chain(["comment".to_owned()])
            .collect();
        assert_eq!(custom_ids, expected, "everybody's ballot has the same ids");
    }
}
