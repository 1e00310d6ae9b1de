//! The chart of what nobody owns is what the code decides.

use hearth::domain::Timestamp;
use hearth::domain::cause::Cause;
use hearth::domain::chat::UserId;
use hearth::domain::effect::StrayId;
use hearth::domain::stray::{self, Stray};

use super::charts::{NOW, Seen, chart};

#[test]
fn the_chart_of_what_nobody_owns_is_what_the_code_decides() {
    use stray::State;
    type Event = fn(Timestamp, &Stray) -> Option<Stray>;
    let events: &[(&str, Event)] = &[
        ("keep", |now, it| {
            stray::keep(now, it, UserId(2))
                .ok()
                .map(|change| change.next)
        }),
        ("destroy", |now, it| {
            stray::destroy(now, it, UserId(2))
                .ok()
                .map(|change| change.next)
        }),
        ("mind", |now, it| {
            stray::mind(now, it).map(|change| change.next)
        }),
        ("claimed", |now, it| {
            stray::claimed(now, it).map(|change| change.next)
        }),
        ("gone", |now, it| {
            stray::gone(now, it).map(|change| change.next)
        }),
        ("destroy_failed", |now, it| {
            stray::destroy_failed(now, it, Cause::engine("no")).map(|change| change.next)
        }),
    ];
    let seen_there = stray::Seen {
        op_key: "op1",
        provider: "exec",
        definition: "{}",
        name: "demo",
    };
    let fresh = stray::found(NOW, StrayId("s1".into()), seen_there).next;
    let mut seen = Seen::default();
    seen.begins("found", fresh.state.word());
    for from in State::ALL {
        for now in [NOW, fresh.destroy_at] {
            for (event, decide) in events {
                let mut it = fresh.clone();
                it.state = *from;
                let to = decide(now, &it).map(|next| next.state.word());
                seen.moves(from.word(), event, to);
            }
        }
    }
    seen.is(
        &chart("What nobody owns"),
        State::ALL.iter().map(|state| state.word()),
    );
}
