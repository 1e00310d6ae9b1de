//! Sample history: made-up weeks that are labelled as such, so that a first digest is worth reading and
//! a bench has something to count. Nothing here is random: the same weeks give the same facts.

use chrono::{Days, NaiveDate, NaiveTime};

use crate::domain::calendar::{Calendar, Week, instant};
use crate::domain::fact::{Fact, Fault, Kind, Reason};
use crate::domain::time::Timestamp;
use crate::store::{Error, Scope};

use super::App;

/// The source of made-up facts; whatever counts them says so.
pub const SOURCE: &str = "sample";
/// Weeks that are made up.
pub const WEEKS: usize = 12;
/// Facts of an average week: about what two teams leave behind.
pub const FACTS_A_WEEK: usize = 200;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Records made-up weeks that end where the current week begins. Does nothing if there are any yet.
///
/// # Errors
/// If the store cannot be read or written.
pub async fn record(app: &App) -> Result<(), Error> {
    let now = app.now();
    let calendar = Calendar::iso(app.definitions().platform.zone);
    let mut tx = app.store().begin(Scope::Everything).await?;
    if tx
        .sources_before(now)
        .await?
        .iter()
        .any(|fact| fact.source == SOURCE)
    {
        return Ok(());
    }
    tx.record(&facts(&calendar, now, WEEKS, FACTS_A_WEEK))
        .await?;
    tx.commit().await
}

/// Made-up facts of the weeks before the one in which `now` lies, in no order: `weeks` of them, each
/// with about `per_week` facts, fewer in the first and more in the last.
#[must_use]
pub fn facts(calendar: &Calendar, now: Timestamp, weeks: usize, per_week: usize) -> Vec<Fact> {
    let current = calendar.week_of(now.0);
    let weeks = calendar.weeks_before(&current, weeks);
    let Some(first) = weeks.first() else {
        return Vec::new();
    };
    let last = weeks.len().saturating_sub(1).max(1) as f64;
    let mut facts = vec![source(Kind::SourceConnected, first.start_ms)];
    for (index, week) in weeks.iter().enumerate() {
        let progress = index as f64 / last;
        let mut made = Made {
            calendar,
            week,
            progress,
            until: current.start_ms,
            facts: Vec::new(),
            things: 0,
        };
        // A platform that is wanted grows, though no two weeks are alike.
        let wanted = per_week as f64 * (0.7 + 0.6 * progress) * (0.94 + 0.12 * made.chance(0));
        while (made.facts.len() as f64) < wanted {
            made.thing();
        }
        facts.append(&mut made.facts);
    }
    // From here on only real sources are connected, so that real gaps show.
    facts.push(source(Kind::SourceLost, current.start_ms));
    facts
}

fn source(kind: Kind, at: i64) -> Fact {
    Fact::plain(kind, SOURCE, SOURCE, Timestamp(at))
}

/// A week while it is being made up.
struct Made<'a> {
    calendar: &'a Calendar,
    week: &'a Week,
    /// 0 in the first week, 1 in the last.
    progress: f64,
    /// Nothing happens from here on.
    until: i64,
    facts: Vec<Fact>,
    things: u64,
}

/// One deployment on its way.
struct Run<'a> {
    subject: String,
    service: &'static str,
    team: &'static str,
    stage: &'a str,
    reason: Reason,
    human: bool,
}

impl Made<'_> {
    /// The next thing that happens: an environment, or two times in five a change on its way to production.
    fn thing(&mut self) {
        self.things += 1;
        let at = self.office_time();
        if self.things % 5 < 3 {
            self.environment(at);
        } else {
            self.change(at);
        }
    }

    fn environment(&mut self, at: i64) {
        let subject = self.subject("environment");
        let team = if self.chance(10) < 0.7 {
            "player"
        } else {
            "platform"
        };
        let fact = |kind, at| Fact {
            subject: subject.clone(),
            team: Some(team.to_owned()),
            human: true,
            ..source(kind, at)
        };
        let requested = fact(Kind::EnvironmentRequested, at);
        // Seven minutes at first, four in the end, and now and then a slow one.
        let seconds = self.between(420.0, 235.0) * (0.7 + 0.6 * self.chance(11));
        let seconds = seconds * if self.chance(12) > 0.93 { 2.5 } else { 1.0 };
        let ended = at + (seconds * 1000.0) as i64;
        let started_at = Some(Timestamp(at));
        if self.chance(13) < self.between(0.08, 0.04) {
            let fault = if self.chance(14) < 0.6 {
                Fault::Platform
            } else {
                Fault::User
            };
            let failed = Fact {
                started_at,
                fault: Some(fault),
                ..fact(Kind::EnvironmentFailed, ended)
            };
            self.tell([requested, failed]);
            return;
        }
        let ready = Fact {
            started_at,
            ..fact(Kind::EnvironmentReady, ended)
        };
        let hours = 2 + (self.chance(15) * 30.0) as i64;
        let gone = if self.chance(16) < 0.4 {
            Fact {
                human: false,
                ..fact(Kind::EnvironmentExpired, ended + hours * HOUR_MS)
            }
        } else {
            fact(Kind::EnvironmentDestroyed, ended + hours * HOUR_MS)
        };
        self.tell([requested, ready, gone]);
    }

    /// A change goes to staging, most go on to production, and few of those have to be mended.
    fn change(&mut self, at: i64) {
        let (service, team) = match (self.chance(20) * 3.0) as u32 {
            0 => ("player", "player"),
            1 => ("playlists", "player"),
            _ => ("checkout", "platform"),
        };
        let run = |subject, stage, reason, human| Run {
            subject,
            service,
            team,
            stage,
            reason,
            human,
        };
        let subject = self.subject("change");
        let human = self.chance(21) > 0.15;
        let staging = run(
            format!("{subject}-staging"),
            "staging",
            Reason::Planned,
            human,
        );
        let Some(staged) = self.run(&staging, at, 0.07, 22) else {
            return;
        };
        if self.chance(23) > 0.75 {
            return;
        }
        let wait = (5.0 + 90.0 * self.chance(24) * self.chance(25)) as i64 * MINUTE_MS;
        let asked = staged + 10 * MINUTE_MS;
        let production = run(
            format!("{subject}-production"),
            "production",
            Reason::Planned,
            true,
        );
        let decided = Fact {
            started_at: Some(Timestamp(asked)),
            ..self.fact(&production, Kind::DeploymentDecided, asked + wait)
        };
        self.tell([decided]);
        let Some(done) = self.run(&production, asked + wait, 0.05, 26) else {
            return;
        };
        let luck = self.chance(27);
        if luck < 0.06 {
            let undo = run(
                format!("{subject}-back"),
                "production",
                Reason::Rollback,
                true,
            );
            let later = done + (10.0 + 60.0 * self.chance(28)) as i64 * MINUTE_MS;
            if let Some(back) = self.run(&undo, later, 0.0, 29) {
                let undone = self.fact(&production, Kind::DeploymentRolledBack, back);
                self.tell([undone]);
            }
        } else if luck < 0.11 {
            let mend = run(
                format!("{subject}-hotfix"),
                "production",
                Reason::Hotfix,
                true,
            );
            let later = done + (30.0 + 200.0 * self.chance(28)) as i64 * MINUTE_MS;
            let _ = self.run(&mend, later, 0.0, 29);
        }
    }

    /// Runs a deployment; the time of its good end, if it has one.
    fn run(&mut self, run: &Run<'_>, at: i64, risk: f64, salt: u64) -> Option<i64> {
        let seconds = self.between(560.0, 440.0) * (0.8 + 0.4 * self.chance(salt + 100));
        let ended = at + (seconds * 1000.0) as i64;
        let requested = self.fact(run, Kind::DeploymentRequested, at);
        let failed = self.chance(salt + 200) < risk;
        let end = Fact {
            started_at: Some(Timestamp(at)),
            fault: failed.then(|| {
                if self.chance(salt + 300) < 0.5 {
                    Fault::User
                } else {
                    Fault::Platform
                }
            }),
            ..self.fact(
                run,
                if failed {
                    Kind::DeploymentFailed
                } else {
                    Kind::DeploymentSucceeded
                },
                ended,
            )
        };
        self.tell([requested, end]);
        (!failed).then_some(ended)
    }

    fn fact(&self, run: &Run<'_>, kind: Kind, at: i64) -> Fact {
        Fact {
            subject: run.subject.clone(),
            team: Some(run.team.to_owned()),
            service: Some(run.service.to_owned()),
            stage: Some(run.stage.to_owned()),
            production: run.stage == "production",
            human: run.human,
            reason: Some(run.reason),
            ..source(kind, at)
        }
    }

    /// Keeps what happened before the current week.
    fn tell<const N: usize>(&mut self, facts: [Fact; N]) {
        let until = self.until;
        self.facts
            .extend(facts.into_iter().filter(|fact| fact.occurred_at.0 < until));
    }

    fn subject(&self, what: &str) -> String {
        format!("{SOURCE}-{what}-{}-{}", self.week.first_day, self.things)
    }

    fn between(&self, first: f64, last: f64) -> f64 {
        first + (last - first) * self.progress
    }

    /// An instant of this week: mostly in the office hours of a working day, rarely on a weekend.
    fn office_time(&self) -> i64 {
        const SHARES: [f64; 7] = [0.18, 0.22, 0.22, 0.2, 0.14, 0.02, 0.02];
        let mut left = self.chance(1);
        let day = SHARES
            .iter()
            .position(|share| {
                left -= share;
                left < 0.0
            })
            .unwrap_or(1);
        // Two draws make the middle of the day the busiest.
        let hours = 8.0 + 5.0 * (self.chance(2) + self.chance(3));
        let date = self
            .week
            .first_day
            .checked_add_days(Days::new(day as u64))
            .unwrap_or(self.week.first_day);
        let midnight = instant(self.calendar.zone(), date.and_time(NaiveTime::MIN));
        midnight + (hours * HOUR_MS as f64) as i64
    }

    /// A number in `[0, 1)` that depends on the week, the thing and the salt alone.
    fn chance(&self, salt: u64) -> f64 {
        let day = self
            .week
            .first_day
            .signed_duration_since(NaiveDate::MIN)
            .num_days();
        let seed = day.unsigned_abs() << 40 ^ self.things << 12 ^ salt;
        (mixed(seed) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The finishing steps of the SplitMix64 generator: neighbours become far apart.
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{Datelike, Timelike, Weekday};

    use super::*;
    use crate::domain::calendar::local;
    use crate::domain::digest::{Headline, of_facts};
    use crate::domain::metric::{MetricId, Question};

    /// Tuesday, 24 November 2026, noon in UTC.
    const NOW: Timestamp = Timestamp(1_795_521_600_000);

    fn calendar() -> Calendar {
        Calendar::iso(chrono_tz::Europe::Berlin)
    }

    fn made() -> Vec<Fact> {
        facts(&calendar(), NOW, WEEKS, FACTS_A_WEEK)
    }

    #[test]
    fn the_same_weeks_give_the_same_facts_each_known_by_its_key() {
        let facts = made();
        assert_eq!(facts, made());
        let keys: BTreeSet<_> = facts
            .iter()
            .map(|fact| (fact.kind, &fact.subject))
            .collect();
        assert_eq!(keys.len(), facts.len());
        assert!(facts.iter().all(|fact| fact.source == SOURCE));
    }

    #[test]
    fn everything_lies_in_twelve_weeks_before_the_current_one_and_work_is_done_in_office_hours() {
        let facts = made();
        let week = calendar().week_of(NOW.0);
        let first = calendar().weeks_before(&week, WEEKS)[0];
        let (mut office, mut all) = (0, 0);
        for fact in &facts {
            assert!(fact.occurred_at.0 >= first.start_ms && fact.occurred_at.0 <= week.start_ms);
            assert!(fact.started_at.is_none_or(|at| at <= fact.occurred_at));
            if fact.kind == Kind::EnvironmentRequested {
                let at = local(chrono_tz::Europe::Berlin, fact.occurred_at.0);
                let weekend = matches!(at.weekday(), Weekday::Sat | Weekday::Sun);
                all += 1;
                office += usize::from(!weekend && (8..18).contains(&at.hour()));
            }
        }
        assert!(office * 10 > all * 9, "{office} of {all}");
    }

    #[test]
    fn a_digest_of_it_has_something_to_say_and_says_that_it_is_made_up() {
        let calendar = calendar();
        let question = Question {
            calendar,
            window: calendar.closed_week(NOW.0),
            now: NOW,
            eligible_teams: ["player".to_owned(), "platform".to_owned()].into(),
            mandated_services: BTreeSet::new(),
            rounds: Vec::new(),
        };
        let digest = of_facts(&question, &[], &made());
        assert!(digest.footer.sample.any());
        assert_eq!(digest.footer.coverage, Some(1.0));
        assert!(
            !matches!(digest.headline, Headline::TooEarly),
            "{:?}",
            digest.headline
        );
        let value = |id| {
            let line = digest.strategy.iter().find(|line| line.metric == id);
            line.and_then(|line| line.reading.as_ref())
                .and_then(|reading| reading.number())
        };
        let within = |id, low: f64, high: f64| {
            let value = value(id).unwrap();
            assert!(low <= value && value <= high, "{id:?}: {value}");
        };
        within(MetricId::S5, 20.0, 60.0);
        within(MetricId::S6, 10.0, 40.0);
        within(MetricId::S7, 180.0, 300.0);
        within(MetricId::S8, 380.0, 480.0);
    }

    #[test]
    fn a_hundred_thousand_facts_are_made_when_asked_for() {
        let facts = facts(&calendar(), NOW, 13, 7_700);
        assert!((95_000..106_000).contains(&facts.len()), "{}", facts.len());
    }
}
