//! Callbacks of engines behind HTTP: signed, fresh, heard once. They only end a pause early; what counts is what the
//! next look sees.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::sync::Notify;

use crate::domain::Timestamp;
use crate::providers::Callback;

/// How far a callback's time may be from ours, in seconds: later it could be one that somebody has kept.
const WINDOW_SECONDS: i64 = 300;
/// The most callbacks that are remembered within the window; more are not heard, and polling goes on.
const HEARD_MAX: usize = 10_000;

/// Who waits, and what was heard.
#[derive(Default)]
pub(super) struct Bell {
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    waiting: BTreeMap<String, Arc<Notify>>,
    /// Signatures, and when they were made, in seconds.
    heard: BTreeMap<Vec<u8>, i64>,
}

/// One wait that can be ended early; it is forgotten when this is dropped.
pub(super) struct Listening<'a> {
    bell: &'a Bell,
    op_key: String,
    pub(super) notify: Arc<Notify>,
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.bell.book().waiting.remove(&self.op_key);
    }
}

impl Bell {
    fn book(&self) -> MutexGuard<'_, Book> {
        // Nothing is left half-written by a panic elsewhere.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for callbacks about a key from now on.
    pub(super) fn listen(&self, op_key: &str) -> Listening<'_> {
        let notify = Arc::new(Notify::new());
        let mut book = self.book();
        book.waiting.insert(op_key.to_owned(), Arc::clone(&notify));
        Listening {
            bell: self,
            op_key: op_key.to_owned(),
            notify,
        }
    }

    /// Hears a callback, if it is signed with this key, fresh and new.
    pub(super) fn ring(
        &self,
        now: Timestamp,
        key: &[u8],
        op_key: &str,
        callback: &Callback<'_>,
    ) -> bool {
        let now = now.0 / 1_000;
        let Some(made_at) = callback.timestamp.parse::<i64>().ok() else {
            return false;
        };
        let is_fresh = |at: i64| now.abs_diff(at) <= WINDOW_SECONDS.unsigned_abs();
        let Some(signature) = signature(key, op_key, callback).filter(|_| is_fresh(made_at)) else {
            return false;
        };
        let mut book = self.book();
        book.heard.retain(|_, at| is_fresh(*at));
        if book.heard.len() >= HEARD_MAX || book.heard.insert(signature, made_at).is_some() {
            return false;
        }
        if let Some(waiting) = book.waiting.get(op_key) {
            waiting.notify_one();
        }
        true
    }
}

/// The signature, if it is one of this key over the time, the operation and the raw body.
fn signature(key: &[u8], op_key: &str, callback: &Callback<'_>) -> Option<Vec<u8>> {
    let said = hex::decode(callback.signature.strip_prefix("sha256=")?).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of HMAC may have any length");
    for part in [callback.timestamp.as_bytes(), b".", op_key.as_bytes(), b"."] {
        mac.update(part);
    }
    mac.update(callback.body);
    mac.verify_slice(&said).ok()?;
    Some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_767_225_600_000);

    fn signed(key: &[u8], op_key: &str, timestamp: &str, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(format!("{timestamp}.{op_key}.").as_bytes());
        mac.update(body);
        format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
    }

    #[test]
    fn only_what_is_signed_fresh_and_new_is_heard() {
        let bell = Bell::default();
        let heard = |op_key: &str, timestamp: &str, signature: &str, body: &[u8]| {
            let callback = Callback {
                timestamp,
                signature,
                body,
            };
            bell.ring(NOW, b"key", op_key, &callback)
        };
        let now = "1767225600";
        let good = signed(b"key", "one", now, b"{}");
        assert!(!heard("two", now, &good, b"{}"), "of another operation");
        assert!(!heard("one", now, &good, b"{} "), "another body");
        assert!(!heard("one", "1767225601", &good, b"{}"), "another time");
        assert!(!heard("one", now, &signed(b"x", "one", now, b"{}"), b"{}"));
        assert!(!heard("one", now, "sha256=zz", b"{}"));
        for at in ["1767225299", "1767225901", "soon", "-9223372036854775808"] {
            assert!(
                !heard("one", at, &signed(b"key", "one", at, b"{}"), b"{}"),
                "{at}"
            );
        }
        assert!(heard("one", now, &good, b"{}"));
        assert!(!heard("one", now, &good, b"{}"), "a second time");
    }

    #[tokio::test]
    async fn a_wait_is_ended_by_its_own_callback_also_by_one_that_came_before_the_pause() {
        let bell = Bell::default();
        let listening = bell.listen("one");
        let signature = signed(b"key", "one", "1767225600", b"");
        let callback = Callback {
            timestamp: "1767225600",
            signature: &signature,
            body: b"",
        };
        assert!(bell.ring(NOW, b"key", "one", &callback));
        listening.notify.notified().await;
        drop(listening);
        assert!(bell.book().waiting.is_empty());
    }
}
