//! Chat markdown as elements: one pass, bounded in length and depth, and nothing becomes HTML.
import { el, icon, link, safeLink, colour } from "./dom.js";
import { words } from "./words.js";
import { written } from "./time.js";

const TEXT_MAX = 8_000;
const DEPTH_MAX = 12;

// `room` names people, roles and channels; `insert` puts a mentioned command into the composer.
export function markdown(text, context) {
  const box = el("div", { class: "markdown" });
  box.append(...blocks(String(text ?? "").slice(0, TEXT_MAX).replaceAll("\r", ""), context, 0));
  return box;
}

export function inlineMarkdown(text, context) {
  return inline(String(text ?? "").slice(0, TEXT_MAX), context, 0);
}

function blocks(text, context, depth) {
  const out = [];
  let rest = text;
  while (rest) {
    const open = rest.indexOf("```");
    const close = open < 0 ? -1 : rest.indexOf("```", open + 3);
    if (close < 0) {
      out.push(...lines(rest, context, depth));
      break;
    }
    out.push(...lines(rest.slice(0, open).replace(/\n$/, ""), context, depth));
    out.push(codeBlock(rest.slice(open + 3, close)));
    rest = rest.slice(close + 3).replace(/^\n/, "");
  }
  return out;
}

function codeBlock(body) {
  const named = /^([a-zA-Z0-9+#.-]{1,20})\n/.exec(body);
  const code = (named ? body.slice(named[0].length) : body.replace(/^\n/, "")).replace(/\n$/, "");
  return el("pre", { class: "code", tabindex: "0", dir: "ltr" }, el("code", {}, code));
}

function lines(text, context, depth) {
  if (!text) return [];
  const out = [];
  let plain = [];
  const flush = () => {
    while (plain.length && plain.at(-1).trim() === "") plain.pop();
    if (plain.length) out.push(el("p", { dir: "auto" }, inline(plain.join("\n"), context, depth)));
    plain = [];
  };
  const all = text.split("\n");
  for (let at = 0; at < all.length; at += 1) {
    const line = all[at];
    const heading = /^(#{1,3}|-#) +(\S.*)$/.exec(line);
    if (heading) {
      flush();
      out.push(headingLine(heading[1], heading[2], context, depth));
    } else if (/^>>> /.test(line) && depth < DEPTH_MAX) {
      flush();
      out.push(quote([line.slice(4), ...all.slice(at + 1)], context, depth));
      break;
    } else if (/^> /.test(line) && depth < DEPTH_MAX) {
      flush();
      const quoted = [];
      while (at < all.length && /^> /.test(all[at])) quoted.push(all[at++].slice(2));
      at -= 1;
      out.push(quote(quoted, context, depth));
    } else if (LISTED.test(line)) {
      flush();
      const listed = [];
      while (at < all.length && continuesList(listed, all[at])) listed.push(all[at++]);
      at -= 1;
      out.push(list(listed, context, depth));
    } else if (line.trim() || plain.length) {
      plain.push(line);
    }
  }
  flush();
  return out;
}

function headingLine(mark, text, context, depth) {
  if (mark === "-#") return el("p", { class: "subtext", dir: "auto" }, inline(text, context, depth));
  // Headings of a chat message are below the page's own in the outline.
  return el("div", { class: `heading-${mark.length}`, role: "heading", "aria-level": mark.length + 2, dir: "auto" },
    inline(text, context, depth));
}

function quote(quoted, context, depth) {
  return el("blockquote", {}, lines(quoted.join("\n"), context, depth + 1));
}

const LISTED = /^( {0,12})([-*]|\d{1,9}\.) +(\S.*)$/;

// Bullets and numbers on the first level make two lists.
function continuesList(listed, line) {
  const [first, match] = [LISTED.exec(listed[0] ?? line), LISTED.exec(line)];
  return Boolean(match) && (match[1].length > first[1].length || isOrdered(match) === isOrdered(first));
}

const isOrdered = (match) => /\d/.test(match[2]);

function list(listed, context, depth) {
  const first = LISTED.exec(listed[0]);
  const ordered = isOrdered(first);
  const box = el(ordered ? "ol" : "ul", ordered ? { start: Number.parseInt(first[2], 10) } : {});
  for (let at = 0; at < listed.length; at += 1) {
    const [, , , text] = LISTED.exec(listed[at]);
    const nested = [];
    while (at + 1 < listed.length && LISTED.exec(listed[at + 1])[1].length > first[1].length) nested.push(listed[++at]);
    const item = el("li", { dir: "auto" }, inline(text, context, depth));
    if (nested.length && depth < DEPTH_MAX) item.append(list(nested, context, depth + 1));
    box.append(item);
  }
  return box;
}

const PAIRS = [
  ["||", (children) => spoiler(children)],
  ["**", (children) => el("strong", {}, children)],
  ["__", (children) => el("u", {}, children)],
  ["~~", (children) => el("s", {}, children)],
  ["*", (children) => el("em", {}, children)],
  ["_", (children) => el("em", {}, children)],
];

// Each entry reads one thing at the start of the text, or returns null.
const READERS = [escaped, code, pair, maskedLink, angle, bareLink];
const SPECIAL = /[\\`|*_~[<]|https?:\/\//g;

function inline(text, context, depth) {
  const out = [];
  let at = 0;
  let from = 0;
  while (at < text.length) {
    SPECIAL.lastIndex = at;
    const next = SPECIAL.exec(text);
    if (!next) break;
    at = next.index;
    const found = READERS.reduce((got, read) => got ?? read(text, at, context, depth), null);
    if (found) {
      out.push(...broken(text.slice(from, at)), ...found.nodes);
      at += found.length;
      from = at;
    } else {
      at += 1;
    }
  }
  out.push(...broken(text.slice(from)));
  return out;
}

function broken(text) {
  return text.split("\n").flatMap((line, index) => (index ? [el("br"), line] : [line])).filter((part) => part !== "");
}

function escaped(text, at) {
  const match = text[at] === "\\" && /[\\`|*_~[\]<>()#@:.-]/.test(text[at + 1] ?? "");
  return match ? { length: 2, nodes: [text[at + 1]] } : null;
}

function code(text, at) {
  if (text[at] !== "`") return null;
  const mark = text[at + 1] === "`" ? "``" : "`";
  const close = text.indexOf(mark, at + mark.length);
  if (close < 0 || close === at + mark.length) return null;
  return { length: close + mark.length - at, nodes: [el("code", { dir: "auto" }, text.slice(at + mark.length, close).trim())] };
}

function pair(text, at, context, depth) {
  if (depth >= DEPTH_MAX) return null;
  const found = PAIRS.find(([mark]) => text.startsWith(mark, at));
  if (!found) return null;
  const [mark, wrap] = found;
  // A single underscore inside a word is part of the word, as in snake_case.
  if (mark === "_" && /[\p{L}\p{N}]/u.test(text[at - 1] ?? "")) return null;
  const close = closing(text, mark, at + mark.length);
  if (close < 0) return null;
  const inner = text.slice(at + mark.length, close);
  if (!inner.trim() || (mark.length === 1 && /^\s/.test(inner))) return null;
  return { length: close + mark.length - at, nodes: [wrap(inline(inner, context, depth + 1))] };
}

// The closing mark: a single star does not close on half of a double one, and of three stars the last two close.
function closing(text, mark, from) {
  let close = text.indexOf(mark, from);
  while (close >= 0) {
    const twin = text[close + mark.length] === mark[0];
    if (mark === "_" && /[\p{L}\p{N}]/u.test(text[close + 1] ?? "")) close = text.indexOf(mark, close + 1);
    else if (mark.length === 1 && twin) close = text.indexOf(mark, close + 2);
    else return mark.length === 2 && twin ? close + 1 : close;
  }
  return -1;
}

function spoiler(children) {
  const box = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-expanded": "false", "aria-label": words.spoiler },
    el("span", {}, children));
  const reveal = () => {
    box.classList.add("shown");
    box.setAttribute("aria-expanded", "true");
    box.removeAttribute("aria-label");
  };
  box.addEventListener("click", (event) => {
    // The first press only reveals: a hidden link is not followed unseen.
    if (!box.classList.contains("shown")) event.preventDefault();
    reveal();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    reveal();
  });
  return box;
}

function maskedLink(text, at, context, depth) {
  if (text[at] !== "[" || depth >= DEPTH_MAX) return null;
  const match = /^\[([^\]\n]{1,400})\]\(<?([^\s<>()]{1,2000}(?:\([^\s<>()]{0,200}\))?[^\s<>()]{0,200})>?\)/.exec(text.slice(at, at + 3_000));
  if (!match || !safeLink(match[2])) return null;
  return { length: match[0].length, nodes: [link(match[2], { title: match[2] }, inline(match[1], context, depth + 1))] };
}

function bareLink(text, at) {
  const match = /^https?:\/\/[^\s<>"]{1,2000}/.exec(text.slice(at, at + 2_010));
  if (!match) return null;
  let address = match[0].replace(/[.,:;!?'*_~|]+$/, "");
  if (address.endsWith(")") && !address.includes("(")) address = address.slice(0, -1);
  return safeLink(address) ? { length: address.length, nodes: [link(address, {}, address)] } : null;
}

const ANGLES = [
  [/^<@!?(\d{1,20})>/, (match, { room }) => person(room, match[1])],
  [/^<@&(\d{1,20})>/, (match, { room }) => role(room, match[1])],
  [/^<#(\d{1,20})>/, (match, { room }) => channel(room, match[1])],
  [/^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/, (match, { room }) => moment(Number(match[1]), match[2] ?? "f", room.me.locale)],
  [/^<\/([^:<>\n]{1,100}):\d{1,20}>/, (match, context) => command(match[1], context)],
  [/^<a?:(\w{2,32}):\d{1,20}>/, (match) => `:${match[1]}:`],
  [/^<(https?:\/\/[^\s<>]{1,2000})>/, (match) => link(match[1], {}, match[1])],
];

function angle(text, at, context) {
  if (text[at] !== "<") return null;
  const near = text.slice(at, at + 2_010);
  for (const [pattern, make] of ANGLES) {
    const match = pattern.exec(near);
    if (match) return { length: match[0].length, nodes: [make(match, context)] };
  }
  return null;
}

function person(room, id) {
  const known = room.people.get(id);
  return el("span", { class: id === room.me.id ? "mention mine" : "mention" }, "@", el("bdi", {}, known?.display_name ?? words.unknownPerson));
}

function role(room, id) {
  const known = room.roles.get(id);
  const tint = colour(known?.color);
  return el("span", { class: "mention role", style: tint ? { "--tint": tint } : {} }, "@", el("bdi", {}, known?.name ?? words.unknownRole));
}

function channel(room, id) {
  const known = room.places.get(id);
  if (!known) return el("span", { class: "mention" }, `#${words.unknownChannel}`);
  return el("button", { class: "mention", type: "button", on: { click: () => room.enter(id) } }, icon("hash", "icon tiny"), el("bdi", {}, known.name));
}

function moment(seconds, style, locale) {
  const ms = seconds * 1000;
  // Discord's own bound is that of JavaScript's dates.
  if (Math.abs(ms) > 8.64e15) return `<t:${seconds}:${style}>`;
  return el("time", {
    class: "moment", datetime: new Date(ms).toISOString(), title: written(ms, "F", locale),
    data: style === "R" ? { relative: String(ms) } : {},
  }, written(ms, style, locale));
}

function command(path, { insert }) {
  return el("button", { class: "mention", type: "button", on: { click: () => insert?.(`/${path}`) } }, `/${path}`);
}
