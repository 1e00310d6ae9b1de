//! Environments: names and quotas hold under racing requests, moves leave the state they name.

use hearth::domain::cause::Cause;
use hearth::domain::chat::UserId;
use hearth::domain::effect::EnvironmentId;
use hearth::domain::environment::{
    self, Capacity, Count, Ending, Environment, InUse, Pin, Price, Rest, RestCause, State,
};
use hearth::domain::hours::WeeklyHours;
use hearth::store::{Scope, Store, Trouble, Whose};

use super::samples::{NOW, environment, environment_ask, later, template};
use super::{Home, on_both};

on_both!(
    an_environment_comes_back_as_it_was_stored,
    every_state_and_ending_can_be_stored,
    a_move_from_another_state_is_refused,
    a_destroyed_environment_never_moves_again,
    a_living_name_is_taken_and_a_dead_one_is_free,
    of_twenty_racing_requests_one_gets_the_last_place,
    of_twenty_teams_racing_for_a_name_one_gets_it,
    the_living_one_with_a_name_comes_before_the_dead,
    lists_hold_the_living_those_that_end_first_on_top,
    names_are_completed_from_the_living,
    environments_are_counted_by_state,
    expired_environments_are_listed_those_that_are_longest_first,
    an_engine_counts_what_it_builds_and_knows_its_queue,
    of_twenty_teams_racing_for_three_places_three_build_and_the_rest_wait,
);

async fn insert(store: &Store, new: &Environment) {
    let mut tx = store.begin(Scope::Team(&new.team)).await.unwrap();
    tx.insert_environment(new).await.unwrap();
    tx.commit().await.unwrap();
}

async fn save(store: &Store, next: &Environment, from: State) -> Result<(), Trouble> {
    let mut tx = store.begin(Scope::Team(&next.team)).await.unwrap();
    tx.save_environment(next, from)
        .await
        .map_err(|error| error.trouble())?;
    tx.commit().await.unwrap();
    Ok(())
}

async fn an_environment_comes_back_as_it_was_stored(home: &Home) {
    let mut expected = environment("e1", "demo", "player").next;
    let hours = |text| WeeklyHours::parse(text, chrono_tz::Europe::Berlin).unwrap();
    expected.terms.sleep = Some(hours("Mon-Fri 20:00-07:00, Sat-Sun 00:00-24:00"));
    expected.terms.count = Count::Worked(hours("Mon-Fri 09:00-17:00"));
    expected.terms.price = Some(Price {
        awake: 350_000,
        asleep: 1,
    });
    expected.terms.links = [("Grafana".to_owned(), "https://g/{name}".to_owned())].into();
    insert(&home.store, &expected).await;
    // The one character that PostgreSQL cannot hold is not kept on either.
    expected.owner_name = "Ada \u{202e}@everyone".to_owned();
    let mut reader = home.read().await;
    let id = EnvironmentId("e1".to_owned());
    assert_eq!(
        reader.environment(&id).await.unwrap(),
        Some(expected.clone())
    );
    let from = expected.state;
    expected.state = State::Ready;
    expected.ready_at = Some(later(2));
    expected.warned_at = Some(later(3));
    expected.extensions = 2;
    expected.reference = Some("pid 7".to_owned());
    expected.url = Some("http://127.0.0.1:1".to_owned());
    expected.failure = Some(Cause::engine("💥"));
    expected.owner = UserId(3);
    expected.owner_name = "Ben".to_owned();
    expected.approved_by = Some(UserId(4));
    expected.moved_at = later(4);
    expected.started_at = Some(later(1));
    expected.rest = Rest {
        cause: Some(RestCause::Hours),
        asleep_at: Some(later(5)),
        slept: std::time::Duration::from_secs(90),
        times: 2,
    };
    expected.pin = Some(Pin {
        by: UserId(u64::MAX),
        until: later(6),
        asked_at: Some(later(7)),
    });
    expected.stuck_at = Some(later(8));
    save(&home.store, &expected, from).await.unwrap();
    assert_eq!(reader.environment(&id).await.unwrap(), Some(expected));
}

async fn every_state_and_ending_can_be_stored(home: &Home) {
    for (n, state) in State::ALL.iter().enumerate() {
        let mut next = environment(&format!("e{n}"), &format!("demo-{n}"), "player").next;
        insert(&home.store, &next).await;
        next.state = *state;
        next.destroyed_at = (!state.is_alive()).then_some(later(1));
        next.ending = Some(Ending::ALL[n % Ending::ALL.len()]);
        save(&home.store, &next, State::Requested).await.unwrap();
        let stored = home.read().await.environment(&next.id).await.unwrap();
        let stored = stored.unwrap();
        assert_eq!((stored.state, stored.ending), (*state, next.ending));
    }
}

async fn a_move_from_another_state_is_refused(home: &Home) {
    let first = environment("e1", "demo", "player").next;
    insert(&home.store, &first).await;
    let ready = environment::ready(NOW, &first, None).unwrap().next;
    let failed = environment::failed(NOW, &first, Cause::User("no".into()))
        .unwrap()
        .next;
    save(&home.store, &ready, State::Requested).await.unwrap();
    let refused = save(&home.store, &failed, State::Requested).await;
    assert_eq!(refused, Err(Trouble::Moved));
    let stored = home.read().await.environment(&first.id).await.unwrap();
    assert_eq!(stored.unwrap().state, State::Ready);
}

async fn a_destroyed_environment_never_moves_again(home: &Home) {
    let mut gone = environment("e1", "demo", "player").next;
    insert(&home.store, &gone).await;
    gone.state = State::Destroyed;
    gone.destroyed_at = Some(NOW);
    save(&home.store, &gone, State::Requested).await.unwrap();
    let mut risen = gone.clone();
    risen.state = State::Ready;
    risen.destroyed_at = None;
    let refused = save(&home.store, &risen, State::Destroyed).await;
    assert_eq!(refused, Err(Trouble::Moved));
}

async fn a_living_name_is_taken_and_a_dead_one_is_free(home: &Home) {
    let mut first = environment("e1", "demo", "player").next;
    insert(&home.store, &first).await;
    let second = environment("e2", "demo", "checkout").next;
    let mut tx = home.begin(Scope::Team("checkout")).await;
    let in_use = tx.environments_in_use("checkout", "demo").await.unwrap();
    assert_eq!(in_use, (0, true));
    let refused = tx.insert_environment(&second).await.unwrap_err();
    assert_eq!(refused.trouble(), Trouble::Moved);
    // The transaction is still good: nothing was violated.
    tx.set("still", "good").await.unwrap();
    tx.commit().await.unwrap();

    first.state = State::Destroyed;
    first.destroyed_at = Some(NOW);
    save(&home.store, &first, State::Requested).await.unwrap();
    let in_use = home
        .read()
        .await
        .environments_in_use("player", "demo")
        .await;
    assert_eq!(in_use.unwrap(), (0, false));
    insert(&home.store, &second).await;
}

/// One request on the whole road; whether it got an environment.
async fn request(store: Store, n: usize, name: String, team: String, quota: u32) -> bool {
    let template = template();
    for _ in 0..3 {
        let mut tx = store.begin(Scope::Team(&team)).await.unwrap();
        let (by_team, name_taken) = tx.environments_in_use(&team, &name).await.unwrap();
        let in_use = InUse {
            by_team,
            name_taken,
            capacity: tx.capacity("exec", 8).await.unwrap(),
        };
        let mut ask = environment_ask("", &name, &team, &template);
        ask.id = EnvironmentId(format!("race-{n}"));
        ask.op_key = format!("op-race-{n}");
        ask.quota = quota;
        let Ok(change) = environment::request(NOW, in_use, ask) else {
            return false;
        };
        match tx.insert_environment(&change.next).await {
            Ok(()) => {
                tx.commit().await.unwrap();
                return true;
            }
            // Decide again, with what is there now.
            Err(error) => assert_eq!(error.trouble(), Trouble::Moved),
        }
    }
    panic!("a request is decided at the second try at the latest");
}

async fn race(home: &Home, quota: u32, ask: impl Fn(usize) -> (String, String)) -> usize {
    let replica = home.replica().await;
    let mut racing = Vec::new();
    for n in 0..20 {
        let store = if n % 2 == 0 {
            home.store.clone()
        } else {
            replica.clone()
        };
        let (name, team) = ask(n);
        racing.push(tokio::spawn(request(store, n, name, team, quota)));
    }
    let mut won = 0;
    for one in racing {
        won += usize::from(one.await.unwrap());
    }
    won
}

async fn of_twenty_racing_requests_one_gets_the_last_place(home: &Home) {
    for n in 0..2 {
        let name = format!("former-{n}");
        insert(&home.store, &environment(&name, &name, "player").next).await;
    }
    let won = race(home, 3, |n| (format!("name-{n}"), "player".to_owned())).await;
    assert_eq!(won, 1);
    let in_use = home.read().await.environments_in_use("player", "x").await;
    assert_eq!(in_use.unwrap().0, 3);
}

async fn of_twenty_teams_racing_for_a_name_one_gets_it(home: &Home) {
    let won = race(home, 3, |n| ("demo".to_owned(), format!("team-{n}"))).await;
    assert_eq!(won, 1);
    let all = home.read().await.environments(Whose::All, 100).await;
    assert_eq!(all.unwrap().len(), 1);
}

async fn the_living_one_with_a_name_comes_before_the_dead(home: &Home) {
    let mut reader = home.read().await;
    assert_eq!(reader.environment_named("demo").await.unwrap(), None);
    for n in 0..3 {
        let mut next = environment(&format!("e{n}"), "demo", "player").next;
        next.requested_at = later(n);
        insert(&home.store, &next).await;
        let living = reader.environment_named("demo").await.unwrap().unwrap();
        assert_eq!(living.id, next.id);
        next.state = State::Destroyed;
        next.destroyed_at = Some(later(n));
        save(&home.store, &next, State::Requested).await.unwrap();
        assert_eq!(reader.environment_living("demo").await.unwrap(), None);
        let newest = reader.environment_named("demo").await.unwrap().unwrap();
        assert_eq!(newest.id, next.id);
    }
}

async fn lists_hold_the_living_those_that_end_first_on_top(home: &Home) {
    for (n, (team, owner)) in [("player", 1), ("player", 2), ("checkout", 1)]
        .into_iter()
        .enumerate()
    {
        let mut next = environment(&format!("e{n}"), &format!("demo-{n}"), team).next;
        next.owner = UserId(owner);
        next.expires_at = later(100 - n as u64);
        insert(&home.store, &next).await;
    }
    let mut gone = environment("e9", "demo-9", "player").next;
    insert(&home.store, &gone).await;
    gone.state = State::Destroyed;
    gone.destroyed_at = Some(NOW);
    save(&home.store, &gone, State::Requested).await.unwrap();

    let mut reader = home.read().await;
    for (whose, limit, expected) in [
        (Whose::All, 10, vec!["demo-2", "demo-1", "demo-0"]),
        (Whose::All, 2, vec!["demo-2", "demo-1"]),
        (Whose::Team("player"), 10, vec!["demo-1", "demo-0"]),
        (Whose::Owner(UserId(1)), 10, vec!["demo-2", "demo-0"]),
        (Whose::Team("nobody"), 10, vec![]),
    ] {
        let found = reader.environments(whose, limit).await.unwrap();
        let names: Vec<&str> = found.iter().map(|e| e.name.as_str()).collect();
        assert_eq!(names, expected, "{whose:?}");
    }
}

async fn names_are_completed_from_the_living(home: &Home) {
    for name in ["demo", "my-demo", "other", "demo-2"] {
        insert(&home.store, &environment(name, name, "player").next).await;
    }
    let mut reader = home.read().await;
    for (typed, expected) in [
        ("demo", vec!["demo", "demo-2", "my-demo"]),
        (" DEMO-", vec!["demo-2"]),
        ("", vec!["demo", "demo-2", "my-demo", "other"]),
        ("%", vec![]),
        ("_", vec![]),
        ("' OR 1=1 --", vec![]),
        ("\0", vec![]),
    ] {
        let names = reader.environment_names(typed, 25).await.unwrap();
        assert_eq!(names, expected, "{typed:?}");
    }
    assert_eq!(reader.environment_names("", 2).await.unwrap().len(), 2);
}

async fn environments_are_counted_by_state(home: &Home) {
    for (n, state) in [State::Ready, State::Ready, State::Failed, State::Destroyed]
        .into_iter()
        .enumerate()
    {
        let mut next = environment(&format!("e{n}"), &format!("demo-{n}"), "player").next;
        insert(&home.store, &next).await;
        next.state = state;
        next.destroyed_at = (state == State::Destroyed).then_some(NOW);
        save(&home.store, &next, State::Requested).await.unwrap();
    }
    let counts = home.read().await.environment_counts().await.unwrap();
    assert_eq!(counts, [(State::Failed, 1), (State::Ready, 2)]);
}

async fn expired_environments_are_listed_those_that_are_longest_first(home: &Home) {
    let pin = Pin {
        by: UserId(1),
        until: later(900),
        asked_at: None,
    };
    for (n, (state, ends, pin)) in [
        (State::Ready, 5, None),
        (State::Failed, 4, None),
        (State::Sleeping, 3, None),
        (State::Destroying, 5, None),
        (State::Queued, 5, None),
        (State::Ready, 5, Some(pin)),
        (State::Ready, 50, None),
    ]
    .into_iter()
    .enumerate()
    {
        let mut next = environment(&format!("e{n}"), &format!("demo-{n}"), "player").next;
        next.expires_at = later(ends);
        next.pin = pin;
        insert(&home.store, &next).await;
        next.state = state;
        save(&home.store, &next, State::Requested).await.unwrap();
    }
    let mut reader = home.read().await;
    let expired = reader.expired_of("player", later(5), 10).await.unwrap();
    let ids: Vec<&str> = expired.iter().map(|id| id.0.as_str()).collect();
    assert_eq!(ids, ["e2", "e1", "e0"]);
    let counted = reader.environments_expired("player", later(5)).await;
    assert_eq!(counted.unwrap(), 3);
}

async fn an_engine_counts_what_it_builds_and_knows_its_queue(home: &Home) {
    for (n, (state, moved)) in [
        (State::Requested, 1),
        (State::Provisioning, 2),
        (State::Ready, 3),
        (State::Queued, 9),
        (State::Queued, 8),
    ]
    .into_iter()
    .enumerate()
    {
        let mut next = environment(&format!("e{n}"), &format!("demo-{n}"), "player").next;
        insert(&home.store, &next).await;
        next.state = state;
        next.moved_at = later(moved);
        save(&home.store, &next, State::Requested).await.unwrap();
    }
    let mut tx = home.begin(Scope::Team("player")).await;
    let expected = Capacity {
        building: 2,
        building_max: 8,
        queued: 2,
    };
    assert_eq!(tx.capacity("exec", 8).await.unwrap(), expected);
    let other = tx.capacity("terraform", 8).await.unwrap();
    assert_eq!((other.building, other.queued), (0, 0));
    let queued = tx.environments_queued("exec", 10).await.unwrap();
    let names: Vec<&str> = queued.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["demo-4", "demo-3"]);
    for (place, environment) in (1..).zip(&queued) {
        assert_eq!(tx.queue_place(environment).await.unwrap(), place);
    }
    assert_eq!(tx.environments_at("exec", 10).await.unwrap().len(), 5);
    let once = tx.environment_ordered("op-e2").await.unwrap();
    assert_eq!(once.unwrap().name.as_str(), "demo-2");
    assert_eq!(tx.environment_ordered("op-x").await.unwrap(), None);
}

/// One request for a place at the engine; whether it may build at once.
async fn build(store: Store, n: usize) -> bool {
    let template = template();
    let (name, team) = (format!("demo-{n}"), format!("team-{n}"));
    let mut tx = store.begin(Scope::Team(&team)).await.unwrap();
    let in_use = InUse {
        by_team: 0,
        name_taken: false,
        capacity: tx.capacity("exec", 3).await.unwrap(),
    };
    let mut ask = environment_ask("", &name, &team, &template);
    ask.id = EnvironmentId(format!("race-{n}"));
    ask.op_key = format!("op-race-{n}");
    let change = environment::request(NOW, in_use, ask).unwrap();
    tx.insert_environment(&change.next).await.unwrap();
    tx.commit().await.unwrap();
    change.next.state == State::Requested
}

async fn of_twenty_teams_racing_for_three_places_three_build_and_the_rest_wait(home: &Home) {
    let replica = home.replica().await;
    let racing: Vec<_> = (0..20)
        .map(|n| {
            let store = if n % 2 == 0 { &home.store } else { &replica };
            tokio::spawn(build(store.clone(), n))
        })
        .collect();
    let mut building = 0;
    for one in racing {
        building += usize::from(one.await.unwrap());
    }
    assert_eq!(building, 3);
    let queued = home.read().await.environments_queued("exec", 100).await;
    assert_eq!(queued.unwrap().len(), 17);
}
