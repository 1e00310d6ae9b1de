//! What only the platform's keepers see below a status, and what they can do about it: jobs that were
//! given up, and environments that nobody removes unasked.

use crate::domain::chat::{Answer, Button, ButtonKind, Embed, Message};
use crate::domain::effect::Effect;
use crate::domain::limits;
use crate::domain::sentence::Sentence;
use crate::domain::time::Timestamp;
use crate::store::{Buried, Reader, Scope};

use super::call::Call;
use super::render::{self, Voice, button, buttons, color};
use super::stop::Stop;

/// Discord's bound of a custom id.
const CUSTOM_ID_CHARS_MAX: usize = 100;
/// Discord's bound of a row.
const ROW_BUTTONS_MAX: usize = 5;
/// What the keys of jobs that send a message begin with.
const POST: &str = "post:";

/// Adds what waits for a keeper. `false`: nothing does.
pub(super) async fn add(
    call: &Call<'_>,
    reader: &mut Reader,
    status: &mut Message,
) -> Result<bool, Stop> {
    let buried = reader.buried(limits::KEEPERS_ROWS_MAX).await?;
    let held = reader
        .teams_held(
            call.now,
            limits::EXPIRED_AT_ONCE_MAX,
            limits::KEEPERS_ROWS_MAX,
        )
        .await?;
    if buried.is_empty() && held.is_empty() {
        return Ok(false);
    }
    let voice = call.voice();
    let mut lines = Vec::new();
    if !buried.is_empty() {
        let n = reader.buried_count().await?;
        lines.push(voice.say(&Sentence::new("keepers-buried").with("n", n)));
        lines.extend(buried.iter().map(|job| buried_line(voice, job)));
        let more = usize::try_from(n)
            .unwrap_or(usize::MAX)
            .saturating_sub(buried.len());
        if more > 0 {
            lines.push(voice.say(&Sentence::new("keepers-buried-more").with("n", more)));
        }
    }
    lines.extend(held.iter().map(|(team, n)| {
        voice.say(
            &Sentence::new("keepers-held")
                .with("n", *n)
                .with("team", call.team_name(team)),
        )
    }));
    status.embeds.push(Embed {
        title: voice.line("keepers-title"),
        description: lines.join("\n"),
        color: Some(color::BAD),
        ..Embed::default()
    });
    status.rows.extend(buttons(for_jobs(voice, &buried)));
    status.rows.extend(buttons(for_teams(call, &held)));
    Ok(true)
}

/// Tries jobs again, exactly those that the button was shown with.
///
/// # Errors
/// Refused if none of them is buried any more.
pub(super) async fn revive(call: &Call<'_>, ids: &str) -> Result<Answer, Stop> {
    let mut tx = call.begin(Scope::Jobs).await?;
    let mut n = 0_u32;
    for id in read(ids)? {
        n += u32::from(tx.revive(id, call.now).await?);
    }
    if n == 0 {
        return Err(Sentence::new("refused-keepers-gone").into());
    }
    call.commit(tx).await?;
    Ok(call.done(&Sentence::new("keepers-revived").with("n", n)))
}

/// Forgets messages that cannot be sent. Nothing else may be forgotten: rounds, ends and schedules would
/// hang for ever.
///
/// # Errors
/// Refused if none of them is buried any more.
pub(super) async fn dismiss(call: &Call<'_>, ids: &str) -> Result<Answer, Stop> {
    let mut tx = call.begin(Scope::Jobs).await?;
    let mut n = 0_u32;
    for id in read(ids)? {
        let is_post = tx
            .buried_key(id)
            .await?
            .is_some_and(|key| key.starts_with(POST));
        n += u32::from(is_post && tx.dismiss(id, call.now).await?);
    }
    if n == 0 {
        return Err(Sentence::new("refused-keepers-gone").into());
    }
    call.commit(tx).await?;
    Ok(call.done(&Sentence::new("keepers-dismissed").with("n", n)))
}

/// Lets everything of a team go that is past its end at this moment, however much it is.
///
/// # Errors
/// Refused if there is nothing any more.
pub(super) async fn remove(call: &Call<'_>, team: &str) -> Result<Answer, Stop> {
    let mut tx = call.begin(Scope::Team(team)).await?;
    let due = tx
        .expired_of(team, call.now, limits::EXPIRED_BY_CLICK_MAX)
        .await?;
    if due.is_empty() {
        return Err(Sentence::new("refused-keepers-gone").into());
    }
    tx.set(&may_go(team), &call.now.0.to_string()).await?;
    let n = due.len();
    let looks: Vec<_> = due
        .into_iter()
        .map(|id| Effect::MindEnvironment { id }.at(call.now))
        .collect();
    tx.enqueue(&looks, call.now).await?;
    call.commit(tx).await?;
    let sentence = Sentence::new("keepers-removing")
        .with("n", n)
        .with("team", call.team_name(team));
    Ok(call.done(&sentence))
}

/// Up to which end a keeper has let the team's environments go, if one ever has.
pub(super) async fn may_go_until(
    reader: &mut Reader,
    team: &str,
) -> Result<Option<Timestamp>, crate::store::Error> {
    let said = reader.setting(&may_go(team)).await?;
    Ok(said.and_then(|until| until.parse().ok()).map(Timestamp))
}

fn may_go(team: &str) -> String {
    format!("may-go:{team}")
}

fn buried_line(voice: Voice<'_>, job: &Buried) -> String {
    let (kind, subject) = job.key.split_once(':').unwrap_or(("", &job.key));
    voice.say(
        &Sentence::new("keepers-buried-line")
            .with("job", kind)
            .with("subject", subject)
            .with("attempts", job.attempts)
            .with("at", render::at(job.buried_at, 'R'))
            .with("code", job.error.as_str()),
    )
}

fn for_jobs(voice: Voice<'_>, buried: &[Buried]) -> Vec<Button> {
    let mut row = Vec::new();
    if let Some(id) = custom_id("keep:revive:", buried.iter()) {
        row.push(button(voice.line("button-retry"), ButtonKind::Primary(id)));
    }
    let posts = buried.iter().filter(|job| job.key.starts_with(POST));
    if let Some(id) = custom_id("keep:dismiss:", posts) {
        row.push(button(voice.line("button-dismiss"), ButtonKind::Danger(id)));
    }
    row
}

fn for_teams(call: &Call<'_>, held: &[(String, u32)]) -> Vec<Button> {
    let voice = call.voice();
    let label = |team: &str, n: u32| {
        let label = Sentence::new("button-remove-held")
            .with("n", n)
            .with("team", call.team_name(team));
        voice.words.plain(voice.language, &label)
    };
    held.iter()
        .map(|(team, n)| (team, n, format!("keep:remove:{team}")))
        .filter(|(_, _, id)| id.chars().count() <= CUSTOM_ID_CHARS_MAX)
        .take(ROW_BUTTONS_MAX)
        .map(|(team, n, id)| button(label(team, *n), ButtonKind::Danger(id)))
        .collect()
}

/// The jobs' rows in hexadecimal, the newest first, as many as fit.
fn custom_id<'a>(name: &str, jobs: impl Iterator<Item = &'a Buried>) -> Option<String> {
    let mut id = name.to_owned();
    for job in jobs {
        let one = format!("{:x}.", job.id);
        if id.len() + one.len() > CUSTOM_ID_CHARS_MAX {
            break;
        }
        id.push_str(&one);
    }
    (id.len() > name.len()).then_some(id)
}

fn read(ids: &str) -> Result<Vec<i64>, Stop> {
    ids.split_terminator('.')
        .map(|id| i64::from_str_radix(id, 16))
        .collect::<Result<_, _>>()
        .map_err(|_| Sentence::new("refused-stale-button").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buried(id: i64) -> Buried {
        Buried {
            id,
            key: "post:live:1".to_owned(),
            attempts: 12,
            error: String::new(),
            buried_at: Timestamp(0),
        }
    }

    #[test]
    fn a_button_names_the_jobs_that_it_was_shown_with_as_far_as_they_fit() {
        let few = [buried(300), buried(2)];
        let id = custom_id("keep:revive:", few.iter()).unwrap();
        assert_eq!(id, "keep:revive:12c.2.");
        assert_eq!(read("12c.2.").unwrap(), [300, 2]);
        let many: Vec<Buried> = (0..10).map(|n| buried(i64::MAX - n)).collect();
        let id = custom_id("keep:revive:", many.iter()).unwrap();
        assert!(id.len() <= CUSTOM_ID_CHARS_MAX);
        let ids = id.strip_prefix("keep:revive:").unwrap();
        assert_eq!(
            read(ids).unwrap(),
            [
                i64::MAX,
                i64::MAX - 1,
                i64::MAX - 2,
                i64::MAX - 3,
                i64::MAX - 4
            ]
        );
        assert_eq!(custom_id("keep:revive:", [].iter()), None);
        assert!(read("zzz").is_err());
    }
}
