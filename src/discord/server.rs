//! What the Discord server is like: roles, channels, and what the bot may do where.

use std::collections::HashMap;

use serde::Deserialize;
use serenity::http::{LightMethod, Route};
use serenity::model::id::{GenericId, UserId};

use crate::domain::chat::{ChannelId, Guild, Language, RoleId};

use super::Discord;
use super::call::Call;
use super::send::{Outgoing, named};

/// Discord's numbers for channels that hold texts: plain ones and announcements.
const TEXT_CHANNELS: [u8; 2] = [0, 5];
const ADMINISTRATOR: u64 = 1 << 3;

/// A permission that the bot needs in a channel where it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// See the channel.
    ViewChannel,
    /// Post messages.
    SendMessages,
    /// Show embeds.
    EmbedLinks,
    /// Attach charts.
    AttachFiles,
    /// Find its own messages again.
    ReadMessageHistory,
}

impl Permission {
    /// All that Hearth ever needs.
    pub const ALL: [Self; 5] = [
        Self::ViewChannel,
        Self::SendMessages,
        Self::EmbedLinks,
        Self::AttachFiles,
        Self::ReadMessageHistory,
    ];

    /// Its name in Discord's English settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ViewChannel => "View Channel",
            Self::SendMessages => "Send Messages",
            Self::EmbedLinks => "Embed Links",
            Self::AttachFiles => "Attach Files",
            Self::ReadMessageHistory => "Read Message History",
        }
    }

    fn bit(self) -> u64 {
        match self {
            Self::ViewChannel => 1 << 10,
            Self::SendMessages => 1 << 11,
            Self::EmbedLinks => 1 << 14,
            Self::AttachFiles => 1 << 15,
            Self::ReadMessageHistory => 1 << 16,
        }
    }

    pub(super) fn all_bits() -> u64 {
        Self::ALL
            .into_iter()
            .fold(0, |bits, permission| bits | permission.bit())
    }
}

#[derive(Deserialize)]
struct GuildJson {
    name: String,
    preferred_locale: String,
    owner_id: GenericId,
    roles: Vec<RoleJson>,
}

#[derive(Deserialize)]
struct RoleJson {
    id: GenericId,
    name: String,
    permissions: String,
}

#[derive(Deserialize)]
struct ChannelJson {
    id: GenericId,
    #[serde(rename = "type")]
    kind: u8,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    permission_overwrites: Vec<Overwrite>,
}

#[derive(Deserialize)]
struct Overwrite {
    id: GenericId,
    allow: String,
    deny: String,
}

#[derive(Deserialize)]
struct MemberJson {
    roles: Vec<GenericId>,
}

impl Discord {
    /// The server's name, language, roles (without `@everyone`) and text channels. A name that
    /// occurs twice is ambiguous and stays out.
    ///
    /// # Errors
    /// [`Call::Gone`] or [`Call::Forbidden`] where the bot is not in the server.
    pub async fn guild(&self) -> Result<Guild, Call> {
        let guild = self.guild_json().await?;
        let everyone = self.inner.guild;
        let roles = guild
            .roles
            .into_iter()
            .filter(|role| role.id.get() != everyone);
        let channels = self
            .channels_json()
            .await?
            .into_iter()
            .filter(|channel| TEXT_CHANNELS.contains(&channel.kind));
        Ok(Guild {
            name: guild.name,
            language: Language::of_locale(&guild.preferred_locale),
            roles: unambiguous(
                roles
                    .map(|role| (RoleId(role.id.get()), role.name))
                    .collect(),
            ),
            channels: unambiguous(
                channels
                    .filter_map(|channel| Some((ChannelId(channel.id.get()), channel.name?)))
                    .collect(),
            ),
        })
    }

    /// The servers that the bot is in, by id and name; at most 200.
    ///
    /// # Errors
    /// As every call.
    pub async fn servers(&self) -> Result<Vec<(u64, String)>, Call> {
        #[derive(Deserialize)]
        struct ServerJson {
            id: GenericId,
            name: String,
        }
        let outgoing = Outgoing::new(named!("servers"), LightMethod::Get, Route::UserMeGuilds, 0);
        let servers: Vec<ServerJson> = self.ask(&outgoing).await?;
        Ok(servers
            .into_iter()
            .map(|server| (server.id.get(), server.name))
            .collect())
    }

    /// How many members hold the role. Discord counts no members for `@everyone`.
    ///
    /// # Errors
    /// [`Call::Gone`] where there is no such role.
    pub async fn role_member_count(&self, role: RoleId) -> Result<u32, Call> {
        let route = Route::GuildRoleMemberCounts {
            guild_id: self.guild_id()?,
        };
        let outgoing = Outgoing::new(
            named!("member_counts"),
            LightMethod::Get,
            route,
            self.inner.guild,
        );
        let counts: HashMap<String, u32> = self.ask(&outgoing).await?;
        counts
            .get(&role.to_string())
            .copied()
            .ok_or(Call::Gone { code: 10_011 })
    }

    /// The roles that a person holds in the server at this moment.
    ///
    /// # Errors
    /// [`Call::Gone`] where nobody with this id is in the server.
    pub async fn roles_of(&self, person: crate::domain::chat::UserId) -> Result<Vec<RoleId>, Call> {
        if person.0 == 0 {
            return Err(Call::Gone { code: 10_013 });
        }
        let route = Route::GuildMember {
            guild_id: self.guild_id()?,
            user_id: person.0.into(),
        };
        let outgoing = Outgoing::new(named!("member"), LightMethod::Get, route, self.inner.guild);
        let member: MemberJson = self.ask(&outgoing).await?;
        Ok(member
            .roles
            .into_iter()
            .map(|role| RoleId(role.get()))
            .collect())
    }

    /// Which of the needed permissions are missing, for each of `channels`. In a channel that the
    /// bot cannot see or that does not exist, all are.
    ///
    /// # Errors
    /// As every call.
    pub async fn missing_permissions(
        &self,
        channels: &[ChannelId],
    ) -> Result<Vec<(ChannelId, Vec<Permission>)>, Call> {
        let guild = self.guild_json().await?;
        let route = Route::GuildMember {
            guild_id: self.guild_id()?,
            user_id: self.inner.bot,
        };
        let member = Outgoing::new(named!("member"), LightMethod::Get, route, self.inner.guild);
        let member: MemberJson = self.ask(&member).await?;
        let existing = self.channels_json().await?;
        let missing = |channel: &ChannelId| {
            let found = existing.iter().find(|known| known.id.get() == channel.0);
            let bits = found.map_or(0, |found| self.permissions_in(&guild, &member, found));
            // Without seeing it, nothing else counts.
            let bits = if bits & Permission::ViewChannel.bit() == 0 {
                0
            } else {
                bits
            };
            let missing = Permission::ALL
                .into_iter()
                .filter(|permission| bits & permission.bit() == 0)
                .collect();
            (*channel, missing)
        };
        Ok(channels.iter().map(missing).collect())
    }

    async fn guild_json(&self) -> Result<GuildJson, Call> {
        let route = Route::Guild {
            guild_id: self.guild_id()?,
        };
        self.ask(&Outgoing::new(
            named!("guild"),
            LightMethod::Get,
            route,
            self.inner.guild,
        ))
        .await
    }

    async fn channels_json(&self) -> Result<Vec<ChannelJson>, Call> {
        let route = Route::GuildChannels {
            guild_id: self.guild_id()?,
        };
        self.ask(&Outgoing::new(
            named!("channels"),
            LightMethod::Get,
            route,
            self.inner.guild,
        ))
        .await
    }

    fn permissions_in(&self, guild: &GuildJson, member: &MemberJson, channel: &ChannelJson) -> u64 {
        permissions(guild, self.inner.guild, self.inner.bot, member, channel)
    }
}

/// Discord's own order: roles together, then the channel's rule for everyone, for roles, for the member.
fn permissions(
    guild: &GuildJson,
    everyone: u64,
    bot: UserId,
    member: &MemberJson,
    channel: &ChannelJson,
) -> u64 {
    let has = |id: GenericId| member.roles.contains(&id);
    let roles = guild
        .roles
        .iter()
        .filter(|role| role.id.get() == everyone || has(role.id));
    let base = roles.fold(0, |bits, role| bits | number(&role.permissions));
    if base & ADMINISTRATOR != 0 || guild.owner_id.get() == bot.get() {
        return u64::MAX;
    }
    let apply = |bits: u64, rules: &[&Overwrite]| {
        let deny = rules.iter().fold(0, |all, rule| all | number(&rule.deny));
        let allow = rules.iter().fold(0, |all, rule| all | number(&rule.allow));
        (bits & !deny) | allow
    };
    let rules = |wanted: &dyn Fn(GenericId) -> bool| {
        channel
            .permission_overwrites
            .iter()
            .filter(|rule| wanted(rule.id))
            .collect::<Vec<_>>()
    };
    let bits = apply(base, &rules(&|id| id.get() == everyone));
    let bits = apply(bits, &rules(&|id| id.get() != everyone && has(id)));
    apply(bits, &rules(&|id| id.get() == bot.get()))
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or(0)
}

fn unambiguous<I>(named: Vec<(I, String)>) -> Vec<(I, String)> {
    let mut n_of: HashMap<String, u32> = HashMap::new();
    for (_, name) in &named {
        *n_of.entry(name.clone()).or_default() += 1;
    }
    named
        .into_iter()
        .filter(|(_, name)| n_of[name] == 1)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn bits_of(roles: &Value, overwrites: &Value) -> u64 {
        let guild = json!({"name": "g", "preferred_locale": "de", "owner_id": "9", "roles": roles});
        let channel =
            json!({"id": "5", "type": 0, "name": "c", "permission_overwrites": overwrites});
        permissions(
            &serde_json::from_value(guild).unwrap(),
            1,
            UserId::new(7),
            &serde_json::from_value(json!({"roles": ["2", "3"]})).unwrap(),
            &serde_json::from_value(channel).unwrap(),
        )
    }

    #[test]
    fn an_administrator_may_everything() {
        let roles = json!([{"id": "1", "name": "@everyone", "permissions": "0"}, {"id": "2", "name": "a", "permissions": "8"}]);
        assert_eq!(
            bits_of(&roles, &json!([{"id": "1", "allow": "0", "deny": "1024"}])),
            u64::MAX
        );
    }

    #[test]
    fn a_channels_rules_are_applied_from_everyone_to_roles_to_the_member() {
        let roles = json!([{"id": "1", "name": "@everyone", "permissions": "3072"}, {"id": "4", "name": "x", "permissions": "8"}]);
        let hidden = json!([{"id": "1", "allow": "0", "deny": "1024"}]);
        assert_eq!(bits_of(&roles, &hidden), 2048);
        let shown_to_a_role = json!([{"id": "1", "allow": "0", "deny": "1024"}, {"id": "2", "allow": "1024", "deny": "0"}]);
        assert_eq!(bits_of(&roles, &shown_to_a_role), 3072);
        let muted = json!([{"id": "2", "allow": "2048", "deny": "0"}, {"id": "7", "allow": "0", "deny": "2048"}]);
        assert_eq!(bits_of(&roles, &muted), 1024);
    }

    #[test]
    fn a_name_that_occurs_twice_stays_out() {
        let named = vec![
            (1, "a".to_owned()),
            (2, "b".to_owned()),
            (3, "a".to_owned()),
        ];
        assert_eq!(unambiguous(named), [(2, "b".to_owned())]);
    }
}
