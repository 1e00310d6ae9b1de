//! The composer: type `/`, choose a command, fill its options, send it.
import { leaves, matching, readLine } from "./commands.js";
import { el, icon } from "./dom.js";
import { Pill } from "./pill.js";
import { Suggestions } from "./suggestions.js";
import { words } from "./words.js";

const BOT_DM = 1;

export class Composer {
  #command = null;
  #pills = [];

  // `send({command, options})` and `complete({command, options, focused})` ask the server.
  constructor(root, room, { send, complete }) {
    this.room = room;
    this.suggestions = new Suggestions();
    this.sendOut = send;
    this.askServer = complete;
    this.status = el("div", { class: "composer-status", role: "alert", data: { testid: "composer-status" } });
    this.input = field({ testid: "composer-input", label: words.composer });
    this.tail = field({ testid: "composer-tail", label: words.moreOptions });
    this.tail.classList.add("tail");
    this.line = el("div", { class: "line" });
    this.sendButton = el("button", { class: "icon-button send", type: "button", "aria-label": words.send, hidden: true, data: { testid: "send" }, on: { click: () => this.submit() } }, icon("send"));
    const box = el("div", { class: "composer-box" }, this.line, this.sendButton);
    root.append(this.suggestions.box, this.status, box);
    box.addEventListener("mousedown", (event) => this.#pointed(event, box));
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("focus", () => this.#typed());
    this.input.addEventListener("blur", () => this.suggestions.hide());
    this.input.addEventListener("keydown", (event) => this.#keyInInput(event));
    this.tail.addEventListener("input", () => this.#offerOptions());
    this.tail.addEventListener("focus", () => this.#offerOptions());
    this.tail.addEventListener("blur", () => this.suggestions.hide());
    this.tail.addEventListener("keydown", (event) => this.#keyInTail(event));
    for (const news of ["snapshot", "channel", "connection"]) room.addEventListener(news, () => this.#place());
    this.#draw();
  }

  get #leaves() {
    const direct = this.room.places.get(this.room.channel)?.direct;
    const usable = (this.room.snapshot.commands ?? []).filter((command) => !direct || usableInDirect(command));
    return leaves(usable, this.room.me.locale);
  }

  #place() {
    const title = this.room.places.get(this.room.channel)?.title ?? "";
    this.input.placeholder = words.writeTo(title);
    this.input.setAttribute("aria-label", words.writeTo(title));
    if (!this.room.reachable) this.say(words.lost, "offline");
    else if (!this.room.connected) this.say(words.offline, "offline");
    else if (this.status.dataset.kind === "offline") this.say("");
  }

  say(text, kind = "wrong") {
    this.status.textContent = text;
    this.status.dataset.kind = text ? kind : "";
  }

  sayWrong() {
    const wrong = this.#pills.find((pill) => pill.wrong);
    if (wrong) this.say(`${wrong.option.shown}: ${wrong.wrong}`);
    else if (this.status.dataset.kind === "wrong") this.say("");
  }

  // Puts a whole line in, as if it had been typed; the person only presses Enter.
  fill(text) {
    this.clear();
    this.input.value = text;
    const read = readLine(this.#leaves, text);
    if (read) this.#choose(read.leaf, read.values);
    else this.input.focus();
  }

  clear() {
    this.#command = null;
    this.#pills = [];
    this.input.value = "";
    this.tail.value = "";
    this.suggestions.hide();
    if (this.status.dataset.kind === "wrong") this.say("");
    this.#draw();
  }

  focus() {
    (this.#command ? this.tail : this.input).focus();
  }

  #draw() {
    this.sendButton.hidden = !this.#command;
    if (!this.#command) {
      this.line.replaceChildren(this.input);
      return;
    }
    const unused = this.#unused();
    this.line.replaceChildren(
      el("span", { class: "command-name", data: { testid: "command-name" } }, `/${this.#command.shown}`),
      ...this.#pills.map((pill) => pill.box),
      this.tail,
      ...(unused.length ? [el("button", {
        class: "more", type: "button", tabindex: "-1", "aria-label": words.moreLabel(unused.length), data: { testid: "more-options" }, on: { click: () => this.tail.focus() },
      }, words.more(unused.length))] : []));
  }

  #pointed(event, box) {
    if (event.target !== box && event.target !== this.line) return;
    event.preventDefault();
    this.focus();
  }

  #typed() {
    const text = this.input.value;
    if (this.status.dataset.kind === "wrong") this.say("");
    if (!text.startsWith("/")) {
      this.suggestions.hide();
      return;
    }
    const read = /\s$|:/.test(text) ? readLine(this.#leaves, text) : null;
    const query = text.slice(1).trim();
    const longer = read && this.#leaves.some(({ path }) => path.startsWith(`${query} `));
    if (read && !longer && (text.endsWith(" ") || read.values.size)) {
      this.#choose(read.leaf, read.values);
      return;
    }
    const found = matching(this.#leaves, query);
    this.suggestions.show({
      field: this.input,
      title: found.length ? (query ? words.commandsMatching(query) : words.commands) : this.#leaves.length ? words.noCommand(query) : words.noneHere,
      items: found.map((leaf) => ({
        title: `/${leaf.shown}`, key: `/${leaf.path}`, hint: leaf.description, group: query ? null : leaf.group,
        marks: leaf.options.filter((option) => option.required).map((option) => option.shown),
        run: () => this.#choose(leaf, new Map()),
      })),
    });
  }

  #choose(leaf, values) {
    this.#command = leaf;
    const wanted = leaf.options.filter((option) => option.required || values.has(option.name));
    this.#pills = wanted.map((option) => new Pill(option, this));
    for (const pill of this.#pills) if (values.get(pill.option.name)) pill.fill(values.get(pill.option.name));
    this.input.value = "";
    this.tail.value = "";
    this.#draw();
    this.#next();
  }

  // Goes to the first required option without a value, or to the end of the line.
  #next() {
    const open = this.#pills.find((pill) => pill.option.required && !pill.text.trim());
    (open?.field ?? this.tail).focus();
  }

  #unused() {
    const used = new Set(this.#pills.map((pill) => pill.option.name));
    return this.#command.options.filter((option) => !used.has(option.name));
  }

  #offerOptions() {
    const query = this.tail.value.trim().toLocaleLowerCase();
    const unused = this.#unused();
    const bare = query.replace(/:$/, "");
    const exact = unused.find((option) => query.endsWith(":") && [option.name, option.shown].includes(bare));
    if (exact) {
      this.#add(exact);
      return;
    }
    const left = unused.filter((option) => [option.name, option.shown].some((name) => name.toLocaleLowerCase().includes(bare)));
    if (!unused.length) {
      this.suggestions.hide();
      return;
    }
    this.suggestions.show({
      field: this.tail, first: query !== "",
      title: [el("b", {}, words.optional), this.#pills.every((pill) => !pill.result.wrong) && el("span", { class: "suggestions-kind" }, words.pressEnter)],
      items: left.map((option) => ({ title: option.shown, key: option.name, hint: option.description, run: () => this.#add(option) })),
    });
  }

  #add(option) {
    const pill = new Pill(option, this);
    this.#pills.push(pill);
    this.tail.value = "";
    this.#draw();
    pill.field.focus();
  }

  remove(pill) {
    this.#pills = this.#pills.filter((other) => other !== pill);
    this.#draw();
    this.sayWrong();
    this.tail.focus();
  }

  took(pill, choice) {
    pill.set(choice);
    this.#next();
  }

  complete(pill) {
    return this.askServer({ command: this.#command.path, options: this.#given(pill), focused: pill.option.name });
  }

  // The values so far; a field that is still being typed in is sent as it stands.
  #given(partial = null) {
    return this.#pills.map((pill) => {
      const { name, type } = pill.option;
      if (pill === partial) return { name, type, value: pill.text };
      const { value } = pill.result;
      return value === undefined ? null : { name, type, value };
    }).filter(Boolean);
  }

  async submit() {
    const wrong = this.#pills.filter((pill) => !pill.validate());
    if (wrong.length) {
      wrong[0].field.focus();
      this.sayWrong();
      return;
    }
    const sent = { command: this.#command.path, options: this.#given() };
    this.clear();
    this.input.focus();
    this.say(words.sending(sent.command), "sending");
    await this.sendOut(sent);
    if (this.status.dataset.kind === "sending") this.say("");
    this.#place();
  }

  #keyInInput(event) {
    if (this.#listKey(event)) return;
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (this.suggestions.active) this.suggestions.active.run();
      else if (this.input.value.startsWith("/")) this.say(words.noCommand(this.input.value.slice(1)));
      else if (this.input.value.trim()) this.say(words.onlyCommands);
    } else if (event.key === "Tab" && !event.shiftKey && this.suggestions.active) {
      event.preventDefault();
      this.suggestions.active.run();
    } else if (event.key === "Escape") {
      if (this.suggestions.open) this.suggestions.hide();
      else this.clear();
    }
  }

  keyInPill(event, pill) {
    if (this.#listKey(event) || event.isComposing) return;
    const { active } = this.suggestions;
    const picks = active && !pill.settled && (pill.text.trim() || !this.#mayBeEmpty(pill));
    if ((event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) && picks) {
      event.preventDefault();
      active.run();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      const after = this.#pills[this.#pills.indexOf(pill) + 1];
      (after?.field ?? this.tail).focus();
    } else if (event.key === "Backspace" && pill.text === "") {
      event.preventDefault();
      this.#backOver(pill);
    } else if (event.key === "Escape") {
      this.#escape();
    }
  }

  // An open list over an empty optional field does not catch the Enter that sends.
  #mayBeEmpty(pill) {
    return !pill.option.required;
  }

  #backOver(pill) {
    if (!pill.option.required) {
      this.remove(pill);
      return;
    }
    const before = this.#pills[this.#pills.indexOf(pill) - 1];
    if (before) before.field.focus();
    else this.#backToText();
  }

  #backToText() {
    const text = `/${this.#command.shown}`;
    this.clear();
    this.input.value = text;
    this.input.focus();
    this.#typed();
  }

  #keyInTail(event) {
    if (this.#listKey(event) || event.isComposing) return;
    if ((event.key === "Enter" || event.key === "Tab") && this.suggestions.active) {
      event.preventDefault();
      this.suggestions.active.run();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Backspace" && this.tail.value === "") {
      event.preventDefault();
      const last = this.#pills.at(-1);
      if (last) last.field.focus();
      else this.#backToText();
    } else if (event.key === "Escape") {
      this.#escape();
    }
  }

  #escape() {
    if (this.suggestions.open) {
      this.suggestions.hide();
      return;
    }
    this.clear();
    this.input.focus();
  }

  #listKey(event) {
    const step = new Map([["ArrowDown", 1], ["ArrowUp", -1]]).get(event.key);
    if (!step || !this.suggestions.open) return false;
    event.preventDefault();
    this.suggestions.move(step);
    return true;
  }
}

// Discord offers a server's own commands only in that server.
function usableInDirect(command) {
  return !command.guild_id && (command.contexts?.includes(BOT_DM) ?? true);
}

function field({ testid, label }) {
  return el("input", {
    class: "composer-input", type: "text", autocomplete: "off", spellcheck: "false", dir: "auto", maxlength: 6_000, role: "combobox",
    "aria-autocomplete": "list", "aria-controls": "suggestions", "aria-expanded": "false", "aria-label": label, data: { testid },
  });
}
