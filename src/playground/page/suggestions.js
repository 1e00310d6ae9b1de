//! The list above the composer: commands, options, choices. It shows and moves; what a choice means is the caller's.
import { el } from "./dom.js";
import { words } from "./words.js";

export class Suggestions {
  #items = [];
  #at = -1;

  constructor() {
    this.box = el("div", { class: "suggestions", hidden: true, data: { testid: "suggestions" } });
    this.head = el("div", { class: "suggestions-head" });
    this.list = el("div", { class: "suggestions-list", role: "listbox", id: "suggestions" });
    this.keys = el("div", { class: "suggestions-keys", "aria-hidden": "true" },
      key("↑↓", words.keys.move), key("Tab", words.keys.pick), key("Esc", words.keys.cancel));
    this.box.append(this.head, this.list, this.keys);
    // The field keeps the focus while one points at the list.
    this.box.addEventListener("mousedown", (event) => event.preventDefault());
  }

  get open() {
    return !this.box.hidden;
  }

  get active() {
    return this.#items[this.#at] ?? null;
  }

  // `items` are {title, key, hint, group, marks, run}; `first` says whether the first is marked at once.
  show({ field, title, note, items, first = true }) {
    this.field = field;
    this.#items = items;
    this.head.replaceChildren(...[title, note && el("span", { class: "suggestions-note" }, note)].flat().filter(Boolean));
    this.head.hidden = !title && !note;
    this.list.setAttribute("aria-label", typeof title === "string" ? title : words.composer);
    const nodes = [];
    let group = null;
    items.forEach((item, index) => {
      if (item.group && item.group !== group) {
        group = item.group;
        nodes.push(el("div", { class: "suggestion-group", role: "presentation" }, group));
      }
      nodes.push(this.#row(item, index));
    });
    this.list.replaceChildren(...nodes);
    this.list.hidden = items.length === 0;
    this.keys.hidden = items.length === 0;
    this.box.hidden = false;
    field.setAttribute("aria-expanded", "true");
    this.#mark(first && items.length ? 0 : -1);
    this.list.scrollTop = 0;
  }

  #row(item, index) {
    const node = el("div", {
      class: "suggestion", role: "option", id: `suggestion-${index}`, "aria-selected": "false", data: { testid: "suggestion", key: item.key ?? item.title },
      on: { click: () => item.run(), mousemove: () => this.#at !== index && this.#mark(index) },
    },
    el("span", { class: "suggestion-text" },
      el("span", { class: "suggestion-title" }, el("bdi", {}, item.title), (item.marks ?? []).map((mark) => el("span", { class: "suggestion-mark" }, mark))),
      item.hint && el("span", { class: "suggestion-hint", dir: "auto" }, item.hint)));
    return node;
  }

  hide() {
    this.box.hidden = true;
    this.#items = [];
    this.#at = -1;
    this.field?.setAttribute("aria-expanded", "false");
    this.field?.removeAttribute("aria-activedescendant");
  }

  move(step) {
    if (!this.#items.length) return;
    const count = this.#items.length;
    this.#mark(this.#at < 0 ? (step > 0 ? 0 : count - 1) : (this.#at + step + count) % count);
  }

  // Marks the item with that title, if there is one.
  markTitled(title) {
    const at = this.#items.findIndex((item) => item.title === title);
    if (at >= 0) this.#mark(at);
  }

  #mark(index) {
    this.#at = index;
    const rows = this.list.querySelectorAll("[role=option]");
    rows.forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    if (index < 0) {
      this.field.removeAttribute("aria-activedescendant");
      return;
    }
    this.field.setAttribute("aria-activedescendant", `suggestion-${index}`);
    rows[index].scrollIntoView({ block: "nearest" });
  }
}

function key(name, does) {
  return el("span", {}, el("kbd", {}, name), ` ${does}`);
}
