//! The plans that an environment of the charts may have.

use hearth::domain::environment::{Agrees, Plan, Proposal};

/// A plan that was made.
pub fn proposal() -> Proposal {
    Proposal {
        fingerprint: "f00d".to_owned(),
        n_add: 1,
        n_change: 0,
        n_destroy: 0,
        resources: Vec::new(),
    }
}

/// None, and one that is being made and one that is made for each who may agree to it.
pub fn plans() -> Vec<Option<Plan>> {
    let mut all = vec![None];
    for agrees in [Agrees::Team, Agrees::Approver] {
        for proposal in [None, Some(proposal())] {
            all.push(Some(Plan { agrees, proposal }));
        }
    }
    all
}
