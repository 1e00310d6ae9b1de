//! What nobody owns: one row per thing that is there.

use hearth::domain::cause::Cause;
use hearth::domain::chat::UserId;
use hearth::domain::effect::StrayId;
use hearth::domain::stray::{self, State};
use hearth::store::{Scope, Trouble};

use super::samples::{NOW, later};
use super::{Home, on_both};

on_both!(a_stray_is_taken_up_once_as_long_as_it_is_there,);

fn seen(op_key: &str) -> stray::Seen<'_> {
    stray::Seen {
        op_key,
        provider: "exec",
        definition: "{}",
        name: "left-over",
    }
}

async fn a_stray_is_taken_up_once_as_long_as_it_is_there(home: &Home) {
    let first = stray::found(NOW, StrayId("s1".into()), seen("op-1")).next;
    let second = stray::found(later(1), StrayId("s2".into()), seen("op-1")).next;
    let mut tx = home.begin(Scope::Engine("exec")).await;
    assert!(tx.insert_stray(&first).await.unwrap());
    assert!(!tx.insert_stray(&second).await.unwrap());
    tx.commit().await.unwrap();

    let mut next = stray::destroy(later(2), &first, UserId(u64::MAX))
        .unwrap()
        .next;
    next.failure = Some(Cause::Lost);
    let mut tx = home.begin(Scope::Engine("exec")).await;
    tx.save_stray(&next, State::Found).await.unwrap();
    let again = tx.save_stray(&next, State::Found).await.unwrap_err();
    assert_eq!(again.trouble(), Trouble::Moved);
    assert_eq!(tx.stray(&first.id).await.unwrap(), Some(next.clone()));
    let gone = stray::gone(later(3), &next).unwrap().next;
    tx.save_stray(&gone, State::Destroying).await.unwrap();
    assert_eq!(tx.strays_at("exec", 10).await.unwrap(), []);
    assert!(tx.insert_stray(&second).await.unwrap(), "it is back");
    assert_eq!(tx.strays_at("exec", 10).await.unwrap(), [second]);
    assert_eq!(tx.strays_at("terraform", 10).await.unwrap(), []);
    tx.commit().await.unwrap();
}
