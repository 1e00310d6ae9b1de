//! Tests of what an edition may never do: hide what is made up, burst the message, or lose a number.

use super::super::frozen::{
    Aim, Amount, Call as Called, Decide, Frozen, Headline, Id, Line, Service, Turn, Unreadable,
    Value as Said,
};
use super::{HOUR, MONDAY, POSTED, Story, fits, said, told, weeks};
use crate::app::render::Voice;
use crate::app::render::digest::{alt, charts};
use crate::app::sample_history;
use crate::app::words::Words;
use crate::domain::Timestamp;
use crate::domain::calendar::Calendar;
use crate::domain::chat::Language;
use crate::domain::fact::Kind;
use crate::domain::metric::CATALOGUE;
use crate::domain::metric::tests::fact;

#[test]
fn sample_data_is_called_sample_data_in_text_footer_and_pictures() {
    let now = Timestamp(POSTED);
    let calendar = Calendar::iso(chrono_tz::UTC);
    let story = Story::of(sample_history::facts(&calendar, now, 12, 200));
    let words = Words::load();
    let edition = story.frozen();
    let message = said(&words, &edition);
    assert!(message.content.contains("Includes sample data"));
    assert!(message.embeds[0].footer.contains("Includes sample data"));
    let voice = Voice {
        words: &words,
        language: Language::English,
    };
    let charts = charts(voice, &edition);
    assert_eq!(charts.len(), 2);
    for (_, chart) in &charts {
        assert!(
            alt(chart).contains("includes sample data"),
            "{}",
            alt(chart)
        );
        assert!(!crate::charts::png(chart).unwrap().is_empty());
    }
    insta::assert_snapshot!(told(&words, &edition), @r"
    **2026-W47** · Better than usual: Time until an environment is ready, p50 4 m 7 s · p90 8 m 5 s (n = 46), 2 failed.
    All numbers, with targets and counterweights, are in the embed. Includes sample data: made-up history, labelled as such, none of it measured.
    == 📊 Sonsic Platform: week 2026-W47
    Better than usual: Time until an environment is ready, p50 4 m 7 s · p90 8 m 5 s (n = 46), 2 failed. That is outside the range of the last 11 weeks (4 m 31 s – 7 m 10 s). Also changed: Environments that became ready; Pipeline duration.
    -- Strategy
    ▸ availability
    Share of deployments that failed: **none in 18 tries; the true share could still be up to 18 %** · target at most 15 %: met ✔ · █▃▁▁▃▅▃▁ · could be chance (before: 5 %)
    Availability: **not measured yet** · target at least 99.95 %: not known yet
    ▸ innovation
    Environments that became ready: **44** · target at least 20: met ✔ · ▆▆▇▇▇███ · ↑ outside the range of the last 11 weeks (27.2 – 39.9)
    Time until an environment is ready: **p50 4 m 7 s · p90 8 m 5 s (n = 46), 2 failed** · target at most 5 m: met ✔ · ██▇▆▆▆▆▆ · ↓ outside the range of the last 11 weeks (4 m 31 s – 7 m 10 s)
    Tasks that succeeded: **84 of 89 (94 %, could be 88 – 98 %)** · target at least 90 %: met ✔ · ████████ · could be chance (before: 98 %)
    ▸ productivity
    Deployments to production: **18** · target at least 10: met ✔ · ▆▆▆▅▇▇█▇ · within normal variation
    -- …
    Pipeline duration: **mean 7 m 22 s · p50 7 m 15 s (n = 46)** · target at most 8 m: met ✔ · ████▇▇▇▇ · ↓ outside the range of the last 11 weeks (7 m 51 s – 9 m 7 s)
    -- HEAT
    **Happiness** · Satisfied: no round was closed this week
    ↔ Answered of those asked: no round was closed this week
    **Efficiency** · Time until an environment is ready: see above
    ↔ Tasks that succeeded: 84 of 89 (94 %, could be 88 – 98 %)
    **Adoption** · Teams that use the platform: 1 of 3 teams
    ↔ Teams that use it by choice: 1 of 3 teams
    ↔ Teams that stopped: 0 of 1 team
    **Task success** · Tasks that succeeded at the first try: 84 of 89 (94 %, could be 88 – 98 %) · could be chance (before: 97 %)
    ↔ Failures that were the platform's: 2 of 92 (2 %, could be 1 – 8 %) · could be chance (before: 3 %)
    -- Delivery
    **checkout**: 7 deployments, 1 failed, 0 rolled back · had to be mended: none in 7 tries; the true share could still be up to 35 %
    **playlists**: 6 deployments, 0 failed, 0 rolled back · had to be mended: none in 6 tries; the true share could still be up to 39 %
    **player**: 5 deployments, 0 failed, 0 rolled back · had to be mended: none in 5 tries; the true share could still be up to 43 %
    __ 16 Nov 2026 – 22 Nov 2026 · UTC · coverage 100 % · definitions v1
    Frozen 23 Nov 2026, 09:00.
    Includes sample data: made-up history, labelled as such, none of it measured.
    Hearth · e-1
    [strategy.png] Strategy, week by week (includes sample data). Environments that became ready (number): W42 36, W43 40, W44 40, W45 43, W46 42, W47 44; target 20. Time until an environment is ready (duration): W42 5.6 min / p90 14 min, W43 4.7 min / p90 6.3 min, W44 4.9 min / p90 6.5 min, W45 4.8 min / p90 5.6 min, W46 4.2 min / p90 5.2 min, W47 4.1 min / p90 8.1 min; target 5 min. Deployments to production (number): W42 16, W43 12, W44 18, W45 19, W46 22, W47 18; target 10. Pipeline duration (duration): W42 8.2 min / p90 9.4 min, W43 8.3 min / p90 9 min, W44 7.9 min / p90 9 min, W45 8.2 min / p90 8.9 min, W46 7.7 min / p90 8.7 min, W47 7.2 min / p90 8.5 min; target 8 min. 2026-W47 · UTC
    [heat.png] Task success and adoption, week by week (includes sample data). Tasks that succeeded (share): W42 97 % (91 %–99 %), W43 96 % (89 %–99 %), W44 98 % (91 %–99 %), W45 95 % (89 %–98 %), W46 98 % (92 %–99 %), W47 94 % (88 %–98 %); target 90 %. Teams that use the platform (share): W42 33 % (6 %–79 %), W43 33 % (6 %–79 %), W44 33 % (6 %–79 %), W45 33 % (6 %–79 %), W46 33 % (6 %–79 %), W47 33 % (6 %–79 %). 2026-W47 · UTC
    ");
}

#[test]
fn the_worst_case_in_german_still_fits_into_one_message() {
    let mut edition = Story {
        language: Language::German,
        ..Story::of(weeks(45, 100))
    }
    .frozen();
    let hostile = "@everyone **[x](https://evil.example)** \u{202e} ".repeat(40);
    edition.platform.clone_from(&hostile);
    edition.sample.window = (1, 1);
    edition.decide = Decide {
        environments: u32::MAX,
        approvals: u32::MAX,
    };
    let long = |metric| Line {
        metric: Id(metric),
        goal: Some(format!("{metric:?}{hostile}")),
        value: Said::Durations {
            p50: Amount::Value(98_765_432.1),
            p90: Some(Amount::Value(987_654_321.0)),
            mean: Some(1.0e30),
            n: u64::MAX,
            failures: usize::MAX,
        },
        earlier: Some(Said::Share {
            successes: 123_456_789,
            n: 987_654_321,
            low: 0.1,
            high: 0.9,
        }),
        call: Called::Outside {
            low: -1.0e300,
            high: 1.0e300,
            weeks: usize::MAX,
            turn: Turn {
                up: false,
                better: false,
            },
        },
        aim: Some(Aim {
            at_least: true,
            value: 1.0e300,
            met: None,
        }),
        trend: vec![Some(Amount::of(f64::INFINITY)); 8],
    };
    edition.strategy = CATALOGUE.iter().map(|metric| long(metric.id)).collect();
    for (heat, metric) in edition.heat.iter_mut().zip(CATALOGUE) {
        heat.line = long(metric.id);
        heat.counterweights = vec![long(metric.id); 3];
    }
    edition.delivery = vec![
        Service {
            service: hostile.clone(),
            deployments: u64::MAX,
            rollbacks: u64::MAX,
            failed_runs: u64::MAX,
            mended: Some((123_456_789, 987_654_321)),
            unplanned: Some((123_456_789, 987_654_321)),
        };
        5
    ];
    edition.services_left_out = usize::MAX;
    let also = CATALOGUE.iter().map(|metric| Id(metric.id)).collect();
    let line = long(CATALOGUE[0].id);
    edition.headline = Headline::Changed {
        metric: line.metric,
        value: line.value,
        call: line.call,
        also,
    };
    let words = Words::load();
    let message = said(&words, &edition);
    fits(&message);
    let told = told(&words, &edition);
    assert!(told.contains("… und noch"), "{told}");
    assert!(
        !told.contains("@everyone") && !told.contains("://"),
        "{told}"
    );
    assert!(message.embeds[0].footer.ends_with("Hearth · e-1"));
}

#[test]
fn the_stored_form_is_read_back_whole_and_a_newer_one_is_refused() {
    let mut story = Story::of(weeks(45, 100));
    story.facts.extend(
        (0..60).map(|i| fact(Kind::EnvironmentFailed, MONDAY + i * HOUR, &format!("f{i}"))),
    );
    let edition = story.frozen();
    // Most attempts failed, so that the median is "never", which JSON has no number for.
    let text = edition.write();
    assert!(text.contains(r#""p50":"never""#), "{text}");
    assert_eq!(Frozen::read(&text).unwrap(), edition);
    assert_eq!(edition.readings.len(), 16);
    let newer = text.replacen(r#""form":1"#, r#""form":2"#, 1);
    assert!(matches!(Frozen::read(&newer), Err(Unreadable::Newer(2))));
    assert!(matches!(Frozen::read("{}"), Err(Unreadable::Broken(_))));
}
