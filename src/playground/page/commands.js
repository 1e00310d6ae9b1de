//! The registered commands as a person sees them: flat, in their language, searchable, and read from one line of text.
import { words } from "./words.js";

const SUBCOMMAND = 1;
const GROUP = 2;

export const STRING = 3;
export const INTEGER = 4;
export const BOOLEAN = 5;
export const USER = 6;
export const CHANNEL = 7;
export const ROLE = 8;
export const NUMBER = 10;

// Discord's rule: the exact locale's text, or the default one.
export function localized(thing, field, locale) {
  const texts = thing[`${field}_localizations`];
  return texts && Object.hasOwn(texts, locale) ? texts[locale] : thing[field];
}

// Every command that can be sent, as {path, shown, description, group, options}.
export function leaves(commands, locale) {
  return commands.filter((command) => (command.type ?? 1) === 1).flatMap((command) => {
    const found = walk(command, [], [], locale);
    const group = found.length > 1 ? `/${localized(command, "name", locale)}` : words.moreCommands;
    return found.map((leaf) => ({ ...leaf, group }));
  }).sort((a, b) => (a.group === words.moreCommands) - (b.group === words.moreCommands));
}

function walk(node, names, shownNames, locale) {
  const path = [...names, node.name];
  const shown = [...shownNames, localized(node, "name", locale)];
  const options = node.options ?? [];
  const children = options.filter((option) => option.type === SUBCOMMAND || option.type === GROUP);
  if (children.length) return children.flatMap((child) => walk(child, path, shown, locale));
  return [{
    path: path.join(" "), shown: shown.join(" "), description: localized(node, "description", locale) ?? "",
    options: options.map((option) => seenOption(option, locale)),
  }];
}

function seenOption(option, locale) {
  return {
    ...option,
    shown: localized(option, "name", locale),
    description: localized(option, "description", locale) ?? "",
    choices: (option.choices ?? []).map((choice) => ({ name: localized(choice, "name", locale), value: choice.value })),
  };
}

// The best matches first: whole beginning, a word's beginning, anywhere in the name, in the description.
export function matching(all, query) {
  const wanted = query.trim().toLocaleLowerCase().replace(/\s+/g, " ");
  if (!wanted) return all;
  return all.map((leaf) => ({ leaf, rank: rank(leaf, wanted) })).filter(({ rank }) => rank < 4)
    .sort((a, b) => a.rank - b.rank).map(({ leaf }) => leaf);
}

function rank(leaf, wanted) {
  const names = [leaf.path, leaf.shown].map((name) => name.toLocaleLowerCase());
  if (names.some((name) => name.startsWith(wanted))) return 0;
  if (names.some((name) => name.split(" ").some((word) => word.startsWith(wanted)))) return 1;
  if (names.some((name) => name.includes(wanted))) return 2;
  return leaf.description.toLocaleLowerCase().includes(wanted) ? 3 : 4;
}

// Reads `/env create template:preview name:demo`: the longest command it begins with, and the values given.
export function readLine(all, line) {
  const text = line.replace(/^\//, "").replace(/\s+/g, " ").trimStart();
  const leaf = all.filter(({ path, shown }) => [path, shown].some((name) => text === name || text.startsWith(`${name} `)))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (!leaf) return null;
  const name = [leaf.path, leaf.shown].find((known) => text === known || text.startsWith(`${known} `));
  return { leaf, values: readValues(leaf, text.slice(name.length)) };
}

function readValues(leaf, text) {
  const starts = leaf.options.flatMap((option) => [option.name, option.shown].map((name) => {
    const at = text.indexOf(` ${name}:`);
    return at < 0 ? null : { option, at, from: at + name.length + 2 };
  })).filter(Boolean).sort((a, b) => a.at - b.at);
  const values = new Map();
  starts.forEach(({ option, from }, index) => {
    values.set(option.name, text.slice(from, starts[index + 1]?.at ?? text.length).trim());
  });
  return values;
}

// What an option offers by itself; null means that anything may be typed.
export function closedList(option, room) {
  if (option.choices.length) return option.choices;
  if (option.type === BOOLEAN) return [{ name: words.yes, value: true }, { name: words.no, value: false }];
  if (option.type === USER) return room.snapshot.members.map((member) => ({ name: member.display_name, value: member.id, hint: member.roles.map((role) => role.name).join(", ") }));
  if (option.type === CHANNEL) return room.snapshot.channels.map((channel) => ({ name: `#${channel.name}`, value: channel.id }));
  if (option.type === ROLE) return [...room.roles].map(([id, role]) => ({ name: role.name, value: id }));
  return null;
}

// Finds what the text names in a list, by name or by value, whatever the case.
export function named(list, text) {
  const wanted = text.trim().toLocaleLowerCase();
  const bare = (name) => String(name).toLocaleLowerCase();
  return list.find((choice) => bare(choice.name) === wanted)
    ?? list.find((choice) => bare(choice.value) === wanted || bare(choice.name).replace(/^[#@]/, "") === wanted.replace(/^[#@]/, ""));
}

// The value to send for a text, as {value} or {wrong}.
export function checked(option, text, picked, room) {
  const list = closedList(option, room);
  if (!text.trim()) return option.required ? { wrong: words.wrong.missing } : {};
  if (list) {
    const choice = named(list, text);
    return choice ? { value: choice.value } : { wrong: words.wrong.notListed };
  }
  const raw = picked && picked.name === text ? picked.value : text;
  if (option.type === INTEGER || option.type === NUMBER) return checkedNumber(option, String(raw).trim());
  return checkedText(option, String(raw));
}

function checkedNumber(option, text) {
  const whole = option.type === INTEGER;
  const value = Number(text);
  if (whole && !(/^[+-]?\d+$/.test(text) && Number.isSafeInteger(value))) return { wrong: words.wrong.integer };
  if (!Number.isFinite(value)) return { wrong: words.wrong.number };
  if (option.min_value !== undefined && value < option.min_value) return { wrong: words.wrong.tooSmall(option.min_value) };
  if (option.max_value !== undefined && value > option.max_value) return { wrong: words.wrong.tooLarge(option.max_value) };
  return { value };
}

function checkedText(option, text) {
  const length = [...text].length;
  if (option.min_length !== undefined && length < option.min_length) return { wrong: words.wrong.tooShort(option.min_length) };
  const most = option.max_length ?? 6_000;
  if (length > most) return { wrong: words.wrong.tooLong(most) };
  return { value: text };
}
