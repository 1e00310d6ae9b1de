//! The list of messages: shows the newest ones, keeps its place while it grows, and offers older ones on scrolling up.
import { el, icon } from "./dom.js";
import { messageRow } from "./message.js";
import { dayLine, refreshRelative, sameDay } from "./time.js";
import { words } from "./words.js";

const SHOWN_AT_FIRST = 200;
const SHOWN_MORE = 200;
const NEAR_END_PX = 80;
const RELATIVE_EVERY_MS = 20_000;

export class MessageList {
  #shown = SHOWN_AT_FIRST;
  #stuck = true;
  #fresh = 0;

  constructor(scroller, context, act) {
    this.scroller = scroller;
    this.context = context;
    this.room = context.room;
    this.act = act;
    this.list = el("div", { class: "message-list", role: "log", "aria-live": "polite", "aria-relevant": "additions" });
    this.jump = el("button", { class: "jump", type: "button", hidden: true, data: { testid: "jump" }, on: { click: () => this.toEnd() } });
    scroller.setAttribute("role", "region");
    scroller.append(this.list);
    scroller.after(this.jump);
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // Pictures and fonts arrive late; whoever was at the end stays there.
    new ResizeObserver(() => this.#stuck && this.#toEndNow()).observe(this.list);
    new ResizeObserver(() => this.#stuck && this.#toEndNow()).observe(scroller);
    this.room.addEventListener("snapshot", () => this.draw());
    this.room.addEventListener("channel", () => this.draw());
    this.room.addEventListener("message", ({ detail }) => this.#added(detail));
    this.room.addEventListener("update", ({ detail }) => this.#changed(detail));
    this.room.addEventListener("delete", ({ detail }) => this.#gone(detail));
    this.room.addEventListener("clock", () => refreshRelative(this.list, this.room.me.locale));
    setInterval(() => this.room.snapshot && refreshRelative(this.list, this.room.me.locale), RELATIVE_EVERY_MS);
  }

  draw() {
    this.#shown = SHOWN_AT_FIRST;
    this.#stuck = true;
    this.#fill();
    this.toEnd();
  }

  #fill() {
    const all = this.room.messages(this.room.channel);
    const place = this.room.places.get(this.room.channel);
    for (const box of [this.list, this.scroller]) box.setAttribute("aria-label", words.messagesIn(place?.title ?? ""));
    const from = Math.max(0, all.length - this.#shown);
    const nodes = [];
    if (from > 0) nodes.push(el("button", { class: "older", type: "button", on: { click: () => this.#older() } }, words.older));
    else nodes.push(this.#beginning(place));
    for (let at = from; at < all.length; at += 1) nodes.push(...this.#rows(all[at], at > from ? all[at - 1] : null));
    this.list.replaceChildren(...nodes);
    this.last = all.at(-1) ?? null;
  }

  #beginning(place) {
    const topic = place?.topic ? el("p", { class: "topic", dir: "auto" }, place.topic) : null;
    return el("div", { class: "beginning" }, el("span", { class: "beginning-mark", "aria-hidden": "true" }, place?.direct ? "@" : icon("hash")),
      el("h2", {}, el("bdi", {}, place?.title ?? "")), el("p", {}, `${words.empty(place?.title ?? "")} ${words.emptyHint}`), topic);
  }

  #rows(message, before) {
    const at = Date.parse(message.timestamp);
    const newDay = !before || !sameDay(at, Date.parse(before.timestamp));
    const line = newDay ? el("div", { class: "day", role: "separator" }, el("span", {}, dayLine(at, this.room.me.locale))) : null;
    const row = messageRow(message, newDay ? null : before, this.context, (deed) => this.act({ ...deed, message: message.id }));
    return line ? [line, row] : [row];
  }

  #added(message) {
    if (message.channel_id !== this.room.channel) return;
    this.list.append(...this.#rows(message, this.last));
    this.last = message;
    if (this.#stuck) this.#toEndNow();
    else {
      this.#fresh += 1;
      this.#showJump();
    }
  }

  #changed(message) {
    const old = this.#rowOf(message);
    if (!old) return;
    const all = this.room.messages(this.room.channel);
    const at = all.findIndex((known) => known.id === message.id);
    const focused = old.contains(document.activeElement) ? document.activeElement.dataset.custom : null;
    const rows = this.#rows(message, all[at - 1]);
    old.replaceWith(rows.at(-1));
    if (this.last?.id === message.id) this.last = message;
    // Whoever works with the keyboard keeps the place under the fingers.
    if (focused) [...rows.at(-1).querySelectorAll("[data-custom]")].find((node) => node.dataset.custom === focused)?.focus();
    if (this.#stuck) this.#toEndNow();
  }

  // A head or a day line may have to move to the next message, so what is shown is drawn again.
  #gone(message) {
    if (message.channel_id !== this.room.channel) return;
    const { scrollTop } = this.scroller;
    this.#fill();
    if (this.#stuck) this.#toEndNow();
    else this.scroller.scrollTop = scrollTop;
  }

  #rowOf(message) {
    return [...this.list.querySelectorAll("[data-testid=message]")].find((row) => row.dataset.id === message.id);
  }

  #older() {
    const { scrollHeight, scrollTop } = this.scroller;
    this.#shown += SHOWN_MORE;
    this.#fill();
    this.scroller.scrollTop = scrollTop + this.scroller.scrollHeight - scrollHeight;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.#stuck = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (this.#stuck) this.#fresh = 0;
    this.#showJump();
    if (scrollTop < NEAR_END_PX && this.list.querySelector(".older")) this.#older();
  }

  #showJump() {
    this.jump.hidden = this.#stuck;
    if (!this.#stuck) this.jump.replaceChildren(icon("down", "icon tiny"), this.#fresh ? words.jump(this.#fresh) : words.jumpPlain);
  }

  toEnd() {
    this.#stuck = true;
    this.#fresh = 0;
    this.#toEndNow();
    this.#showJump();
  }

  #toEndNow() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }
}
