//! The right column: who one is here, what one could try next, and the clock.
import { el, icon } from "./dom.js";
import { remember, remembered } from "./room.js";
import { face, roleChips } from "./sidebar.js";
import { clock, languageName, written } from "./time.js";
import { words } from "./words.js";

const CLOCK_EVERY_MS = 5_000;
// Controls with such a label share a line and tell their hint when they are pointed at.
const LABEL_SHORT_MAX = 10;

export class Guide {
  #done = new Set(remembered("steps", []));
  #open = null;

  // `go(step)` takes the newcomer to the step's person and channel; `press(control)` presses a control.
  constructor(root, room, { go, press }) {
    this.root = root;
    this.room = room;
    this.go = go;
    this.press = press;
    root.setAttribute("aria-label", words.guide);
    room.addEventListener("snapshot", () => this.draw());
    room.addEventListener("clock", () => this.#tick());
    setInterval(() => this.#tick(), CLOCK_EVERY_MS);
  }

  draw() {
    const scrolled = this.root.scrollTop;
    const focused = this.root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.root.replaceChildren(this.#who(), this.#steps(), this.#clock());
    this.root.scrollTop = scrolled;
    this.#tick();
    if (focused) [...this.root.querySelectorAll("[data-key]")].find((node) => node.dataset.key === focused)?.focus();
  }

  // A command that was sent ticks the step that asked for just that, or else the next one for this command.
  sent({ command, options }) {
    const given = new Set(options.map(({ name, value }) => `${name}:${value}`));
    const steps = this.#steplist().filter((step) => !this.#done.has(step.title) && step.command
      && `${step.command.replace(/^\//, "")} `.startsWith(`${command} `));
    const exact = steps.find((step) => step.command.split(" ").filter((word) => word.includes(":")).every((word) => given.has(word)));
    const step = exact ?? steps[0];
    if (step) this.#tickOff(step, true);
  }

  #steplist() {
    return this.room.snapshot.guide ?? [];
  }

  #who() {
    const { me } = this.room;
    return el("section", { class: "card who-card", data: { testid: "who-am-i" } },
      el("div", { class: "who-head" }, face(me, "avatar large"),
        el("div", {}, el("h2", {}, el("span", { class: "me-small" }, words.youAre), " ", el("bdi", {}, me.display_name)),
          el("div", { class: "chips" }, me.roles.length ? roleChips(me) : el("span", { class: "role-chip" }, words.noRoles),
            me.locale && !me.locale.startsWith("en") && el("span", { class: "language" }, words.speaks(languageName(me.locale)))))),
      me.about?.length ? el("ul", { class: "about" }, me.about.map((line) => el("li", { dir: "auto" }, line))) : null);
  }

  #steps() {
    const steps = this.#steplist();
    if (!steps.length) return el("section", { hidden: true });
    const done = steps.filter((step) => this.#done.has(step.title)).length;
    const next = steps.find((step) => !this.#done.has(step.title));
    const open = this.#open ?? next?.title;
    return el("section", { class: "steps-section", "aria-label": words.nextTitle, data: { testid: "steps" } },
      el("div", { class: "section-head" }, el("h2", {}, words.nextTitle), el("span", { class: "count" }, words.steps(done, steps.length))),
      el("div", { class: "progress", "aria-hidden": "true" }, el("i", { style: { width: `${(100 * done) / steps.length}%` } })),
      el("ol", { class: "steps" }, steps.map((step, index) => this.#step(step, index, step.title === open))),
      next ? null : el("p", { class: "steps-over" }, words.stepsOver));
  }

  #step(step, index, open) {
    const ticked = this.#done.has(step.title);
    const tick = el("input", { type: "checkbox", class: "tick-box", "aria-label": words.stepDone(step.title), data: { key: `tick-${index}` }, on: { change: () => this.#tickOff(step, tick.checked) } });
    tick.checked = ticked;
    return el("li", { class: ["step", open && "open", ticked && "ticked"].filter(Boolean).join(" "), data: { testid: "step", title: step.title } },
      tick,
      el("div", { class: "step-body" },
        el("button", { type: "button", class: "step-title", "aria-expanded": String(open), data: { key: `title-${index}` }, on: { click: () => this.#unfold(step, open) } }, el("span", { dir: "auto" }, step.title)),
        open ? this.#stepText(step, index) : null));
  }

  #stepText(step, index) {
    const who = this.room.personNamed(step.member);
    const place = this.room.placeNamed(step.channel);
    const where = who || place ? words.stepAs(who?.display_name ?? this.room.me.display_name, place?.direct ? null : place?.name) : null;
    return [
      step.text && el("p", { dir: "auto" }, step.text),
      step.command && el("code", { class: "step-command", dir: "ltr" }, step.command),
      step.command || who || place ? el("div", { class: "step-foot" },
        el("button", { type: "button", class: "button ember", data: { testid: "step-go", key: `go-${index}` }, on: { click: () => this.go(step) } }, step.command ? words.stepFill : words.stepGo),
        where && el("span", { class: "step-where" }, where)) : null,
    ];
  }

  #unfold(step, open) {
    this.#open = open ? "" : step.title;
    this.draw();
  }

  #tickOff(step, ticked) {
    if (ticked) this.#done.add(step.title);
    else this.#done.delete(step.title);
    this.#open = null;
    remember("steps", [...this.#done].slice(-100));
    this.draw();
    this.root.querySelector(".step.open")?.scrollIntoView({ block: "nearest" });
  }

  #clock() {
    const controls = this.room.snapshot.controls ?? [];
    return el("section", { class: "card clock-card", "aria-label": words.clockTitle, data: { testid: "clock" } },
      el("div", { class: "section-head" }, el("h2", {}, icon("clock", "icon tiny"), words.clockTitle)),
      el("p", { class: "clock-now" }, el("time", { data: { testid: "clock-now" } })),
      el("div", { class: "controls" }, controls.map((control) => this.#control(control))));
  }

  #control(control) {
    const button = el("button", {
      type: "button", class: control.label.length > LABEL_SHORT_MAX ? "control wide" : "control", data: { testid: "control", id: control.id, key: `control-${control.id}` }, title: control.hint || null,
      on: { click: async () => {
        if (button.getAttribute("aria-busy") === "true") return;
        button.setAttribute("aria-busy", "true");
        await this.press(control);
        button.removeAttribute("aria-busy");
      } },
    }, el("span", { class: "control-label" }, control.label), control.hint && el("span", { class: "control-hint", dir: "auto" }, control.hint));
    return button;
  }

  #tick() {
    const node = this.root.querySelector("[data-testid=clock-now]");
    if (!node) return;
    node.textContent = written(clock.now(), "F", "en-GB");
    node.setAttribute("datetime", new Date(clock.now()).toISOString());
  }
}
