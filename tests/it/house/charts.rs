//! The state charts in ARCHITECTURE.md are the decisions of the domain and the words of the database.

use hearth::domain::cause::Cause;
use std::collections::{BTreeMap, BTreeSet};

use hearth::domain::Timestamp;
use hearth::domain::access::{self, Granted, Group, Right};
use hearth::domain::chat::{ChannelId, Language, Person, RoleId, UserId};
use hearth::domain::deployment::{self, Deployment, Standing};
use hearth::domain::effect::{Change, DeploymentId, EnvironmentId, RoundId};
use hearth::domain::environment::{self, Capacity, Environment, InUse, RestCause};
use hearth::domain::fact::Reason;
use hearth::domain::hours::WeeklyHours;
use hearth::domain::limits;
use hearth::domain::platform::{Deploy, Reference, Service, Stage, Template};
use hearth::domain::survey::{self, Released, Round};
use hearth::domain::time::hours;

use super::plans::{plans, proposal};

const PAGE: &str = include_str!("../../../ARCHITECTURE.md");
pub(super) const NOW: Timestamp = Timestamp(1_790_000_000_000);

/// From, what happens, to.
pub(super) type Arrow = (String, String, String);

/// What the page says about one machine.
pub(super) struct Chart {
    pub(super) arrows: BTreeSet<Arrow>,
    /// What may happen without a move.
    stays: BTreeSet<String>,
    /// States that nothing leads out of.
    ends: BTreeSet<String>,
}

/// The first chart after this heading.
pub(super) fn chart(heading: &str) -> Chart {
    let (_, after) = PAGE
        .split_once(&format!("### {heading}\n"))
        .unwrap_or_else(|| panic!("ARCHITECTURE.md has the heading {heading}"));
    let (_, block) = after.split_once("```mermaid\n").expect("a chart follows");
    let (block, _) = block.split_once("```").expect("the chart ends");
    let mut chart = Chart {
        arrows: BTreeSet::new(),
        stays: BTreeSet::new(),
        ends: BTreeSet::new(),
    };
    for line in block.lines().map(str::trim) {
        if let Some(stays) = line.strip_prefix("%% no move:") {
            chart.stays.extend(words(stays));
        } else if let Some(state) = line.strip_suffix(" --> [*]") {
            chart.ends.insert(state.to_owned());
        } else if let Some((from, rest)) = line.split_once(" --> ") {
            let (to, events) = rest.split_once(": ").expect("an arrow says what happens");
            for event in words(events) {
                chart.arrows.insert((from.to_owned(), event, to.to_owned()));
            }
        } else {
            assert!(
                line == "stateDiagram-v2" || line.starts_with("direction "),
                "not understood in the chart: {line}"
            );
        }
    }
    chart
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(',').map(|word| word.trim().to_owned())
}

/// What the code does: every event tried in every state.
#[derive(Default)]
pub(super) struct Seen {
    arrows: BTreeSet<Arrow>,
    stays: BTreeSet<String>,
}

impl Seen {
    pub(super) fn begins(&mut self, event: &str, to: &'static str) {
        self.moves("[*]", event, Some(to));
    }

    pub(super) fn moves(&mut self, from: &'static str, event: &str, to: Option<&'static str>) {
        match to {
            Some(to) if to == from => {
                self.stays.insert(event.to_owned());
            }
            Some(to) => {
                let arrow = (from.to_owned(), event.to_owned(), to.to_owned());
                self.arrows.insert(arrow);
            }
            None => {}
        }
    }

    pub(super) fn is(self, chart: &Chart, states: impl Iterator<Item = &'static str>) {
        let only = |left: &BTreeSet<Arrow>, right: &BTreeSet<Arrow>| -> Vec<String> {
            left.difference(right)
                .map(|(from, event, to)| format!("{from} --> {to}: {event}"))
                .collect()
        };
        assert_eq!(
            only(&self.arrows, &chart.arrows),
            Vec::<String>::new(),
            "the chart in ARCHITECTURE.md lacks these arrows of the code"
        );
        assert_eq!(
            only(&chart.arrows, &self.arrows),
            Vec::<String>::new(),
            "the chart in ARCHITECTURE.md has arrows that the code lacks"
        );
        assert_eq!(self.stays, chart.stays, "what may happen without a move");
        let ends: BTreeSet<String> = states
            .filter(|state| !self.arrows.iter().any(|(from, _, _)| from == state))
            .map(str::to_owned)
            .collect();
        assert_eq!(ends, chart.ends, "the states that nothing leads out of");
    }
}

#[test]
fn the_chart_of_an_environment_is_what_the_code_decides() {
    use environment::State;
    type Event = fn(Timestamp, &Environment) -> Option<Environment>;
    let events: &[(&str, Event)] = &[
        ("started", |now, it| {
            environment::started(now, it, "r").map(|change| change.next)
        }),
        ("ready", |now, it| {
            environment::ready(now, it, None).map(next)
        }),
        ("failed", |now, it| {
            environment::failed(now, it, Cause::engine("no")).map(|change| change.next)
        }),
        ("extend", |now, it| {
            environment::extend(now, it, 1)
                .ok()
                .map(|change| change.next)
        }),
        ("mind", |now, it| environment::mind(now, it).map(next)),
        ("destroy", |now, it| {
            environment::destroy(now, it).ok().map(|change| change.next)
        }),
        ("destroyed", |now, it| {
            environment::destroyed(now, it).map(next)
        }),
        ("destroy_failed", |now, it| {
            environment::destroy_failed(now, it, Cause::engine("no")).map(|change| change.next)
        }),
        ("admitted", |now, it| {
            environment::admitted(now, it).map(next)
        }),
        ("approve", |now, it| {
            environment::approve(now, it, UserId(2), ROOM)
                .ok()
                .map(|change| change.next)
        }),
        ("approve", |now, it| {
            environment::approve(now, it, UserId(2), FULL)
                .ok()
                .map(|change| change.next)
        }),
        ("apply", |now, it| {
            environment::apply(now, it, UserId(2), ROOM)
                .ok()
                .map(|change| change.next)
        }),
        ("apply", |now, it| {
            environment::apply(now, it, UserId(2), FULL)
                .ok()
                .map(|change| change.next)
        }),
        ("withdraw", |now, it| {
            environment::withdraw(now, it)
                .ok()
                .map(|change| change.next)
        }),
        ("proposed", |now, it| {
            environment::proposed(now, it, proposal()).map(|change| change.next)
        }),
        ("reject", |now, it| {
            environment::reject(now, it, UserId(2))
                .ok()
                .map(|change| change.next)
        }),
        ("pin", |now, it| {
            environment::pin(now, it, UserId(2), now.plus(hours(48)))
                .ok()
                .map(|change| change.next)
        }),
        ("unpin", |now, it| {
            let pinned = environment::pin(now, it, UserId(2), now.plus(hours(48)))
                .ok()?
                .next;
            environment::unpin(now, &pinned)
                .ok()
                .map(|change| change.next)
        }),
        ("give", |now, it| {
            environment::give(now, it, UserId(2), "Ben")
                .ok()
                .map(|change| change.next)
        }),
        ("sleep", |now, it| {
            environment::sleep(now, it, RestCause::Asked)
                .ok()
                .map(|change| change.next)
        }),
        ("slept", |now, it| environment::slept(now, it).map(next)),
        ("wake", |now, it| {
            environment::wake(now, it).ok().map(|change| change.next)
        }),
        ("woken", |now, it| {
            environment::woken(now, it, None).map(next)
        }),
        ("rest_failed", |now, it| {
            environment::rest_failed(now, it, Cause::engine("no")).map(|change| change.next)
        }),
        ("lost", |now, it| environment::lost(now, it).map(next)),
        ("update", |now, it| environment::update(now, it).map(next)),
        ("cleared", |now, it| {
            environment::cleared(now, it, RENEWAL, ROOM).map(next)
        }),
        ("cleared", |now, it| {
            environment::cleared(now, it, RENEWAL, FULL).map(next)
        }),
        ("drifted", |now, it| {
            environment::drifted(now, it, Some("x")).map(next)
        }),
        ("revise", |now, it| {
            environment::revise(now, it, "b").map(next)
        }),
        ("close", |now, it| environment::close(now, it).map(next)),
        ("stuck", |now, it| environment::stuck(now, it).map(next)),
    ];
    let fresh = fresh_environment();
    let plans = plans();
    let mut seen = Seen::default();
    for (approval, capacity) in [(false, ROOM), (false, FULL), (true, ROOM)] {
        seen.begins(
            "request",
            asked_environment(approval, capacity).state.word(),
        );
    }
    let template = preview(false);
    for standing in [
        environment::Standing::Building,
        environment::Standing::Ready { url: None },
        environment::Standing::Failed(Cause::Unknown),
    ] {
        let remains = environment::Remains {
            id: EnvironmentId("e1".into()),
            op_key: "op1".into(),
            name: "demo",
            template: &template,
            definition: None,
            team: "player",
            owner: UserId(7),
            channel: ChannelId(9),
            revision: None,
            pull_request: None,
            parameters: BTreeMap::new(),
            requested_at: None,
            expires_at: None,
            reference: "op1".into(),
            standing,
        };
        let change = environment::adopted(NOW, remains).unwrap();
        seen.begins("adopted", change.next.state.word());
    }
    let times = [
        NOW,
        NOW.plus(hours(6)), // In the template's sleep hours.
        fresh.warn_at(),
        fresh.expires_at,
        fresh.approval_ends_at(),
    ];
    let causes = [None, Some(RestCause::Hours)];
    for (from, cause) in State::ALL
        .iter()
        .flat_map(|from| causes.map(|cause| (from, cause)))
    {
        for now in times {
            for (event, decide) in events {
                for plan in &plans {
                    let mut it = fresh.clone();
                    it.state = *from;
                    it.rest.cause = cause;
                    it.plan.clone_from(plan);
                    let to = decide(now, &it).map(|next| next.state.word());
                    seen.moves(from.word(), event, to);
                }
            }
        }
    }
    seen.is(
        &chart("Environment"),
        State::ALL.iter().map(|state| state.word()),
    );
}

fn next(change: Change<Environment>) -> Environment {
    change.next
}

const RENEWAL: environment::Renewal<'_> = environment::Renewal {
    revision: "b",
    op_key: "op2",
    ttl_hours: 8,
};
const ROOM: Capacity = Capacity {
    building: 0,
    building_max: 8,
    queued: 0,
};
const FULL: Capacity = Capacity {
    building: 8,
    ..ROOM
};

fn fresh_environment() -> Environment {
    asked_environment(false, ROOM)
}

/// A template that lets its environments sleep from an hour later on, for two hours, each day.
fn preview(approval: bool) -> Template {
    Template {
        id: "preview".into(),
        description: "A preview".into(),
        provider: "exec".into(),
        definition: "{}".into(),
        revision: None,
        revisions: vec![],
        ttl_hours: 8,
        ttl_hours_max: 72,
        extensions_max: 3,
        build_seconds_max: 300,
        parameters: vec![],
        allow: None,
        approval,
        plan: false,
        terms: environment::Terms {
            sleep: Some(WeeklyHours::parse("Mon-Sun 19:00-21:00", chrono_tz::UTC).unwrap()),
            ..environment::Terms::default()
        },
    }
}

fn asked_environment(approval: bool, capacity: Capacity) -> Environment {
    let template = preview(approval);
    let ask = environment::Ask {
        id: EnvironmentId("e1".into()),
        op_key: "op1".into(),
        name: "demo",
        template: &template,
        revision: None,
        pull_request: None,
        ttl_hours: None,
        parameters: BTreeMap::new(),
        team: "player",
        quota: 3,
        owner: UserId(7),
        owner_name: "Mina",
        channel: ChannelId(9),
    };
    let in_use = InUse {
        by_team: 0,
        name_taken: false,
        capacity,
    };
    environment::request(NOW, in_use, ask).unwrap().next
}

#[test]
fn the_chart_of_a_deployment_is_what_the_code_decides() {
    use deployment::State;
    type Event = fn(Timestamp, &Deployment) -> Option<Deployment>;
    let events: &[(&str, Event)] = &[
        ("approve", |now, it| {
            let standing = Standing::default();
            deployment::approve(now, it, &standing, UserId(2), &it.fingerprint(), &proof())
                .ok()
                .map(|change| change.next)
        }),
        ("reject", |now, it| {
            deployment::reject(now, it, UserId(2), &it.fingerprint(), "no", &proof())
                .ok()
                .map(|change| change.next)
        }),
        ("mind", |now, it| {
            deployment::mind(now, it).map(|change| change.next)
        }),
        ("started", |now, it| {
            deployment::started(now, it, "r").map(|change| change.next)
        }),
        ("succeeded", |now, it| {
            deployment::succeeded(now, it, None).map(|change| change.next)
        }),
        ("failed", |now, it| {
            deployment::failed(now, it, Cause::engine("no")).map(|change| change.next)
        }),
        ("undone", |now, it| {
            deployment::undone(now, it).map(|change| change.next)
        }),
    ];
    let mut seen = Seen::default();
    for approvals in [0, 1] {
        let asked = requested_deployment(approvals);
        seen.begins("request", asked.state.word());
        let back = rolled_back_deployment(approvals);
        seen.begins("roll_back", back.state.word());
    }
    let fresh = requested_deployment(1);
    for from in State::ALL {
        for now in [NOW, NOW.plus(limits::APPROVAL_WAIT_MAX)] {
            for (event, decide) in events {
                let mut it = fresh.clone();
                it.state = *from;
                let to = decide(now, &it).map(|next| next.state.word());
                seen.moves(from.word(), event, to);
            }
        }
    }
    seen.is(
        &chart("Deployment"),
        State::ALL.iter().map(|state| state.word()),
    );
}

fn requested_deployment(approvals: u8) -> Deployment {
    deployed(approvals, |ask| {
        deployment::request(NOW, &Standing::default(), ask)
            .unwrap()
            .next
    })
}

fn rolled_back_deployment(approvals: u8) -> Deployment {
    let past = |id: &str, revision: &str, state| Deployment {
        id: DeploymentId(id.into()),
        revision: revision.into(),
        state,
        ..requested_deployment(0)
    };
    let standing = Standing {
        active: None,
        past: vec![
            past("d3", "v1.3.0", deployment::State::Failed),
            past("d2", "v1.2.0", deployment::State::Succeeded),
        ],
    };
    deployed(approvals, |ask| {
        deployment::roll_back(NOW, &standing, None, ask)
            .unwrap()
            .next
    })
}

fn deployed(approvals: u8, decide: impl FnOnce(deployment::Ask<'_>) -> Deployment) -> Deployment {
    let deploy = Deploy {
        provider: "exec".into(),
        definition: "{}".into(),
        seconds_max: 60,
    };
    let service = Service {
        id: "player".into(),
        team: "player".into(),
        revisions: vec![],
        compare_url: None,
        stages: [("production".to_owned(), deploy)].into(),
        mandated: false,
    };
    let stage = Stage {
        id: "production".into(),
        aliases: vec![],
        approvals,
        deployers: None,
        approvers: vec!["lead".into()],
        production: true,
        rollback_reason: false,
    };
    decide(deployment::Ask {
        id: DeploymentId("d1".into()),
        op_key: "op1".into(),
        service: &service,
        stage: &stage,
        revision: "v1.1.0",
        parameters: BTreeMap::new(),
        reason: Reason::Planned,
        why: None,
        requester: UserId(1),
        requester_name: "Mina",
        channel: ChannelId(9),
    })
}

fn proof() -> Granted {
    let role = RoleId(5);
    let group = Group {
        name: "lead".into(),
        roles: vec![Reference::Id(role)],
        rights: [Right::DeploymentApprove].into(),
    };
    let person = Person {
        id: UserId(2),
        name: "Ada".into(),
        roles: vec![role],
        language: Language::English,
    };
    access::demand(&[group], &person, Right::DeploymentApprove, None).unwrap()
}

#[test]
fn the_chart_of_a_survey_round_is_what_the_code_decides() {
    use survey::State;
    type Event = fn(Timestamp, &Round) -> Option<Round>;
    let events: &[(&str, Event)] = &[
        ("opened", |now, it| {
            survey::opened(now, it, 12).map(|change| change.next)
        }),
        ("mind", |now, it| {
            survey::mind(now, it).map(|change| change.next)
        }),
        ("close", |now, it| {
            survey::close(now, it).ok().map(|change| change.next)
        }),
        ("closed", |now, it| {
            survey::closed(now, it, nothing_released()).map(|change| change.next)
        }),
    ];
    let ask = survey::Ask {
        id: RoundId("r1".into()),
        survey: "pulse",
        audience: RoleId(5),
        channel: ChannelId(9),
        k: limits::K_MIN,
        comment: true,
        window: hours(168),
    };
    let fresh = survey::open(NOW, None, &ask).unwrap().next;
    let mut seen = Seen::default();
    seen.begins("open", fresh.state.word());
    for from in State::ALL {
        for now in [NOW, fresh.remind_at(), fresh.closes_at] {
            for (event, decide) in events {
                let mut it = fresh.clone();
                it.state = *from;
                let to = decide(now, &it).map(|next| next.state.word());
                seen.moves(from.word(), event, to);
            }
        }
    }
    seen.is(
        &chart("Survey round"),
        State::ALL.iter().map(|state| state.word()),
    );
}

fn nothing_released() -> Released {
    survey::release(limits::K_MIN, Vec::new())
}
