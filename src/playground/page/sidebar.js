//! The left column: the server's channels, direct messages, and who one is.
import { avatar, colour, el, flame, icon } from "./dom.js";
import { languageName } from "./time.js";
import { words } from "./words.js";

const THREAD_TYPES = new Set([10, 11, 12]);
const isThread = (channel) => channel.thread === true || THREAD_TYPES.has(channel.type);

export class Sidebar {
  constructor(root, room, become) {
    this.root = root;
    this.room = room;
    this.become = become;
    root.setAttribute("aria-label", words.channels);
    for (const news of ["snapshot", "channel", "message", "connection"]) room.addEventListener(news, () => this.draw());
  }

  draw() {
    const { snapshot } = this.room;
    const focused = this.root.contains(document.activeElement) ? document.activeElement.dataset.place : null;
    const scrolled = this.root.querySelector(".places")?.scrollTop ?? 0;
    const plain = snapshot.channels.filter((channel) => !isThread(channel));
    const known = new Set(plain.map((channel) => channel.id));
    const strays = snapshot.channels.filter((channel) => isThread(channel) && !known.has(channel.parent_id));
    this.root.replaceChildren(
      el("div", { class: "server" }, flame("server-mark"), el("h1", { "aria-label": words.server(snapshot.guild.name) }, el("bdi", {}, snapshot.guild.name)),
        el("button", { class: "icon-button narrow-only", type: "button", "aria-label": words.closeSidebar, on: { click: () => this.toggle(false) } }, icon("close"))),
      el("div", { class: "places" },
        el("h2", {}, words.channels),
        el("ul", {}, plain.flatMap((channel) => [this.#channel(channel), ...this.#threads(channel)]), strays.map((thread) => this.#thread(thread))),
        snapshot.dms.length ? [el("h2", {}, words.direct), el("ul", {}, snapshot.dms.map((dm) => this.#direct(dm)))] : null),
      this.#me());
    this.root.querySelector(".places").scrollTop = scrolled;
    if (focused) [...this.root.querySelectorAll("[data-place]")].find((node) => node.dataset.place === focused)?.focus();
  }

  toggle(open) {
    document.getElementById("app").classList.toggle("sidebar-open", open);
  }

  #channel(channel) {
    return el("li", {}, this.#place(channel.id, channel.name, icon("hash"), channel.topic));
  }

  #threads(parent) {
    return this.room.snapshot.channels.filter((channel) => isThread(channel) && channel.parent_id === parent.id).map((thread) => this.#thread(thread));
  }

  #thread(thread) {
    return el("li", { class: "thread" }, this.#place(thread.id, thread.name, icon("thread")));
  }

  #direct(dm) {
    return el("li", {}, this.#place(dm.channel_id, dm.with, flame("avatar mini")));
  }

  #place(id, name, mark, topic) {
    const unread = this.room.isUnread(id);
    const current = id === this.room.channel;
    return el("button", {
      class: ["place", unread && "unread", current && "current"].filter(Boolean).join(" "), type: "button", title: topic || null,
      "aria-current": current ? "page" : null, data: { testid: "place", place: id, name },
      on: { click: () => { this.room.enter(id); this.toggle(false); } },
    }, mark, el("bdi", { class: "place-name" }, name), unread && el("span", { class: "dot", role: "img", "aria-label": words.unread }));
  }

  #me() {
    const { me } = this.room;
    const button = el("button", {
      class: "me", type: "button", "aria-haspopup": "dialog", "aria-label": words.changePerson(titled(me)), data: { testid: "person-switcher" },
      on: { click: () => this.#choosePerson(button) },
    }, face(me), el("span", { class: "me-text" },
      el("span", { class: "me-line" }, el("span", { class: "me-small" }, words.youAre), " ", el("bdi", { class: "me-name" }, me.display_name)),
      el("bdi", { class: "me-small" }, me.roles.map((role) => role.name).join(", ") || words.noRoles)), icon("chevron", "icon up"));
    return button;
  }

  #choosePerson(anchor) {
    const people = el("div", { class: "people", popover: "auto", role: "dialog", "aria-label": words.becomeTitle, data: { testid: "people" } },
      el("header", {}, el("h2", {}, words.becomeTitle), el("p", {}, words.becomeHint)),
      el("ul", {}, this.room.snapshot.members.map((member) => el("li", {}, this.#person(member, () => people.hidePopover())))));
    const at = anchor.getBoundingClientRect();
    people.style.setProperty("left", `${at.left}px`);
    people.style.setProperty("bottom", `${window.innerHeight - at.top + 8}px`);
    people.addEventListener("toggle", (event) => event.newState === "closed" && people.remove());
    people.addEventListener("keydown", (event) => stepThrough(event, people));
    document.body.append(people);
    people.showPopover();
    (people.querySelector("[aria-current]") ?? people.querySelector("button"))?.focus();
  }

  #person(member, close) {
    const mine = member.id === this.room.me.id;
    return el("button", {
      class: "person", type: "button", "aria-current": mine ? "true" : null, data: { testid: "person", name: member.name },
      on: { click: () => { close(); this.toggle(false); if (!mine) this.become(member.id); } },
    }, face(member), el("span", { class: "person-text" },
      el("span", { class: "person-head" }, el("bdi", { class: "person-name" }, member.display_name), roleChips(member),
        member.locale && !member.locale.startsWith("en") && el("span", { class: "language" }, words.speaks(languageName(member.locale)))),
      (member.about ?? []).slice(0, 3).map((line) => el("span", { class: "person-about", dir: "auto" }, line))),
    mine && icon("check", "icon tick"));
  }
}

export function face(member, className) {
  return avatar(member.display_name, member.roles.map((role) => colour(role.color)).find(Boolean), className);
}

export function roleChips(member) {
  return member.roles.map((role) => el("span", { class: "role-chip", style: colour(role.color) ? { "--tint": colour(role.color) } : {} }, el("bdi", {}, role.name)));
}

export function titled(member) {
  return member.roles.length ? `${member.display_name} (${member.roles[0].name})` : member.display_name;
}

function stepThrough(event, box) {
  const step = new Map([["ArrowDown", 1], ["ArrowUp", -1]]).get(event.key);
  if (!step) return;
  event.preventDefault();
  const rows = [...box.querySelectorAll("button")];
  rows[(rows.indexOf(document.activeElement) + step + rows.length) % rows.length].focus();
}
