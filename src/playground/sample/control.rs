//! The programs of the example: what `up`, `status`, `logs`, `down`, `sleep`, `wake`, `list` and `revisions` do to the sample service.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::instance::{self, Instance, LOOK_MS, Slot};
use super::{LogsOf, Owner, Place, REVISIONS, SERVICES, Up};

/// How long a service may take until it listens, in milliseconds.
const LISTEN_MS_MAX: u64 = 10_000;
/// How long one answer of its health address may take, in milliseconds.
const ANSWER_MS_MAX: u64 = 2_000;
/// The most bytes read of an answer.
const ANSWER_BYTES_MAX: u64 = 4_096;
/// The most lines of logs.
const LINES_MAX: usize = 10_000;

/// One line of the exec protocol. Whoever started us may have gone; then nobody listens, and that is no fault.
pub(super) fn say(message: &Value) {
    plain(&message.to_string());
}

fn plain(line: &str) {
    let _nobody_listens = writeln!(io::stdout().lock(), "{line}");
}

fn progress(text: &str, pace_ms: u64) {
    say(&json!({ "progress": text }));
    std::thread::sleep(Duration::from_millis(pace_ms.min(2_000)));
}

/// Starts the wanted revision, or finds it started under the same key. What runs at the place is replaced. An
/// unhealthy one stays where it is, visibly broken, until it is rolled back or removed: a platform does not
/// hide what was deployed.
pub(super) fn up(order: &Up) -> Result<(), String> {
    let (service, revision) = (&order.place.service, &order.revision);
    check(service, revision).inspect_err(|_| say(&json!({ "fault": "user" })))?;
    let slot = Slot::of(&order.place).map_err(|fault| fault.to_string())?;
    let _turn = slot.lock().map_err(|fault| fault.to_string())?;
    slot.make().map_err(|fault| fault.to_string())?;
    let former = slot.instance().map_err(|fault| fault.to_string())?;
    let instance = match former {
        Some(running)
            if running.is_alive()
                && running.op_key == order.op_key
                && running.revision == *revision =>
        {
            running
        }
        former => {
            progress(&format!("fetching {service} {revision}"), order.pace_ms);
            let port = former.as_ref().map_or(0, |former| former.port);
            if let Some(former) = former.filter(Instance::is_alive) {
                progress(
                    &format!("stopping {} {}", former.service, former.revision),
                    order.pace_ms,
                );
                former.stop()?;
            }
            progress(&format!("starting {service} {revision}"), order.pace_ms);
            start(order, &slot, port)?
        }
    };
    say(&json!({ "output": { "url": instance.url(), "revision": instance.revision } }));
    progress("asking for its health", 0);
    match health(instance.port) {
        (200, _) => Ok(()),
        (0, reason) => Err(format!("{service} {revision} does not answer: {reason}")),
        (status, body) => Err(format!(
            "{service} {revision} is up but not healthy: /healthz answers {status}, {body}"
        )),
    }
}

fn check(service: &str, revision: &str) -> Result<(), String> {
    if !SERVICES.contains(&service) {
        return Err(format!(
            "there is no service {service}: there are {}",
            SERVICES.join(", ")
        ));
    }
    if !REVISIONS.contains(&revision) {
        return Err(format!(
            "{service} has no revision {revision}: there are {}",
            REVISIONS.join(", ")
        ));
    }
    Ok(())
}

/// Starts the service as a process of its own and waits until it has recorded itself.
fn start(order: &Up, slot: &Slot, port: u16) -> Result<Instance, String> {
    let place = &order.place;
    let mut command = Command::new(std::env::current_exe().map_err(|fault| fault.to_string())?);
    command
        .args([
            "sample",
            "serve",
            "--service",
            &place.service,
            "--name",
            &place.name,
            "--revision",
            &order.revision,
        ])
        .args([
            "--op-key",
            &order.op_key,
            "--installation",
            &place.owner.installation,
            "--port",
            &port.to_string(),
        ])
        .arg("--state")
        .arg(&place.owner.state)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Some(stage) = &place.stage {
        command.args(["--stage", stage]);
    }
    let mut child = command
        .spawn()
        .map_err(|fault| format!("the service cannot be started: {fault}"))?;
    let found = wait_for_record(&mut child, slot);
    if found.is_err() {
        // Nobody knows it, so it must not stay.
        let _gone = child.kill();
    }
    found
}

fn wait_for_record(child: &mut Child, slot: &Slot) -> Result<Instance, String> {
    let deadline = Instant::now() + Duration::from_millis(LISTEN_MS_MAX);
    while Instant::now() < deadline {
        let recorded = slot.instance().map_err(|fault| fault.to_string())?;
        if let Some(instance) =
            recorded.filter(|instance| u32::try_from(instance.pid) == Ok(child.id()))
        {
            return Ok(instance);
        }
        if let Some(status) = child.try_wait().map_err(|fault| fault.to_string())? {
            return Err(format!("the service ended at once ({status})"));
        }
        std::thread::sleep(Duration::from_millis(LOOK_MS));
    }
    Err("the service does not listen in time".to_owned())
}

/// Says whether it is there: `present`, `failed` (it runs, but is not healthy, or it died), `asleep`, or
/// `absent`.
pub(super) fn status(place: &Place) -> Result<(), String> {
    let slot = Slot::of(place).map_err(|fault| fault.to_string())?;
    let Some(instance) = slot.instance().map_err(|fault| fault.to_string())? else {
        say(&json!({ "state": "absent" }));
        return Ok(());
    };
    say(&json!({ "output": { "url": instance.url(), "revision": instance.revision } }));
    if instance.asleep {
        say(&json!({ "state": "asleep" }));
        return Ok(());
    }
    if !instance.is_alive() {
        say(&json!({ "error": "its process has ended" }));
        say(&json!({ "state": "failed" }));
        return Ok(());
    }
    match health(instance.port) {
        (200, _) => say(&json!({ "state": "present" })),
        (status, body) => {
            say(&json!({ "error": format!("/healthz answers {status}, {body}") }));
            say(&json!({ "state": "failed" }));
        }
    }
    Ok(())
}

/// Prints the last lines of its log.
pub(super) fn logs(order: &LogsOf) -> Result<(), String> {
    let slot = Slot::of(&order.place).map_err(|fault| fault.to_string())?;
    let text = match std::fs::read_to_string(slot.log()) {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other.map_err(|fault| fault.to_string())?,
    };
    let lines: Vec<_> = text.lines().collect();
    for line in &lines[lines.len().saturating_sub(order.lines.min(LINES_MAX))..] {
        plain(line);
    }
    Ok(())
}

/// Stops exactly the recorded process and forgets the place; what is not there is gone already.
pub(super) fn down(place: &Place) -> Result<(), String> {
    let slot = Slot::of(place).map_err(|fault| fault.to_string())?;
    let _turn = slot.lock().map_err(|fault| fault.to_string())?;
    if let Some(instance) = slot.instance().map_err(|fault| fault.to_string())? {
        instance.stop()?;
    }
    slot.remove().map_err(|fault| fault.to_string())
}

/// Stops its process and remembers the rest. What sleeps stays so.
pub(super) fn sleep(place: &Place) -> Result<(), String> {
    let slot = Slot::of(place).map_err(|fault| fault.to_string())?;
    let _turn = slot.lock().map_err(|fault| fault.to_string())?;
    let found = slot.instance().map_err(|fault| fault.to_string())?;
    let Some(mut instance) = found else {
        return Err("it is not there".to_owned());
    };
    instance.stop()?;
    instance.asleep = true;
    slot.record(&instance).map_err(|fault| fault.to_string())
}

/// Starts again what sleeps, at the same address if it is still free. What is awake stays so.
pub(super) fn wake(place: &Place) -> Result<(), String> {
    let slot = Slot::of(place).map_err(|fault| fault.to_string())?;
    let _turn = slot.lock().map_err(|fault| fault.to_string())?;
    let found = slot.instance().map_err(|fault| fault.to_string())?;
    let Some(mut instance) = found else {
        return Err("it is not there".to_owned());
    };
    if !instance.is_alive() {
        let order = Up {
            place: Place {
                service: instance.service,
                ..place.clone()
            },
            revision: instance.revision,
            op_key: instance.op_key,
            pace_ms: 0,
        };
        instance = start(&order, &slot, instance.port)?;
    }
    say(&json!({ "output": { "url": instance.url(), "revision": instance.revision } }));
    Ok(())
}

/// Names the environments of this installation, also those whose process has died.
pub(super) fn list(owner: &Owner) -> Result<(), String> {
    let mine = |instance: &Instance| {
        instance.installation == owner.installation && instance.stage.is_none()
    };
    for instance in instance::all(&owner.state)
        .map_err(|fault| fault.to_string())?
        .iter()
        .filter(|instance| mine(instance))
    {
        say(&json!({ "owned": { "op_key": instance.op_key, "name": instance.name } }));
    }
    Ok(())
}

/// Names the revisions, newest first.
pub(super) fn revisions(service: &str) -> Result<(), String> {
    check(service, REVISIONS[0])?;
    for revision in REVISIONS {
        say(&json!({ "revision": revision }));
    }
    Ok(())
}

/// Status and last line of `/healthz`; status 0 and a reason when there is no answer.
fn health(port: u16) -> (u16, String) {
    match ask(port) {
        Ok(text) => {
            let status = text
                .split_ascii_whitespace()
                .nth(1)
                .and_then(|status| status.parse().ok())
                .unwrap_or(0);
            (
                status,
                text.lines().next_back().unwrap_or_default().to_owned(),
            )
        }
        Err(fault) => (0, fault.to_string()),
    }
}

fn ask(port: u16) -> io::Result<String> {
    let limit = Duration::from_millis(ANSWER_MS_MAX);
    let mut stream =
        TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.take(ANSWER_BYTES_MAX).read_to_string(&mut text)?;
    Ok(text)
}
