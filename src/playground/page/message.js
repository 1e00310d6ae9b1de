//! Draws one message: who, when, what was said, and what can be pressed under it.
import { avatar, colour, el, flame, icon } from "./dom.js";
import { attachments, embeds } from "./embed.js";
import { components } from "./components.js";
import { markdown } from "./markdown.js";
import { messageTime, written } from "./time.js";
import { words } from "./words.js";

const LOADING = 1 << 7;
const GROUPED_WITHIN_MS = 7 * 60_000;
const HELPERS_SHOWN_MAX = 3;

// A message continues the one before if the same author said it shortly after and nothing needs a head.
export function continues(message, before) {
  return Boolean(before) && before.author.id === message.author.id && !message.interaction && !message.referenced_message
    && !message.private_to && !before.private_to
    && Date.parse(message.timestamp) - Date.parse(before.timestamp) < GROUPED_WITHIN_MS;
}

// `context` has room, insert, become; `acted` sends a click or a choice.
export function messageRow(message, before, context, acted) {
  const joined = continues(message, before);
  const { room } = context;
  const row = el("article", {
    class: ["message", joined && "joined", message.private_to && "private", mentionsMe(message, room) && "for-me"].filter(Boolean).join(" "),
    data: { testid: "message", id: message.id, private: message.private_to ? "yes" : "no" },
    "aria-label": `${authorName(message, room)}, ${messageTime(Date.parse(message.timestamp), room.me.locale)}`,
  });
  if (message.interaction) row.append(usedLine(message, room));
  else if (message.referenced_message) row.append(replyLine(message.referenced_message, context));
  if (!joined) row.append(face(message, room));
  row.append(el("div", { class: "body" }, joined ? smallTime(message, room) : head(message, room), ...said(message, context, acted)));
  return row;
}

function authorName(message, room) {
  return room.people.get(message.author.id)?.display_name ?? message.author.global_name ?? message.author.username;
}

const topColour = (member) => member?.roles.map((role) => colour(role.color)).find(Boolean) ?? null;

function face(message, room) {
  if (message.local) return el("span", { class: "avatar note", "aria-hidden": "true" }, icon("compass"));
  if (message.author.bot) return flame("avatar");
  return avatar(authorName(message, room), topColour(room.people.get(message.author.id)));
}

function head(message, room) {
  const at = Date.parse(message.timestamp);
  const tint = message.author.bot ? null : topColour(room.people.get(message.author.id));
  return el("header", { class: "head" },
    el("bdi", { class: message.author.bot ? "author bot" : "author", style: tint ? { "--tint": tint } : {} }, authorName(message, room)),
    message.author.bot && el("span", { class: "badge" }, words.app),
    el("time", { datetime: safeIso(at), title: written(at, "F", room.me.locale) }, messageTime(at, room.me.locale)));
}

function smallTime(message, room) {
  const at = Date.parse(message.timestamp);
  return el("time", { class: "small-time", datetime: safeIso(at), "aria-hidden": "true" }, written(at, "t", room.me.locale));
}

const safeIso = (at) => (Number.isNaN(at) ? "" : new Date(at).toISOString());

function usedLine(message, room) {
  const by = room.personNamed(message.interaction.by);
  const name = by?.display_name ?? message.interaction.by;
  return el("div", { class: "above", data: { testid: "used" } },
    avatar(name, topColour(by), "avatar mini"), el("bdi", { class: "who" }, name), ` ${words.used} `,
    el("code", {}, `/${String(message.interaction.command).replace(/^\//, "")}`));
}

function replyLine(original, { room }) {
  return el("div", { class: "above" }, el("bdi", { class: "who" }, authorName(original, room)),
    el("span", { class: "gist", dir: "auto" }, ` ${String(original.content ?? "").slice(0, 120)}`));
}

function mentionsMe(message, room) {
  const { id } = room.me;
  return message.mentions?.some((person) => person.id === id) || String(message.content ?? "").includes(`<@${id}>`);
}

function said(message, context, acted) {
  const { room } = context;
  if ((message.flags & LOADING) !== 0 && !message.content && !message.embeds?.length) {
    return [el("p", { class: "thinking" }, el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
      words.thinking(authorName(message, room))), privateLine(message, room)].filter(Boolean);
  }
  const content = message.content ? markdown(message.content, context) : null;
  const edited = message.edited_timestamp ? el("span", { class: "edited", title: written(Date.parse(message.edited_timestamp), "F", room.me.locale) }, words.edited) : null;
  // The mark stands behind the last word if the text ends in a paragraph, otherwise below it.
  if (edited && content?.lastElementChild?.tagName === "P") content.lastElementChild.append(" ", edited);
  else if (edited && content) content.append(edited);
  return [content, ...attachments(message), ...embeds(message, context), edited && !content ? edited : null,
    ...components(message, context, acted), ...threadChip(message, room), helperLine(message, context), privateLine(message, room)].filter(Boolean);
}

function threadChip(message, room) {
  if (!message.thread) return [];
  return [el("button", { class: "thread-chip", type: "button", on: { click: () => room.enter(message.thread.id) } },
    icon("thread"), words.thread(message.thread.name))];
}

function helperLine(message, { room, become }) {
  const names = new Set(Object.values(message.helpers ?? {}).flat());
  const people = [...names].map((name) => room.personNamed(name)).filter((member) => member && member.id !== room.me.id);
  if (!people.length) return null;
  const links = people.slice(0, HELPERS_SHOWN_MAX).flatMap((member, index) => {
    const role = member.roles[0]?.name;
    const who = role ? `${member.display_name} (${role})` : member.display_name;
    const button = el("button", { type: "button", class: "text-link", data: { testid: "helper" }, on: { click: () => become(member.id) } }, words.switchTo(who));
    return index ? [", ", button] : [button];
  });
  return el("div", { class: "helpers" }, icon("people", "icon tiny"), el("span", {}, `${words.needsOther} `, links));
}

function privateLine(message, room) {
  if (!message.private_to) return null;
  return el("div", { class: "only-you" }, icon("eye", "icon tiny"), el("span", {}, words.onlyYou), " · ",
    el("button", { type: "button", class: "text-link", data: { testid: "dismiss" }, on: { click: () => room.dismiss(message) } }, words.dismiss));
}
