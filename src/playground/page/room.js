//! What one person sees of the server: the snapshot, the messages that came since, and what is unread.
import { clock } from "./time.js";

const MESSAGES_PER_CHANNEL_MAX = 2_000;
const DISMISSED_MAX = 300;

export class Room extends EventTarget {
  channel = null;
  connected = true;
  reachable = true;
  #messages = new Map();
  #unread = new Set();
  #dismissed = new Set(remembered("dismissed", []));

  get me() {
    return this.snapshot.me;
  }

  take(snapshot) {
    const known = this.snapshot?.me.id === snapshot.me.id ? this.#unread : new Set();
    this.snapshot = snapshot;
    this.connected = snapshot.connected !== false;
    clock.set(snapshot.now);
    this.people = new Map(snapshot.members.map((member) => [member.id, member]));
    this.places = new Map(snapshot.channels.map((channel) => [channel.id, { ...channel, title: `#${channel.name}` }]));
    for (const dm of snapshot.dms) {
      this.places.set(dm.channel_id, { id: dm.channel_id, name: dm.with, title: `@${dm.with}`, direct: true });
    }
    this.#messages = new Map(Object.entries(snapshot.messages ?? {}).map(([id, list]) => [id, list.slice(-MESSAGES_PER_CHANNEL_MAX)]));
    this.#unread = new Set([...known, ...this.#unseen()]);
    if (!this.places.has(this.channel)) this.channel = snapshot.channels[0]?.id ?? null;
    this.markRead(this.channel);
    this.#say("snapshot");
  }

  // A direct message is news the first time that one is this person; a channel only after one has been in it.
  #unseen() {
    const seen = new Map(Object.entries(remembered(`seen.${this.me.id}`, {})));
    return [...this.places.values()].filter((place) => {
      const last = this.messages(place.id).at(-1)?.id;
      return last && (seen.has(place.id) ? seen.get(place.id) !== last : place.direct);
    }).map((place) => place.id);
  }

  messages(channel) {
    return (this.#messages.get(channel) ?? []).filter((message) => !this.#dismissed.has(message.id));
  }

  enter(channel) {
    if (!this.places.has(channel)) return;
    this.channel = channel;
    this.markRead(channel);
    this.#say("channel");
  }

  isUnread(channel) {
    return this.#unread.has(channel);
  }

  markRead(channel) {
    this.#unread.delete(channel);
    const seen = {};
    for (const id of this.places.keys()) {
      const last = this.messages(id).at(-1)?.id;
      if (last && !this.#unread.has(id)) seen[id] = last;
    }
    remember(`seen.${this.me.id}`, seen);
  }

  // Returns false if the event needs a fresh snapshot.
  hear(event) {
    if (Number.isFinite(event.now)) clock.set(event.now);
    const message = event.message;
    switch (event.type) {
      case "message":
      case "message_update":
        return this.#put(message);
      case "message_delete":
        return this.#drop(message?.id ?? event.id);
      case "commands":
        if (Array.isArray(event.commands)) this.snapshot.commands = event.commands;
        return true;
      case "connected":
      case "disconnected":
        this.connected = event.type === "connected";
        this.#say("connection");
        return true;
      case "clock":
        this.#say("clock");
        return true;
      case "notice":
        this.#say("notice", event.text);
        return true;
      default:
        return true;
    }
  }

  #put(message) {
    if (!message?.id) return true;
    if (!this.places.has(message.channel_id)) return false;
    const list = this.#messages.get(message.channel_id) ?? [];
    this.#messages.set(message.channel_id, list);
    const at = list.findIndex((known) => known.id === message.id);
    if (at >= 0) list[at] = message;
    else list.push(message);
    if (list.length > MESSAGES_PER_CHANNEL_MAX) list.shift();
    if (at < 0 && message.channel_id !== this.channel) this.#unread.add(message.channel_id);
    else if (message.channel_id === this.channel) this.markRead(this.channel);
    this.#say(at < 0 ? "message" : "update", message);
    return true;
  }

  #drop(id) {
    for (const list of this.#messages.values()) {
      const at = list.findIndex((message) => message.id === id);
      if (at >= 0) this.#say("delete", list.splice(at, 1)[0]);
    }
    return true;
  }

  dismiss(message) {
    this.#dismissed.add(message.id);
    remember("dismissed", [...this.#dismissed].slice(-DISMISSED_MAX));
    this.#say("delete", message);
  }

  // What the playground says to this person alone, for example that a command was not answered.
  whisper(text, interaction = null) {
    const id = `page-${crypto.getRandomValues(new Uint32Array(2)).join("")}`;
    this.#put({
      id, channel_id: this.channel, content: text, timestamp: new Date(clock.now()).toISOString(),
      author: { id: "playground", username: "Playground", bot: true }, embeds: [], components: [],
      attachments: [], private_to: this.me.name, interaction, local: true,
    });
  }

  setReachable(reachable) {
    if (this.reachable === reachable) return;
    this.reachable = reachable;
    this.#say("connection");
  }

  personNamed(name) {
    return this.snapshot.members.find((member) => member.name === name || member.id === name || member.display_name === name);
  }

  placeNamed(name) {
    const plain = String(name ?? "").replace(/^[#@]/, "");
    return [...this.places.values()].find((place) => place.id === plain || place.name === plain);
  }

  get roles() {
    const roles = new Map();
    for (const member of this.snapshot.members) {
      for (const role of member.roles) roles.set(role.id ?? role.name, role);
    }
    return roles;
  }

  #say(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

export function remembered(key, otherwise) {
  try {
    return JSON.parse(sessionStorage.getItem(`hearth.${key}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(key, value) {
  try {
    sessionStorage.setItem(`hearth.${key}`, JSON.stringify(value));
  } catch {
    // A full or forbidden storage only costs what is remembered over a reload.
  }
}
