//! An HTTP server that plays an engine: a closure answers, faults come to order, and every call is remembered.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Response, Uri};
use serde_json::Value;

/// One call as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    /// The path without the query.
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Asked {
    /// A value of the query, not decoded.
    pub fn query(&self, name: &str) -> Option<&str> {
        let mut pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The parts of the path.
    pub fn parts(&self) -> Vec<&str> {
        self.path.trim_matches('/').split('/').collect()
    }
}

/// A status and a body; an empty text is no body.
pub type Answer = (u16, String);

/// A JSON answer.
pub fn json(status: u16, value: &Value) -> Answer {
    (status, value.to_string())
}

/// What goes wrong with a call.
pub enum Fault {
    /// Something else is answered, and nothing is done.
    Instead(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// It is done, and the connection breaks before the answer is whole.
    LostReply,
    /// It is done, and nothing is ever answered.
    Silence,
}

#[derive(Default)]
struct Book {
    asked: Vec<Asked>,
    /// The beginning of `METHOD /path`, and what goes wrong with the first call that begins so.
    faults: VecDeque<(String, Fault)>,
}

/// A server that is there as long as the test's runtime.
pub struct Served {
    pub url: String,
    book: Arc<Mutex<Book>>,
}

impl Served {
    pub async fn new(answer: impl Fn(&Asked) -> Answer + Clone + Send + Sync + 'static) -> Self {
        Self::begin(answer)
    }

    /// The same where nothing can be waited for.
    pub fn begin(answer: impl Fn(&Asked) -> Answer + Clone + Send + Sync + 'static) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let book = Arc::new(Mutex::new(Book::default()));
        let kept = Arc::clone(&book);
        let handle = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            let (kept, answer) = (Arc::clone(&kept), answer.clone());
            async move {
                let asked = Asked {
                    method: method.to_string(),
                    path: uri.path().to_owned(),
                    query: uri.query().unwrap_or_default().to_owned(),
                    headers,
                    body: serde_json::from_slice(&body).unwrap_or_default(),
                };
                let fault = take_fault(&kept, &asked);
                respond(fault, || answer(&asked)).await
            }
        };
        let router = Router::new().fallback(handle);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, book }
    }

    /// The next call that begins so goes wrong.
    pub fn fault(&self, beginning: &str, fault: Fault) {
        let mut book = self.book.lock().unwrap();
        book.faults.push_back((beginning.to_owned(), fault));
    }

    /// Every call so far that begins so.
    pub fn asked(&self, beginning: &str) -> Vec<Asked> {
        let book = self.book.lock().unwrap();
        let asked = book.asked.iter();
        asked
            .filter(|asked| begins(asked, beginning))
            .cloned()
            .collect()
    }
}

fn begins(asked: &Asked, beginning: &str) -> bool {
    format!("{} {}", asked.method, asked.path).starts_with(beginning)
}

fn take_fault(book: &Mutex<Book>, asked: &Asked) -> Option<Fault> {
    let mut book = book.lock().unwrap();
    book.asked.push(asked.clone());
    let at = book.faults.iter().position(|(on, _)| begins(asked, on))?;
    book.faults.remove(at).map(|(_, fault)| fault)
}

async fn respond(fault: Option<Fault>, answer: impl FnOnce() -> Answer) -> Response<Body> {
    let respond = |status: u16| Response::builder().status(status);
    match fault {
        Some(Fault::Instead(status, headers, body)) => headers
            .into_iter()
            .fold(respond(status), |response, (name, value)| {
                response.header(name, value)
            })
            .body(Body::from(body))
            .unwrap(),
        Some(Fault::LostReply) => {
            let (status, _) = answer();
            let broken = Err::<Bytes, _>(std::io::Error::other("the reply is lost"));
            let body = Body::from_stream(futures::stream::once(async { broken }));
            respond(status).body(body).unwrap()
        }
        Some(Fault::Silence) => {
            answer();
            std::future::pending().await
        }
        None => {
            let (status, body) = answer();
            respond(status).body(Body::from(body)).unwrap()
        }
    }
}
