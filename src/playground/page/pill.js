//! One option of a command being typed: its field, its suggestions, and whether its value will do.
import { checked, closedList, named, STRING } from "./commands.js";
import { el, icon } from "./dom.js";
import { typeWords, words } from "./words.js";

const AUTOCOMPLETE_AFTER_MS = 180;
const FIELD_LETTERS_MIN = 3;
const FIELD_LETTERS_MAX = 48;

export class Pill {
  picked = null;
  #timer = null;
  #asked = 0;
  #found = null;
  #dirty = false;

  // `line` is the command line that it stands in.
  constructor(option, line) {
    this.option = option;
    this.line = line;
    this.field = el("input", {
      class: "pill-field", type: "text", autocomplete: "off", spellcheck: "false", dir: "auto", role: "combobox",
      "aria-autocomplete": "list", "aria-controls": "suggestions", "aria-expanded": "false", "aria-required": option.required ? "true" : null,
      "aria-label": option.shown, data: { testid: `field-${option.name}` },
      on: { input: () => this.#typed(), focus: () => this.suggest(), blur: () => this.#left(), keydown: (event) => line.keyInPill(event, this) },
    });
    this.box = el("span", { class: "pill", data: { testid: `pill-${option.name}` }, on: { mousedown: (event) => this.#pointed(event) } },
      el("span", { class: "pill-name", dir: "auto" }, option.shown), this.field);
    if (!option.required) {
      this.box.append(el("button", { class: "pill-remove", type: "button", tabindex: "-1", "aria-label": words.removeOption(option.shown), on: { click: () => line.remove(this) } }, icon("close", "icon tiny")));
    }
    this.#fit();
  }

  #pointed(event) {
    if (event.target === this.field || event.target.closest("button")) return;
    event.preventDefault();
    this.field.focus();
  }

  get text() {
    return this.field.value;
  }

  get result() {
    return checked(this.option, this.text, this.picked, this.line.room);
  }

  get settled() {
    const list = closedList(this.option, this.line.room);
    if (list) return Boolean(named(list, this.text));
    return !this.option.autocomplete || (this.text !== "" && this.picked?.name === this.text);
  }

  // Fills the field from text, as if it had been chosen.
  fill(text) {
    const list = closedList(this.option, this.line.room);
    const choice = list && named(list, text);
    this.set(choice ?? { name: text, value: text });
  }

  set(choice) {
    this.picked = choice;
    this.field.value = choice.name;
    this.#found = null;
    this.#fit();
    this.#wrong(null);
  }

  #fit() {
    this.field.size = Math.min(FIELD_LETTERS_MAX, Math.max(FIELD_LETTERS_MIN, [...this.text].length + 1));
  }

  #typed() {
    this.#dirty = true;
    this.picked = null;
    this.#fit();
    this.#wrong(null);
    this.suggest();
  }

  #left() {
    this.#stopAsking();
    if (this.#dirty) this.validate();
  }

  validate() {
    const { wrong } = this.result;
    this.#wrong(wrong ?? null);
    return !wrong;
  }

  #wrong(text) {
    this.wrong = text;
    this.box.classList.toggle("wrong", Boolean(text));
    if (text) this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
    this.line.sayWrong();
  }

  suggest() {
    const list = closedList(this.option, this.line.room);
    if (list) {
      const typed = this.text.trim().toLocaleLowerCase();
      const left = this.settled ? list : list.filter((choice) => choice.name.toLocaleLowerCase().includes(typed));
      this.#show(left);
    } else if (this.option.autocomplete) {
      this.#show(this.#found ?? [], this.#found ? null : words.looking);
      this.#ask();
    } else {
      this.#show([]);
    }
  }

  #show(choices, note = null) {
    const items = choices.slice(0, 25).map((choice) => ({ title: String(choice.name), key: String(choice.value), hint: choice.hint, run: () => this.line.took(this, choice) }));
    const typed = this.text.trim();
    if (this.option.autocomplete && !note && typed && !named(choices, typed)) {
      items.push({ title: words.asTyped(typed), key: typed, run: () => this.line.took(this, { name: typed, value: typed }) });
    }
    this.line.suggestions.show({ field: this.field, title: this.#title(), note, items });
    const exact = this.text && named(choices, this.text);
    if (exact) this.line.suggestions.markTitled(String(exact.name));
  }

  #title() {
    const { option } = this;
    const bounds = [option.min_value, option.max_value].some((bound) => bound !== undefined)
      ? ` ${option.min_value ?? "…"}–${option.max_value ?? "…"}` : "";
    const kind = option.type === STRING ? null : `${typeWords.get(option.type) ?? ""}${bounds}`;
    return [el("b", { dir: "auto" }, option.shown), el("span", { class: "suggestions-about", dir: "auto" }, option.description),
      el("span", { class: "suggestions-kind" }, [kind, option.required ? words.required : words.optional].filter(Boolean).join(" · "))];
  }

  #stopAsking() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.field.removeAttribute("aria-busy");
  }

  // An answer that comes after newer typing, or after the field was left, is dropped.
  #ask() {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    this.field.setAttribute("aria-busy", "true");
    this.#timer = setTimeout(async () => {
      const answer = await this.line.complete(this);
      if (asked !== this.#asked) return;
      this.field.removeAttribute("aria-busy");
      this.#found = Array.isArray(answer.choices) ? answer.choices.map((choice) => ({ name: String(choice.name), value: choice.value })) : [];
      if (document.activeElement !== this.field) return;
      this.#show(this.#found, answer.error ? String(answer.error) : this.#found.length || this.text ? null : words.nothingFound);
    }, AUTOCOMPLETE_AFTER_MS);
  }
}
