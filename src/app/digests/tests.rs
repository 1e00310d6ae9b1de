//! Tests of editions as they are stored and said, on weeks written as little stories.

mod bounds;

use std::collections::BTreeSet;

use super::freeze::freeze;
use super::frozen::{Decide, Frozen, Standing};
use crate::app::render::Voice;
use crate::app::render::digest::{alt, charts, message};
use crate::app::words::Words;
use crate::domain::calendar::Calendar;
use crate::domain::chat::{ChannelId, Language, Message};
use crate::domain::digest::compose;
use crate::domain::effect::{EditionId, Subject};
use crate::domain::fact::{Fact, Fault, Kind, Reason};
use crate::domain::metric::tests::{deployed, fact, ready};
use crate::domain::metric::{Question, SurveyRound, Tally};
use crate::domain::platform::{Digest, Goal, Platform, Reference, Target};
use crate::domain::schedule::Schedule;
use crate::domain::time::Timestamp;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;
/// Monday, 16 November 2026, midnight in UTC: the week that is read.
const MONDAY: i64 = 1_794_787_200_000;
/// Nine o'clock on the Monday after it.
const POSTED: i64 = MONDAY + WEEK + 9 * HOUR;

fn declared(language: Language) -> Digest {
    Digest {
        id: "weekly".to_owned(),
        schedule: Schedule::parse("0 9 * * MON", chrono_tz::UTC).unwrap(),
        channel: Reference::Id(ChannelId(1)),
        language,
    }
}

fn platform(goals: Vec<Goal>) -> Platform {
    Platform {
        name: "Sonsic Platform".to_owned(),
        zone: chrono_tz::UTC,
        language: Language::English,
        channel: Reference::Id(ChannelId(1)),
        deployments: None,
        default_team: None,
        currency: String::new(),
        building_max: std::collections::BTreeMap::new(),
        groups: Vec::new(),
        teams: Vec::new(),
        templates: Vec::new(),
        repositories: Vec::new(),
        stages: Vec::new(),
        services: Vec::new(),
        surveys: Vec::new(),
        digests: Vec::new(),
        goals,
    }
}

fn goal(id: &str, targets: &[(&str, bool, f64)]) -> Goal {
    Goal {
        id: id.to_owned(),
        value: "music".to_owned(),
        problem: "waiting".to_owned(),
        initiatives: Vec::new(),
        targets: targets
            .iter()
            .map(|(metric, at_least, value)| Target {
                metric: (*metric).to_owned(),
                at_least: *at_least,
                value: *value,
            })
            .collect(),
    }
}

fn goals() -> Vec<Goal> {
    vec![
        goal("availability", &[("D4", false, 0.15), ("S1", true, 0.9995)]),
        goal(
            "innovation",
            &[("S5", true, 20.0), ("S7", false, 300.0), ("T1", true, 0.9)],
        ),
        goal("productivity", &[("S6", true, 10.0), ("S8", false, 480.0)]),
    ]
}

/// What is told about a story.
struct Story {
    facts: Vec<Fact>,
    goals: Vec<Goal>,
    rounds: Vec<SurveyRound>,
    decide: Decide,
    now: i64,
    standing: Standing,
    language: Language,
}

impl Story {
    fn of(facts: Vec<Fact>) -> Self {
        Self {
            facts,
            goals: goals(),
            rounds: Vec::new(),
            decide: Decide::default(),
            now: POSTED,
            standing: Standing::Frozen,
            language: Language::English,
        }
    }

    fn frozen(&self) -> Frozen {
        let calendar = Calendar::iso(chrono_tz::UTC);
        let question = Question {
            calendar,
            window: calendar.week_of(MONDAY),
            now: Timestamp(self.now),
            eligible_teams: ["playlists", "checkout", "player"]
                .map(str::to_owned)
                .into(),
            mandated_services: BTreeSet::new(),
            rounds: self.rounds.clone(),
        };
        let mut tally = Tally::new(question.clone());
        for fact in &self.facts {
            tally.add(fact);
        }
        let history = tally.finish();
        let digest = compose(&question, &self.goals, &history);
        let frozen = freeze(
            &platform(self.goals.clone()),
            &declared(self.language),
            self.standing,
            self.decide,
            &history,
            &digest,
        );
        // What is said is always said from what was stored.
        Frozen::read(&frozen.write()).unwrap()
    }

    fn told(&self) -> String {
        let words = Words::load();
        told(&words, &self.frozen())
    }
}

fn said(words: &Words, edition: &Frozen) -> Message {
    let voice = Voice {
        words,
        language: edition.language(),
    };
    message(
        voice,
        edition,
        Some(&Subject::Edition(EditionId("e-1".to_owned()))),
    )
}

/// The whole message as text, with the alternative texts of its pictures.
fn told(words: &Words, edition: &Frozen) -> String {
    let message = said(words, edition);
    fits(&message);
    let embed = &message.embeds[0];
    let mut lines = vec![
        message.content.clone(),
        format!("== {}", embed.title),
        embed.description.clone(),
    ];
    for field in &embed.fields {
        lines.push(format!("-- {}", field.name));
        lines.push(field.value.clone());
    }
    lines.push(format!("__ {}", embed.footer));
    let voice = Voice {
        words,
        language: edition.language(),
    };
    for (name, chart) in charts(voice, edition) {
        lines.push(format!("[{name}] {}", alt(&chart)));
    }
    lines.join("\n")
}

/// Discord takes it as it is.
fn fits(message: &Message) {
    let length = |text: &str| text.encode_utf16().count();
    let embed = &message.embeds[0];
    assert!(length(&message.content) <= 2_000 && !message.content.is_empty());
    assert!(length(&embed.title) <= 256 && length(&embed.description) <= 4_096);
    assert!(embed.fields.len() <= 25 && length(&embed.footer) <= 2_048);
    let mut all = length(&embed.title) + length(&embed.description) + length(&embed.footer);
    for field in &embed.fields {
        assert!((1..=256).contains(&length(&field.name)), "{}", field.name);
        assert!(
            (1..=1_024).contains(&length(&field.value)),
            "{}",
            field.value
        );
        all += length(&field.name) + length(&field.value);
    }
    assert!(all <= 6_000, "{all} characters in one embed");
}

/// Thirteen weeks of environments and deployments; the last as given.
fn weeks(last_environments: i64, last_seconds: i64) -> Vec<Fact> {
    let mut facts = vec![fact(Kind::SourceConnected, MONDAY - 20 * WEEK, "hearth")];
    for week in 0..13 {
        let start = MONDAY - (12 - week) * WEEK;
        let (n, seconds) = match week {
            12 => (last_environments, last_seconds),
            _ => (20 + (week * 7) % 4, 300 + (week * 5) % 7),
        };
        facts.extend((0..n).map(|i| ready(start + i * HOUR, seconds + i, &format!("e{week}-{i}"))));
        facts.extend((0..10 + week % 3).map(|i| {
            deployed(
                start + DAY + i * HOUR,
                &format!("d{week}-{i}"),
                Reason::Planned,
            )
        }));
    }
    facts
}

fn round(days_before_end: i64, answered: u64, satisfied: u64) -> SurveyRound {
    SurveyRound {
        closed_at: Timestamp(MONDAY + WEEK - days_before_end * DAY),
        asked: Some(31),
        answered,
        satisfied: Some(satisfied),
        unanimous: satisfied == answered || satisfied == 0,
        distribution: None,
    }
}

#[test]
fn a_rich_week_is_told_whole() {
    let mut story = Story::of(weeks(45, 100));
    let at = MONDAY + 2 * DAY;
    story.facts.push(Fact {
        service: Some("checkout".to_owned()),
        ..deployed(at, "c1", Reason::Planned)
    });
    story.facts.push(Fact {
        service: Some("checkout".to_owned()),
        ..deployed(at + HOUR, "c2", Reason::Hotfix)
    });
    story.facts.push(Fact {
        fault: Some(Fault::Platform),
        ..fact(Kind::EnvironmentFailed, at, "broken")
    });
    story.rounds = vec![round(93, 16, 9), round(3, 18, 12)];
    story.decide = Decide {
        environments: 1,
        approvals: 2,
    };
    insta::assert_snapshot!(story.told(), @r"
    **2026-W47** · Better than usual: Time until an environment is ready, p50 2 m 3 s · p90 2 m 21 s (n = 46), 1 failed.
    ⚠ Decide: 1 environment could not be destroyed · 2 deployments wait for an approval
    All numbers, with targets and counterweights, are in the embed.
    == 📊 Sonsic Platform: week 2026-W47
    Better than usual: Time until an environment is ready, p50 2 m 3 s · p90 2 m 21 s (n = 46), 1 failed. That is outside the range of the last 12 weeks (5 m 5 s – 5 m 21 s). Also changed: Environments that became ready.
    -- ⚠ Decide
    1 environment could not be destroyed
    2 deployments wait for an approval
    -- Strategy
    ▸ availability
    Share of deployments that failed: **1 of 12 (8 %, could be 1 – 35 %)** · target at most 15 %: met ✔ · ▁▁▁▁▁▁▁█ · could be chance (before: 0 %)
    Availability: **not measured yet** · target at least 99.95 %: not known yet
    ▸ innovation
    Environments that became ready: **45** · target at least 20: met ✔ · ▅▄▄▄▅▄▄█ · ↑ outside the range of the last 12 weeks (17.4 – 25.6)
    Time until an environment is ready: **p50 2 m 3 s · p90 2 m 21 s (n = 46), 1 failed** · target at most 5 m: met ✔ · ███████▄ · ↓ outside the range of the last 12 weeks (5 m 5 s – 5 m 21 s)
    Tasks that succeeded: **57 of 58 (98 %, could be 91 – 100 %)** · target at least 90 %: met ✔ · ████████ · could be chance (before: 100 %)
    ▸ productivity
    Deployments to production: **12** · target at least 10: met ✔ · █▇▇█▇▇██ · within normal variation
    Pipeline duration: **mean 5 m · p50 5 m (n = 12)** · target at most 8 m: met ✔ · ████████ · too few to tell a change
    -- HEAT
    **Happiness** · Satisfied: 12 of 18 (67 %, could be 44 – 84 %) · 56 % → 67 % could be chance (−20 to 39 points)
    ↔ Answered of those asked: 18 of 31 (58 %, could be 41 – 74 %) · 52 % → 58 % could be chance (−17 to 29 points)
    **Efficiency** · Time until an environment is ready: see above
    ↔ Tasks that succeeded: 57 of 58 (98 %, could be 91 – 100 %)
    **Adoption** · Teams that use the platform: 1 of 3 teams
    ↔ Teams that use it by choice: 1 of 3 teams
    ↔ Teams that stopped: 0 of 1 team
    **Task success** · Tasks that succeeded at the first try: 57 of 58 (98 %, could be 91 – 100 %) · could be chance (before: 100 %)
    ↔ Failures that were the platform's: 1 of 58 (2 %, could be 0 – 9 %) · could be chance (before: 0 %)
    -- Delivery
    **player**: 10 deployments, 0 failed, 0 rolled back · had to be mended: none in 10 tries; the true share could still be up to 28 %
    **checkout**: 2 deployments, 0 failed, 0 rolled back · had to be mended: 1 of 2 (50 %, could be 9 – 91 %) · unplanned: 1 of 2 (50 %, could be 9 – 91 %)
    __ 16 Nov 2026 – 22 Nov 2026 · UTC · coverage 100 % · definitions v1
    Frozen 23 Nov 2026, 09:00.
    Hearth · e-1
    [strategy.png] Strategy, week by week. Environments that became ready (number): W42 21, W43 20, W44 23, W45 22, W46 21, W47 45; target 20. Time until an environment is ready (duration): W42 5.2 min / p90 5.3 min, W43 5.2 min / p90 5.4 min, W44 5.2 min / p90 5.4 min, W45 5.2 min / p90 5.3 min, W46 5.3 min / p90 5.4 min, W47 2 min / p90 2.3 min; target 5 min. Deployments to production (number): W42 11, W43 12, W44 10, W45 11, W46 12, W47 12; target 10. Pipeline duration (duration): W42 5 min / p90 5 min, W43 5 min / p90 5 min, W44 5 min / p90 5 min, W45 5 min / p90 5 min, W46 5 min / p90 5 min, W47 5 min / p90 5 min; target 8 min. 2026-W47 · UTC
    [heat.png] Task success and adoption, week by week. Tasks that succeeded (share): W42 100 % (89 %–100 %), W43 100 % (89 %–100 %), W44 100 % (90 %–100 %), W45 100 % (90 %–100 %), W46 100 % (90 %–100 %), W47 98 % (91 %–100 %); target 90 %. Teams that use the platform (share): W42 33 % (6 %–79 %), W43 33 % (6 %–79 %), W44 33 % (6 %–79 %), W45 33 % (6 %–79 %), W46 33 % (6 %–79 %), W47 33 % (6 %–79 %). 2026-W47 · UTC
    ");
}

#[test]
fn an_empty_installation_says_that_there_is_no_data_and_shows_no_nought() {
    let told = Story::of(Vec::new()).told();
    assert!(!told.contains("**0"), "{told}");
    insta::assert_snapshot!(told, @r"
    **2026-W47** · There is no data for this week.
    All numbers, with targets and counterweights, are in the embed.
    == 📊 Sonsic Platform: week 2026-W47
    There is no data for this week.
    -- Strategy
    ▸ availability
    Share of deployments that failed: **no data** · target at most 15 %: not known yet
    Availability: **not measured yet** · target at least 99.95 %: not known yet
    ▸ innovation
    Environments that became ready: **no data** · target at least 20: not known yet
    Time until an environment is ready: **no data** · target at most 5 m: not known yet
    Tasks that succeeded: **no data** · target at least 90 %: not known yet
    ▸ productivity
    Deployments to production: **no data** · target at least 10: not known yet
    Pipeline duration: **no data** · target at most 8 m: not known yet
    -- HEAT
    **Happiness** · Satisfied: no round was closed this week
    ↔ Answered of those asked: no round was closed this week
    **Efficiency** · Time until an environment is ready: see above
    ↔ Tasks that succeeded: no data
    **Adoption** · Teams that use the platform: no data
    ↔ Teams that use it by choice: no data
    ↔ Teams that stopped: no data
    **Task success** · Tasks that succeeded at the first try: no data
    ↔ Failures that were the platform's: no data
    __ 16 Nov 2026 – 22 Nov 2026 · UTC · coverage unknown: no source was ever connected · definitions v1
    Frozen 23 Nov 2026, 09:00.
    Hearth · e-1
    ");
}

#[test]
fn a_young_installation_calls_no_change_and_lists_few_values() {
    let mut facts = vec![fact(Kind::SourceConnected, MONDAY - 2 * WEEK, "hearth")];
    for week in 0..3 {
        let start = MONDAY - (2 - week) * WEEK;
        facts.extend(
            (0..2 + week).map(|i| ready(start + i * HOUR, 190 + 60 * i, &format!("{week}-{i}"))),
        );
    }
    insta::assert_snapshot!(Story::of(facts).told(), @r"
    **2026-W47** · Too few weeks to tell what is normal; from 8 weeks on, changes are called.
    All numbers, with targets and counterweights, are in the embed.
    == 📊 Sonsic Platform: week 2026-W47
    Too few weeks to tell what is normal; from 8 weeks on, changes are called.
    -- Strategy
    ▸ availability
    Share of deployments that failed: **no data** · target at most 15 %: not known yet
    Availability: **not measured yet** · target at least 99.95 %: not known yet
    ▸ innovation
    Environments that became ready: **4** · target at least 20: missed ✘ · ·····▅▆█ · could be chance (before: 3)
    Time until an environment is ready: **too few to summarise: 3 m 10 s, 4 m 10 s, 5 m 10 s, 6 m 10 s** · target at most 5 m: not known yet
    Tasks that succeeded: **all of 4; the true share could still be down to 51 %** · target at least 90 %: met ✔ · ·····███ · as before
    ▸ productivity
    Deployments to production: **0** · target at least 10: missed ✘ · ·····▁▁▁ · too few to tell a change
    Pipeline duration: **no data** · target at most 8 m: not known yet
    -- HEAT
    **Happiness** · Satisfied: no round was closed this week
    ↔ Answered of those asked: no round was closed this week
    **Efficiency** · Time until an environment is ready: see above
    ↔ Tasks that succeeded: all of 4; the true share could still be down to 51 %
    **Adoption** · Teams that use the platform: 1 of 3 teams
    ↔ Teams that use it by choice: 1 of 3 teams
    ↔ Teams that stopped: no data
    **Task success** · Tasks that succeeded at the first try: all of 4; the true share could still be down to 51 % · as before
    ↔ Failures that were the platform's: none in 4 tries; the true share could still be up to 49 % · as before
    -- Delivery
    No deployment to production this week.
    __ 16 Nov 2026 – 22 Nov 2026 · UTC · coverage 100 % · definitions v1
    Frozen 23 Nov 2026, 09:00.
    Hearth · e-1
    [strategy.png] Strategy, week by week. Environments that became ready (number): W42 no data, W43 no data, W44 no data, W45 2, W46 3, W47 4; target 20. Deployments to production (number): W42 no data, W43 no data, W44 no data, W45 0, W46 0, W47 0; target 10. 2026-W47 · UTC
    [heat.png] Task success and adoption, week by week. Tasks that succeeded (share): W42 no data, W43 no data, W44 no data, W45 100 % (34 %–100 %), W46 100 % (44 %–100 %), W47 100 % (51 %–100 %); target 90 %. Teams that use the platform (share): W42 no data, W43 no data, W44 no data, W45 33 % (6 %–79 %), W46 33 % (6 %–79 %), W47 33 % (6 %–79 %). 2026-W47 · UTC
    ");
}

#[test]
fn a_conflict_of_a_pair_is_said_first() {
    let mut story = Story::of(weeks(60, 303));
    story.goals = Vec::new();
    story.facts.extend((0..40).map(|i| Fact {
        fault: Some(Fault::User),
        ..fact(
            Kind::EnvironmentFailed,
            MONDAY + i * MINUTE,
            &format!("failed-{i}"),
        )
    }));
    insta::assert_snapshot!(story.told(), @r"
    **2026-W47** · Better: Environments that became ready. Worse at the same time, its counterweight: Tasks that succeeded. Look at both.
    All numbers, with targets and counterweights, are in the embed.
    == 📊 Sonsic Platform: week 2026-W47
    Better: Environments that became ready. Worse at the same time, its counterweight: Tasks that succeeded. Look at both.
    -- Strategy
    Environments that became ready: **60** · ▄▄▃▃▄▄▃█ · ↑ outside the range of the last 12 weeks (17.4 – 25.6)
    Time until an environment is ready: **p50 5 m 53 s · p90 never (n = 100), 40 failed** · ▇▇▇▇▇▇▇█ · ↑ outside the range of the last 12 weeks (5 m 5 s – 5 m 21 s)
    Deployments to production: **10** · █▇▇█▇▇█▇ · within normal variation
    Pipeline duration: **mean 5 m · p50 5 m (n = 10)** · ████████ · too few to tell a change
    -- HEAT
    **Happiness** · Satisfied: no round was closed this week
    ↔ Answered of those asked: no round was closed this week
    **Efficiency** · Time until an environment is ready: see above
    ↔ Tasks that succeeded: 70 of 110 (64 %, could be 54 – 72 %) · ↓ from 100 %, more than chance
    **Adoption** · Teams that use the platform: 1 of 3 teams
    ↔ Teams that use it by choice: 1 of 3 teams
    ↔ Teams that stopped: 0 of 1 team
    **Task success** · Tasks that succeeded at the first try: 70 of 110 (64 %, could be 54 – 72 %) · ↓ from 100 %, more than chance
    ↔ Failures that were the platform's: none in 70 tries; the true share could still be up to 5 % · as before
    -- Delivery
    **player**: 10 deployments, 0 failed, 0 rolled back · had to be mended: none in 10 tries; the true share could still be up to 28 %
    __ 16 Nov 2026 – 22 Nov 2026 · UTC · coverage 100 % · definitions v1
    Frozen 23 Nov 2026, 09:00.
    Hearth · e-1
    [strategy.png] Strategy, week by week. Environments that became ready (number): W42 21, W43 20, W44 23, W45 22, W46 21, W47 60. Time until an environment is ready (duration): W42 5.2 min / p90 5.3 min, W43 5.2 min / p90 5.4 min, W44 5.2 min / p90 5.4 min, W45 5.2 min / p90 5.3 min, W46 5.3 min / p90 5.4 min, W47 5.9 min / p90 never. Deployments to production (number): W42 11, W43 12, W44 10, W45 11, W46 12, W47 10. Pipeline duration (duration): W42 5 min / p90 5 min, W43 5 min / p90 5 min, W44 5 min / p90 5 min, W45 5 min / p90 5 min, W46 5 min / p90 5 min, W47 5 min / p90 5 min. 2026-W47 · UTC
    [heat.png] Task success and adoption, week by week. Tasks that succeeded (share): W42 100 % (89 %–100 %), W43 100 % (89 %–100 %), W44 100 % (90 %–100 %), W45 100 % (90 %–100 %), W46 100 % (90 %–100 %), W47 64 % (54 %–72 %). Teams that use the platform (share): W42 33 % (6 %–79 %), W43 33 % (6 %–79 %), W44 33 % (6 %–79 %), W45 33 % (6 %–79 %), W46 33 % (6 %–79 %), W47 33 % (6 %–79 %). 2026-W47 · UTC
    ");
}

#[test]
fn a_silent_source_is_said_instead_of_a_nought() {
    let mut facts = weeks(0, 0);
    facts.retain(|fact| fact.occurred_at.0 < MONDAY);
    facts.push(fact(Kind::SourceLost, MONDAY - 2 * DAY, "hearth"));
    insta::assert_snapshot!(Story::of(facts).told(), @r"
    **2026-W47** · There is no data for this week: nothing was heard since <t:1794614400:f>.
    All numbers, with targets and counterweights, are in the embed.
    == 📊 Sonsic Platform: week 2026-W47
    There is no data for this week: nothing was heard since <t:1794614400:f>.
    -- Strategy
    ▸ availability
    Share of deployments that failed: **no data (source silent since <t:1794614400:f>)** · target at most 15 %: not known yet · ▁▁▁▁▁▁▁·
    Availability: **not measured yet** · target at least 99.95 %: not known yet
    ▸ innovation
    Environments that became ready: **no data (source silent since <t:1794614400:f>)** · target at least 20: not known yet · ██▇▇██▇·
    Time until an environment is ready: **no data (source silent since <t:1794614400:f>)** · target at most 5 m: not known yet · ███████·
    Tasks that succeeded: **no data (source silent since <t:1794614400:f>)** · target at least 90 %: not known yet · ███████·
    ▸ productivity
    Deployments to production: **no data (source silent since <t:1794614400:f>)** · target at least 10: not known yet · █▇▇█▇▇█·
    Pipeline duration: **no data (source silent since <t:1794614400:f>)** · target at most 8 m: not known yet · ███████·
    -- HEAT
    **Happiness** · Satisfied: no round was closed this week
    ↔ Answered of those asked: no round was closed this week
    **Efficiency** · Time until an environment is ready: see above
    ↔ Tasks that succeeded: no data (source silent since <t:1794614400:f>)
    **Adoption** · Teams that use the platform: 1 of 3 teams
    ↔ Teams that use it by choice: 1 of 3 teams
    ↔ Teams that stopped: no data (source silent since <t:1794614400:f>)
    **Task success** · Tasks that succeeded at the first try: no data (source silent since <t:1794614400:f>)
    ↔ Failures that were the platform's: no data (source silent since <t:1794614400:f>)
    __ 16 Nov 2026 – 22 Nov 2026 · UTC · coverage 0 % · definitions v1
    Frozen 23 Nov 2026, 09:00.
    Hearth · e-1
    [strategy.png] Strategy, week by week. Environments that became ready (number): W42 21, W43 20, W44 23, W45 22, W46 21, W47 no data; target 20. Time until an environment is ready (duration): W42 5.2 min / p90 5.3 min, W43 5.2 min / p90 5.4 min, W44 5.2 min / p90 5.4 min, W45 5.2 min / p90 5.3 min, W46 5.3 min / p90 5.4 min, W47 no data; target 5 min. Deployments to production (number): W42 11, W43 12, W44 10, W45 11, W46 12, W47 no data; target 10. Pipeline duration (duration): W42 5 min / p90 5 min, W43 5 min / p90 5 min, W44 5 min / p90 5 min, W45 5 min / p90 5 min, W46 5 min / p90 5 min, W47 no data; target 8 min. 2026-W47 · UTC
    [heat.png] Task success and adoption, week by week. Tasks that succeeded (share): W42 100 % (89 %–100 %), W43 100 % (89 %–100 %), W44 100 % (90 %–100 %), W45 100 % (90 %–100 %), W46 100 % (90 %–100 %), W47 no data; target 90 %. Teams that use the platform (share): W42 33 % (6 %–79 %), W43 33 % (6 %–79 %), W44 33 % (6 %–79 %), W45 33 % (6 %–79 %), W46 33 % (6 %–79 %), W47 33 % (6 %–79 %). 2026-W47 · UTC
    ");
}

#[test]
fn a_unanimous_survey_is_told_as_a_bound_and_one_with_few_answers_not_at_all() {
    let happiness = |round| {
        let mut story = Story::of(weeks(21, 303));
        story.rounds = vec![round];
        let told = story.told();
        let line = told.lines().find(|line| line.starts_with("**Happiness"));
        line.unwrap().to_owned()
    };
    insta::assert_snapshot!(happiness(round(3, 12, 12)), @r"**Happiness** · Satisfied: at least 90 % of 12");
    insta::assert_snapshot!(happiness(round(3, 12, 0)), @r"**Happiness** · Satisfied: at most 10 % of 12");
    let few = SurveyRound {
        satisfied: None,
        unanimous: false,
        ..round(3, 4, 0)
    };
    insta::assert_snapshot!(happiness(few), @r"**Happiness** · Satisfied: withheld: too few answers (4)");
    insta::assert_snapshot!(happiness(round(40, 16, 9)), @r"**Happiness** · Satisfied: no round was closed this week · last round: 9 of 16 (56 %, could be 33 – 77 %)");
}

#[test]
fn the_week_so_far_says_that_it_is_provisional_and_compares_by_pace() {
    let mut story = Story::of(weeks(12, 303));
    story.standing = Standing::SoFar;
    story.now = MONDAY + 2 * DAY;
    let told = story.told();
    assert!(
        told.contains("Provisional: the week is not over."),
        "{told}"
    );
    let line = told
        .lines()
        .find(|line| line.starts_with("Environments that became ready: **"));
    insta::assert_snapshot!(line.unwrap(), @r"Environments that became ready: **12** · target at least 20: not known yet · ██▇▇██▇▅ · the last whole week had 21; the pace could be the same");
}

#[test]
fn german_is_said_in_german() {
    let mut story = Story::of(weeks(45, 100));
    story.language = Language::German;
    story.rounds = vec![round(3, 18, 12)];
    story.decide = Decide {
        environments: 2,
        approvals: 1,
    };
    insta::assert_snapshot!(story.told(), @r"
    **2026-W47** · Besser als sonst: Zeit, bis eine Umgebung bereit ist, p50 2 min 2 s · p90 2 min 20 s (n = 45).
    ⚠ Zu entscheiden: 2 Umgebungen ließen sich nicht abbauen · 1 Deployment wartet auf eine Freigabe
    Alle Zahlen, mit Zielen und Gegengewichten, stehen im Embed.
    == 📊 Sonsic Platform: Woche 2026-W47
    Besser als sonst: Zeit, bis eine Umgebung bereit ist, p50 2 min 2 s · p90 2 min 20 s (n = 45). Das liegt außerhalb des Bereichs der letzten 12 Wochen (5 min 5 s – 5 min 21 s). Geändert hat sich auch: Umgebungen, die bereit wurden.
    -- ⚠ Entscheiden
    2 Umgebungen ließen sich nicht abbauen
    1 Deployment wartet auf eine Freigabe
    -- Strategie
    ▸ availability
    Anteil fehlgeschlagener Deployments: **keine in 10 Versuchen; der wahre Anteil könnte dennoch bis 28 % sein** · Ziel höchstens 15 %: erreicht ✔ · ▁▁▁▁▁▁▁▁ · wie davor
    Verfügbarkeit: **wird noch nicht gemessen** · Ziel mindestens 99,95 %: noch nicht bekannt
    ▸ innovation
    Umgebungen, die bereit wurden: **45** · Ziel mindestens 20: erreicht ✔ · ▅▄▄▄▅▄▄█ · ↑ außerhalb des Bereichs der letzten 12 Wochen (17,4 – 25,6)
    Zeit, bis eine Umgebung bereit ist: **p50 2 min 2 s · p90 2 min 20 s (n = 45)** · Ziel höchstens 5 min: erreicht ✔ · ███████▄ · ↓ außerhalb des Bereichs der letzten 12 Wochen (5 min 5 s – 5 min 21 s)
    Geglückte Aufgaben: **alle 55; der wahre Anteil könnte dennoch nur 93 % sein** · Ziel mindestens 90 %: erreicht ✔ · ████████ · wie davor
    ▸ productivity
    Deployments in Produktion: **10** · Ziel mindestens 10: erreicht ✔ · █▇▇█▇▇█▇ · in normaler Schwankung
    -- …
    Dauer der Pipeline: **Mittel 5 min · p50 5 min (n = 10)** · Ziel höchstens 8 min: erreicht ✔ · ████████ · zu wenig, um eine Änderung zu erkennen
    -- HEAT
    **Zufriedenheit** · Zufrieden: 12 von 18 (67 %, könnten 44 – 84 % sein) · zu wenig, um eine Änderung zu erkennen
    ↔ Geantwortet von allen Gefragten: 18 von 31 (58 %, könnten 41 – 74 % sein) · zu wenig, um eine Änderung zu erkennen
    **Effizienz** · Zeit, bis eine Umgebung bereit ist: siehe oben
    ↔ Geglückte Aufgaben: alle 55; der wahre Anteil könnte dennoch nur 93 % sein
    **Verbreitung** · Teams, die die Plattform nutzen: 1 von 3 Teams
    ↔ Teams, die sie freiwillig nutzen: 1 von 3 Teams
    ↔ Teams, die aufgehört haben: 0 von 1 Team
    **Erfolg bei Aufgaben** · Beim ersten Versuch geglückte Aufgaben: alle 55; der wahre Anteil könnte dennoch nur 93 % sein · wie davor
    ↔ Fehlschläge, die an der Plattform lagen: keine in 55 Versuchen; der wahre Anteil könnte dennoch bis 7 % sein · wie davor
    -- Auslieferung
    **player**: 10 Deployments, 0 fehlgeschlagen, 0 zurückgerollt · nachgebessert: keine in 10 Versuchen; der wahre Anteil könnte dennoch bis 28 % sein
    __ 16.11.2026 – 22.11.2026 · UTC · Abdeckung 100 % · Definitionen v1
    Eingefroren 23.11.2026, 09:00.
    Hearth · e-1
    [strategy.png] Strategie, Woche für Woche. Umgebungen, die bereit wurden (Anzahl): W42 21, W43 20, W44 23, W45 22, W46 21, W47 45; Ziel 20. Zeit, bis eine Umgebung bereit ist (Dauer): W42 5,2 min / p90 5,3 min, W43 5,2 min / p90 5,4 min, W44 5,2 min / p90 5,4 min, W45 5,2 min / p90 5,3 min, W46 5,3 min / p90 5,4 min, W47 2 min / p90 2,3 min; Ziel 5 min. Deployments in Produktion (Anzahl): W42 11, W43 12, W44 10, W45 11, W46 12, W47 10; Ziel 10. Dauer der Pipeline (Dauer): W42 5 min / p90 5 min, W43 5 min / p90 5 min, W44 5 min / p90 5 min, W45 5 min / p90 5 min, W46 5 min / p90 5 min, W47 5 min / p90 5 min; Ziel 8 min. 2026-W47 · UTC
    [heat.png] Erfolg bei Aufgaben und Verbreitung, Woche für Woche. Geglückte Aufgaben (Anteil): W42 100 % (89 %–100 %), W43 100 % (89 %–100 %), W44 100 % (90 %–100 %), W45 100 % (90 %–100 %), W46 100 % (90 %–100 %), W47 100 % (93 %–100 %); Ziel 90 %. Teams, die die Plattform nutzen (Anteil): W42 33 % (6 %–79 %), W43 33 % (6 %–79 %), W44 33 % (6 %–79 %), W45 33 % (6 %–79 %), W46 33 % (6 %–79 %), W47 33 % (6 %–79 %). 2026-W47 · UTC
    ");
}
