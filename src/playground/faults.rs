//! Faults that a test orders: bad answers, slow answers, cut answers, and trouble on the gateway.
use super::Handle;
use super::gateway::Out;
use std::collections::VecDeque;
use tokio::sync::watch;

/// Ordered faults kept at once; more is a mistake of the test.
const N_FAULTS_MAX: usize = 1_000;

/// What goes wrong with a request.
#[derive(Clone, Debug)]
pub enum Failure {
    /// It is answered with this status and nothing is done.
    Status(u16),
    /// It is answered with 429 and this many seconds to wait; nothing is done.
    TooMany {
        /// Seconds until it may be tried again.
        retry_after: f64,
        /// Whether the answer says that the global limit was reached.
        global: bool,
    },
    /// It is done, and then the connection is cut without an answer: an unknown outcome.
    CutAfter,
    /// The connection is cut before anything is done.
    CutBefore,
}

/// Holds requests until the test opens it; dropping it opens it too.
#[derive(Debug)]
pub struct Gate {
    open: watch::Sender<bool>,
}

impl Gate {
    /// Lets every held request go on.
    pub fn open(&self) {
        self.open.send_replace(true);
    }
}

/// What a request meets.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    Failure(Failure),
    Held(watch::Receiver<bool>),
}

#[derive(Debug)]
struct Ordered {
    pattern: String,
    left: usize,
    trouble: Trouble,
}

/// All faults that are still to come.
#[derive(Debug, Default)]
pub(super) struct Faults {
    ordered: VecDeque<Ordered>,
    pub(super) refuse_resumes: usize,
    pub(super) no_acks: bool,
    pub(super) deliver_twice: usize,
}

impl Faults {
    /// The first ordered fault that fits this request, used up by one.
    pub(super) fn take(&mut self, method: &str, route: &str) -> Option<Trouble> {
        let at = self
            .ordered
            .iter()
            .position(|ordered| fits(&ordered.pattern, method, route))?;
        let ordered = &mut self.ordered[at];
        ordered.left -= 1;
        let trouble = ordered.trouble.clone();
        if ordered.left == 0 {
            self.ordered.remove(at);
        }
        Some(trouble)
    }

    fn order(&mut self, pattern: &str, n: usize, trouble: Trouble) {
        assert!(self.ordered.len() < N_FAULTS_MAX, "too many faults ordered");
        if n > 0 {
            self.ordered.push_back(Ordered {
                pattern: pattern.to_owned(),
                left: n,
                trouble,
            });
        }
    }
}

/// Whether `POST /channels/*/messages` means a route; `*` stands for one segment or for any method.
pub(super) fn fits(pattern: &str, method: &str, route: &str) -> bool {
    let (wanted_method, wanted_path) = pattern.split_once(' ').unwrap_or(("*", pattern));
    if wanted_method != "*" && wanted_method != method {
        return false;
    }
    if wanted_path == "*" {
        return true;
    }
    let wanted: Vec<&str> = wanted_path.split('/').collect();
    let real: Vec<&str> = route.split('/').collect();
    let same = |(wanted, real): (&&str, &&str)| {
        *wanted == "*" || wanted == real || (wanted.starts_with('{') && real.starts_with('{'))
    };
    wanted.len() == real.len() && wanted.iter().zip(&real).all(same)
}

/// Faults to order. A pattern is a method and a route such as `POST /channels/{channel}/messages`,
/// as [`Request::route`](super::Request::route) shows them; `*` stands for any method or segment,
/// and `*` alone for everything.
impl Handle {
    /// The next `n` requests on the route go wrong in this way.
    pub fn fail_next(&self, pattern: &str, n: usize, failure: Failure) {
        self.shared
            .change(|world| world.faults.order(pattern, n, Trouble::Failure(failure)));
    }

    /// The next `n` requests on the route are held until the gate is opened.
    #[must_use]
    pub fn hold_next(&self, pattern: &str, n: usize) -> Gate {
        let (open, held) = watch::channel(false);
        self.shared
            .change(|world| world.faults.order(pattern, n, Trouble::Held(held)));
        Gate { open }
    }

    /// Cuts every gateway connection without a word.
    pub fn drop_gateway(&self) {
        self.shared
            .change(|world| world.sessions.to_all(|| Out::Drop));
    }

    /// Asks every connected client to connect again (op 7).
    pub fn ask_to_reconnect(&self) {
        self.shared.change(|world| {
            world
                .sessions
                .to_all(|| Out::Text(r#"{"op":7,"d":null,"s":null,"t":null}"#.to_owned()))
        });
    }

    /// Tells every connected client that its session is invalid (op 9) and forgets the sessions.
    pub fn invalidate_sessions(&self) {
        self.shared.change(|world| {
            world
                .sessions
                .to_all(|| Out::Text(r#"{"op":9,"d":false,"s":null,"t":null}"#.to_owned()));
            world.sessions.forget();
        });
    }

    /// The next `n` attempts to resume are answered with an invalid session.
    pub fn refuse_resumes(&self, n: usize) {
        self.shared.change(|world| world.faults.refuse_resumes = n);
    }

    /// From now on heartbeats are not answered.
    pub fn stop_acknowledging_heartbeats(&self) {
        self.shared.change(|world| world.faults.no_acks = true);
    }

    /// Heartbeats are answered again.
    pub fn acknowledge_heartbeats(&self) {
        self.shared.change(|world| world.faults.no_acks = false);
    }

    /// The next `n` interactions are delivered twice, with the same id and token.
    pub fn deliver_twice(&self, n: usize) {
        self.shared.change(|world| world.faults.deliver_twice = n);
    }
}
