//! A busy company's facts, the same in every run: environments and deployments of ten teams.

use hearth::domain::calendar::Calendar;
use hearth::domain::fact::{Fact, Fault, Kind, Reason};
use hearth::domain::metric::{HISTORY_WEEKS, LOOK_BACK_DAYS, Question};
use hearth::domain::time::Timestamp;

/// All weeks that a digest looks at: its own, the history, and what adoption looks back to.
pub const WEEKS: usize = 1 + HISTORY_WEEKS + (LOOK_BACK_DAYS / 7) as usize;
const TEAMS: usize = 10;
const SERVICES: usize = 40;
/// A Monday at midnight, the beginning of the digest's week.
const MONDAY: i64 = 1_794_787_200_000;
const MINUTE_MS: i64 = 60_000;
const WEEK_MS: i64 = 7 * 24 * 60 * MINUTE_MS;

/// What the digest of the last week asks.
pub fn question() -> Question {
    let calendar = Calendar::iso(chrono_tz::UTC);
    Question {
        calendar,
        window: calendar.week_of(MONDAY),
        now: Timestamp(MONDAY + WEEK_MS),
        eligible_teams: (0..TEAMS).map(|n| format!("team-{n}")).collect(),
        mandated_services: std::collections::BTreeSet::new(),
        rounds: Vec::new(),
    }
}

/// `n` facts, the first of which says that the source is connected.
pub fn facts(n: usize) -> Vec<Fact> {
    let began = MONDAY + WEEK_MS - i64::try_from(WEEKS).expect("a few weeks") * WEEK_MS;
    let mut facts = vec![fact(Kind::SourceConnected, began, "hearth", 0)];
    // Three facts make one story: an environment that is wanted, ready and removed, or a deployment.
    let mut dice = Dice(1);
    let span = WEEK_MS * i64::try_from(WEEKS).expect("a few weeks") - 600 * MINUTE_MS;
    for nth in 1.. {
        if facts.len() >= n {
            break;
        }
        let at = began + span / i64::try_from(n / 3 + 1).expect("a count") * nth;
        let team = dice.roll(TEAMS);
        if dice.roll(3) == 0 {
            environment(&mut facts, &mut dice, at, team, nth);
        } else {
            deployment(&mut facts, &mut dice, at, team, nth);
        }
    }
    facts.truncate(n);
    facts
}

fn environment(facts: &mut Vec<Fact>, dice: &mut Dice, at: i64, team: usize, nth: i64) {
    let subject = format!("environment-{nth}");
    let ready_at = at + dice.minutes(20);
    facts.push(fact(Kind::EnvironmentRequested, at, &subject, team));
    let failed = dice.roll(12) == 0;
    let kind = if failed {
        Kind::EnvironmentFailed
    } else {
        Kind::EnvironmentReady
    };
    facts.push(Fact {
        started_at: Some(Timestamp(at)),
        fault: failed.then_some(Fault::Platform),
        ..fact(kind, ready_at, &subject, team)
    });
    let removed_at = ready_at + dice.minutes(480);
    facts.push(fact(Kind::EnvironmentDestroyed, removed_at, &subject, team));
}

fn deployment(facts: &mut Vec<Fact>, dice: &mut Dice, at: i64, team: usize, nth: i64) {
    let subject = format!("deployment-{nth}");
    let service = format!("service-{}", dice.roll(SERVICES));
    let production = dice.roll(2) == 0;
    let reason = match dice.roll(10) {
        0 => Reason::Hotfix,
        1 => Reason::Rollback,
        _ => Reason::Planned,
    };
    let of = |kind, at, since: Option<i64>| Fact {
        started_at: since.map(Timestamp),
        service: Some(service.clone()),
        stage: Some(if production { "production" } else { "staging" }.to_owned()),
        production,
        reason: Some(reason),
        ..fact(kind, at, &subject, team)
    };
    let decided_at = at + dice.minutes(60);
    let ended_at = decided_at + dice.minutes(15);
    let ended = if dice.roll(15) == 0 {
        Kind::DeploymentFailed
    } else {
        Kind::DeploymentSucceeded
    };
    facts.push(of(Kind::DeploymentRequested, at, None));
    facts.push(of(Kind::DeploymentDecided, decided_at, Some(at)));
    facts.push(of(ended, ended_at, Some(decided_at)));
}

fn fact(kind: Kind, at: i64, subject: &str, team: usize) -> Fact {
    Fact {
        team: Some(format!("team-{team}")),
        human: true,
        ..Fact::plain(kind, "hearth", subject, Timestamp(at))
    }
}

/// Numbers that look random and are the same in every run (Knuth's linear congruential generator).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let high = usize::try_from(self.0 >> 33).expect("31 bits");
        high % sides
    }

    /// From 1 to `most` minutes, in ms.
    fn minutes(&mut self, most: usize) -> i64 {
        i64::try_from(1 + self.roll(most)).expect("a few minutes") * MINUTE_MS
    }
}
