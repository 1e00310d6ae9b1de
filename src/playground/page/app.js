//! Starts the page: fetches what the person sees, listens for news, and lets the parts know each other.
import { Composer } from "./composer.js";
import { el, icon } from "./dom.js";
import { openForm } from "./form.js";
import { Guide } from "./guide.js";
import { MessageList } from "./messages.js";
import { remember, remembered, Room } from "./room.js";
import { act, control, listen, state } from "./server.js";
import { Sidebar } from "./sidebar.js";
import { words } from "./words.js";

const TOAST_FOR_MS = 8_000;
const TOASTS_MAX = 4;
const GUIDE_FOLDS_BELOW_PX = 1_100;

const at = (id) => document.getElementById(id);
const app = at("app");
const room = new Room();
let stopListening = () => {};

const composer = new Composer(at("composer"), room, {
  send: async ({ command, options }) => {
    await ask({ kind: "command", command, options }, { command, by: room.me.name });
    guide.sent({ command, options });
  },
  complete: (question) => act({ ...whereAmI(), kind: "autocomplete", ...question }),
});
const messages = new MessageList(at("messages"), { room, become, insert: (line) => composer.fill(line) }, (deed) => ask(deed));
const sidebar = new Sidebar(at("sidebar"), room, become);
const guide = new Guide(at("guide"), room, { go: goToStep, press: pressControl });

const whereAmI = () => ({ as: room.me.id, channel: room.channel });

// Does something and shows what the bot answers at once: a form, or that it did not answer.
async function ask(deed, interaction = null) {
  const place = whereAmI();
  const answer = await act({ ...place, ...deed });
  if (answer.modal) {
    openForm(answer.modal, (values) => act({ ...place, kind: "submit", custom_id: answer.modal.custom_id, modal: answer.modal.id, values }));
  } else if (answer.error) {
    room.whisper(answer.error, interaction);
  }
  return answer;
}

async function become(id) {
  if (id === room.me?.id) return;
  composer.clear();
  await load(id);
}

async function goToStep(step) {
  const who = room.personNamed(step.member);
  if (who) await become(who.id);
  const place = room.placeNamed(step.channel);
  if (place) room.enter(place.id);
  if (window.innerWidth < GUIDE_FOLDS_BELOW_PX) showGuide(false);
  if (step.command) composer.fill(step.command);
  else composer.focus();
}

async function pressControl({ id }) {
  const answer = await control(id);
  toast(answer.error ?? answer.text ?? "", Boolean(answer.error));
}

function toast(text, wrong = false) {
  if (!text) return;
  const node = el("div", { class: wrong ? "toast wrong" : "toast", data: { testid: "toast" }, dir: "auto" }, String(text),
    el("button", { type: "button", class: "icon-button", "aria-label": words.close, on: { click: () => node.remove() } }, icon("close", "icon tiny")));
  at("toasts").append(node);
  while (at("toasts").childElementCount > TOASTS_MAX) at("toasts").firstElementChild.remove();
  setTimeout(() => node.remove(), TOAST_FOR_MS);
}

// Listens first and fetches then, so that nothing is lost in between; what was heard meanwhile is replayed.
async function load(as) {
  const id = as ?? (await snapshotOf(null)).me.id;
  let early = [];
  const hear = (event) => room.hear(event) || reload();
  const stop = await new Promise((ready) => {
    const close = listen(id, {
      heard: (event) => (early ? early.push(event) : hear(event)),
      opened: () => ready(close),
      lost: () => {
        room.setReachable(false);
        ready(close);
      },
      // News was missed meanwhile, so everything is fetched again.
      back: () => {
        room.setReachable(true);
        reload();
      },
    });
  });
  let snapshot;
  try {
    snapshot = await snapshotOf(id);
  } catch (fault) {
    stop();
    throw fault;
  }
  stopListening();
  stopListening = stop;
  room.take(snapshot);
  early.forEach(hear);
  early = null;
  remember("as", snapshot.me.id);
  app.dataset.as = snapshot.me.name;
}

async function snapshotOf(as) {
  const snapshot = await state(as);
  if (!snapshot?.me) throw new Error(snapshot?.error ?? words.loadFailed);
  return snapshot;
}

let reloading = false;
async function reload() {
  if (reloading) return;
  reloading = true;
  try {
    room.take(await snapshotOf(room.me.id));
  } catch {
    room.setReachable(false);
  } finally {
    reloading = false;
  }
}

function drawHeading() {
  const place = room.places.get(room.channel);
  at("heading").replaceChildren(
    el("button", { class: "icon-button narrow-only", type: "button", "aria-label": words.openSidebar, on: { click: () => sidebar.toggle(true) } }, icon("menu")),
    el("span", { class: "heading-mark", "aria-hidden": "true" }, place?.direct ? "@" : icon("hash")),
    el("h2", { data: { testid: "channel-name" } }, el("bdi", {}, place?.name ?? "")),
    place?.topic && el("p", { class: "heading-topic", dir: "auto", title: place.topic }, place.topic),
    guideButton());
  document.title = `${place?.title ?? ""} · ${room.snapshot.guild.name}`;
  remember("channel", room.channel);
}

function guideButton() {
  const shown = !app.classList.contains("guide-folded");
  return el("button", {
    class: "icon-button guide-toggle", type: "button", "aria-controls": "guide", "aria-expanded": String(shown), title: shown ? words.hideGuide : words.showGuide,
    "aria-label": shown ? words.hideGuide : words.showGuide, data: { testid: "guide-toggle" }, on: { click: () => showGuide(!shown) },
  }, icon("compass"), el("span", {}, words.guide));
}

function showGuide(shown) {
  app.classList.toggle("guide-folded", !shown);
  remember("guide", shown);
  drawHeading();
}

function drawBanner() {
  at("banner").replaceChildren(el("bdi", {}, room.snapshot.banner ?? ""));
}

// Ctrl or ⌘ combinations belong to the browser; a slash anywhere else begins a command, as people know it.
function globalKey(event) {
  if (event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  const writing = event.target.closest?.("input, textarea, [contenteditable], dialog, [popover]");
  if (event.key === "/" && !writing && !event.altKey) {
    event.preventDefault();
    composer.fill("/");
  } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const ids = [...room.places.keys()];
    const step = event.key === "ArrowDown" ? 1 : -1;
    room.enter(ids[(ids.indexOf(room.channel) + step + ids.length) % ids.length]);
  } else if (event.key === "Escape" && !writing) {
    messages.toEnd();
  }
}

async function start() {
  app.classList.toggle("guide-folded", !remembered("guide", window.innerWidth >= GUIDE_FOLDS_BELOW_PX));
  room.addEventListener("snapshot", drawBanner);
  for (const news of ["snapshot", "channel"]) room.addEventListener(news, drawHeading);
  room.addEventListener("connection", () => app.classList.toggle("offline", !room.connected || !room.reachable));
  room.addEventListener("snapshot", () => app.classList.toggle("offline", !room.connected));
  room.addEventListener("notice", ({ detail }) => toast(detail));
  document.addEventListener("keydown", globalKey);
  room.channel = remembered("channel", null);
  try {
    // A remembered person may be of another playground.
    await load(remembered("as", null)).catch(() => load(null));
    app.setAttribute("aria-busy", "false");
  } catch (fault) {
    at("messages").replaceChildren(el("div", { class: "beginning", role: "alert" }, el("h2", {}, words.loadFailed), el("p", {}, fault.message),
      el("button", { type: "button", class: "button primary", on: { click: () => location.reload() } }, words.retry)));
  }
}

start();
