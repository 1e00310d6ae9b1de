//! The table of routes: what exists, who may ask, and which function answers.
use super::{Call, Outcome, commands, guilds, interactions, messages};
use crate::playground::refusal::Refusal;
use crate::playground::world::World;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Whoever has the bot's token.
    Bot,
    /// Whoever has the interaction's token, which is in the path.
    Token,
    /// Anyone.
    Open,
}

/// One route.
pub(super) struct Route {
    method: &'static str,
    pub(super) template: &'static str,
    pub(super) entry: Entry,
    pub(super) run: fn(&mut World, &Call) -> Outcome,
}

const fn route(
    method: &'static str,
    template: &'static str,
    entry: Entry,
    run: fn(&mut World, &Call) -> Outcome,
) -> Route {
    Route {
        method,
        template,
        entry,
        run,
    }
}

/// Fixed segments stand before parameters, because the first fit wins.
const ROUTES: &[Route] = &[
    route("GET", "/gateway", Entry::Open, guilds::gateway),
    route("GET", "/gateway/bot", Entry::Bot, guilds::gateway_bot),
    route("GET", "/users/@me", Entry::Bot, guilds::me),
    route("GET", "/users/@me/guilds", Entry::Bot, guilds::my_guilds),
    route(
        "POST",
        "/users/@me/channels",
        Entry::Bot,
        messages::open_direct,
    ),
    route("GET", "/users/{user}", Entry::Bot, guilds::user),
    route(
        "GET",
        "/oauth2/applications/@me",
        Entry::Bot,
        guilds::application,
    ),
    route("GET", "/applications/@me", Entry::Bot, guilds::application),
    route(
        "GET",
        "/applications/{application}/commands",
        Entry::Bot,
        commands::list_global,
    ),
    route(
        "PUT",
        "/applications/{application}/commands",
        Entry::Bot,
        commands::overwrite_global,
    ),
    route(
        "POST",
        "/applications/{application}/commands",
        Entry::Bot,
        commands::create_global,
    ),
    route(
        "GET",
        "/applications/{application}/commands/{command}",
        Entry::Bot,
        commands::get_global,
    ),
    route(
        "PATCH",
        "/applications/{application}/commands/{command}",
        Entry::Bot,
        commands::edit_global,
    ),
    route(
        "DELETE",
        "/applications/{application}/commands/{command}",
        Entry::Bot,
        commands::delete_global,
    ),
    route(
        "GET",
        "/applications/{application}/guilds/{guild}/commands",
        Entry::Bot,
        commands::list_guild,
    ),
    route(
        "PUT",
        "/applications/{application}/guilds/{guild}/commands",
        Entry::Bot,
        commands::overwrite_guild,
    ),
    route(
        "POST",
        "/applications/{application}/guilds/{guild}/commands",
        Entry::Bot,
        commands::create_guild,
    ),
    route(
        "GET",
        "/applications/{application}/guilds/{guild}/commands/{command}",
        Entry::Bot,
        commands::get_guild,
    ),
    route(
        "PATCH",
        "/applications/{application}/guilds/{guild}/commands/{command}",
        Entry::Bot,
        commands::edit_guild,
    ),
    route(
        "DELETE",
        "/applications/{application}/guilds/{guild}/commands/{command}",
        Entry::Bot,
        commands::delete_guild,
    ),
    route("GET", "/guilds/{guild}", Entry::Bot, guilds::guild),
    route(
        "GET",
        "/guilds/{guild}/channels",
        Entry::Bot,
        guilds::channels,
    ),
    route("GET", "/guilds/{guild}/roles", Entry::Bot, guilds::roles),
    route(
        "GET",
        "/guilds/{guild}/roles/member-counts",
        Entry::Bot,
        guilds::member_counts,
    ),
    route(
        "GET",
        "/guilds/{guild}/members/{user}",
        Entry::Bot,
        guilds::member,
    ),
    route("GET", "/channels/{channel}", Entry::Bot, guilds::channel),
    route(
        "GET",
        "/channels/{channel}/messages",
        Entry::Bot,
        messages::list,
    ),
    route(
        "POST",
        "/channels/{channel}/messages",
        Entry::Bot,
        messages::create,
    ),
    route(
        "GET",
        "/channels/{channel}/messages/{message}",
        Entry::Bot,
        messages::get,
    ),
    route(
        "PATCH",
        "/channels/{channel}/messages/{message}",
        Entry::Bot,
        messages::edit,
    ),
    route(
        "DELETE",
        "/channels/{channel}/messages/{message}",
        Entry::Bot,
        messages::delete,
    ),
    route(
        "POST",
        "/channels/{channel}/messages/{message}/threads",
        Entry::Bot,
        messages::open_thread,
    ),
    route(
        "POST",
        "/channels/{channel}/typing",
        Entry::Bot,
        messages::typing,
    ),
    route(
        "POST",
        "/interactions/{interaction}/{token}/callback",
        Entry::Token,
        interactions::callback,
    ),
    route(
        "POST",
        "/webhooks/{application}/{token}",
        Entry::Token,
        interactions::follow_up,
    ),
    route(
        "GET",
        "/webhooks/{application}/{token}/messages/{message}",
        Entry::Token,
        interactions::get,
    ),
    route(
        "PATCH",
        "/webhooks/{application}/{token}/messages/{message}",
        Entry::Token,
        interactions::edit,
    ),
    route(
        "DELETE",
        "/webhooks/{application}/{token}/messages/{message}",
        Entry::Token,
        interactions::delete,
    ),
];

/// The route of a request with its parameters, or the refusal and the name to record.
pub(super) fn find(
    method: &str,
    path: &str,
) -> Result<(&'static Route, Vec<String>), (Refusal, String)> {
    let mut known = None;
    for route in ROUTES {
        if let Some(params) = fit(route.template, path) {
            if route.method == method {
                return Ok((route, params));
            }
            known.get_or_insert(route.template);
        }
    }
    match known {
        Some(template) => Err((Refusal::wrong_method(), template.to_owned())),
        None => Err((Refusal::not_found(), path.to_owned())),
    }
}

fn fit(template: &str, path: &str) -> Option<Vec<String>> {
    let wanted: Vec<&str> = template.split('/').collect();
    let real: Vec<&str> = path.split('/').collect();
    if wanted.len() != real.len() {
        return None;
    }
    let mut params = Vec::new();
    for (wanted, real) in wanted.iter().zip(&real) {
        if wanted.starts_with('{') && !real.is_empty() {
            params.push((*real).to_owned());
        } else if wanted != real {
            return None;
        }
    }
    Some(params)
}
