//! Draws a message's buttons and selects, and reports what the person did with them.
import { el, icon, link } from "./dom.js";
import { words } from "./words.js";

const STYLES = new Map([[1, "primary"], [2, "secondary"], [3, "success"], [4, "danger"], [5, "link"]]);
const BUTTON = 2;
const ROW = 1;
const SELECTS = new Set([3, 5, 6, 7, 8]);

// `acted({kind, custom_id, values?})` returns a promise that ends when the bot has answered.
export function components(message, context, acted) {
  return (message.components ?? []).slice(0, 40).map((row) => {
    const parts = row.type === ROW ? row.components ?? [] : [row];
    const drawn = parts.map((part) => component(part, context, acted)).filter(Boolean);
    return drawn.length ? el("div", { class: "row", data: { testid: "row" } }, drawn) : null;
  }).filter(Boolean);
}

function component(part, context, acted) {
  if (part.type === BUTTON) return part.style === 5 ? linkButton(part) : button(part, acted);
  if (SELECTS.has(part.type)) return select(part, context, acted);
  return null;
}

const face = (part) => [
  part.emoji?.name && el("span", { class: "emoji" }, part.emoji.id ? `:${part.emoji.name}:` : part.emoji.name),
  part.label && el("bdi", {}, part.label),
];

function linkButton(part) {
  if (part.disabled) return el("button", { class: "button link", type: "button", disabled: true }, face(part), icon("external", "icon tiny"));
  return link(part.url, { class: "button link", data: { testid: "link-button" }, "aria-label": `${part.label ?? part.url} ${words.opensNewTab}` },
    face(part), icon("external", "icon tiny"));
}

function button(part, acted) {
  const node = el("button", {
    class: `button ${STYLES.get(part.style) ?? "secondary"}`, type: "button", disabled: part.disabled === true,
    data: { testid: "message-button", custom: part.custom_id ?? "" },
    on: { click: () => busyWhile(node, acted({ kind: "click", custom_id: part.custom_id })) },
  }, face(part));
  return node;
}

async function busyWhile(node, promise) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  await promise;
  node.removeAttribute("aria-busy");
}

function choices(part, room) {
  if (part.type === 3) return part.options ?? [];
  const people = room.snapshot.members.map((member) => ({ label: member.display_name, value: member.id, description: member.roles.map((role) => role.name).join(", ") }));
  const roles = [...room.roles].map(([id, role]) => ({ label: role.name, value: id }));
  const channels = room.snapshot.channels.map((channel) => ({ label: `#${channel.name}`, value: channel.id }));
  const offered = new Map([[5, people], [6, roles], [7, [...people, ...roles]], [8, channels]]).get(part.type) ?? [];
  const preset = new Set((part.default_values ?? []).map((value) => value.id));
  return offered.map((choice) => ({ ...choice, default: preset.has(choice.value) }));
}

function select(part, { room }, acted) {
  const options = choices(part, room);
  const before = options.filter((option) => option.default).map((option) => option.value);
  const most = Math.min(part.max_values ?? 1, options.length);
  const least = part.min_values ?? 1;
  const hint = part.placeholder || words.choose;
  const node = el("button", {
    class: "select", type: "button", "aria-haspopup": "listbox", "aria-expanded": "false", disabled: part.disabled === true,
    data: { testid: "message-select", custom: part.custom_id ?? "" },
    on: { click: () => open() },
  }, el("span", { class: before.length ? "select-value" : "select-value empty", dir: "auto" },
    before.length ? options.filter((option) => option.default).map((option) => option.label).join(", ") : hint), icon("chevron"));
  node.setAttribute("aria-label", `${hint}${before.length ? `: ${before.length === 1 ? options.find((option) => option.default).label : words.chosen(before.length)}` : ""}`);
  const open = () => openList({ anchor: node, options, before, least, most, hint }, (values) =>
    busyWhile(node, acted({ kind: "select", custom_id: part.custom_id, values })));
  return node;
}

// The list lies in the browser's top layer, so that the scrolled messages cannot cut it off.
function openList({ anchor, options, before, least, most, hint }, chosen) {
  const many = most > 1;
  const values = new Set(before);
  const list = el("div", { class: "select-list", popover: "auto", data: { testid: "select-list" } });
  const box = el("div", { role: "listbox", "aria-label": hint, "aria-multiselectable": many ? "true" : null });
  const changed = () => values.size !== before.length || before.some((value) => !values.has(value));
  let given = false;
  const finish = () => {
    if (given || !changed() || values.size < least) return;
    given = true;
    chosen(options.filter((option) => values.has(option.value)).map((option) => option.value));
  };
  const pick = (option, node) => {
    if (!many) {
      values.clear();
      values.add(option.value);
      given = true;
      list.hidePopover();
      chosen([option.value]);
      return;
    }
    if (values.has(option.value)) values.delete(option.value);
    else if (values.size < most) values.add(option.value);
    node.setAttribute("aria-selected", String(values.has(option.value)));
  };
  box.append(...options.map((option) => optionRow(option, values, pick)));
  list.append(box);
  if (many) {
    list.append(el("div", { class: "select-foot" }, el("span", {}, words.chooseRange(least, most)),
      el("button", { type: "button", class: "button primary", data: { testid: "select-done" }, on: { click: () => list.hidePopover() } }, words.chooseDone)));
  }
  list.addEventListener("keydown", (event) => moveFocus(event, box));
  list.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    anchor.setAttribute("aria-expanded", "false");
    if (list.contains(document.activeElement) || document.activeElement === document.body) anchor.focus();
    list.remove();
    if (many) finish();
  });
  document.body.append(list);
  place(list, anchor);
  list.showPopover();
  anchor.setAttribute("aria-expanded", "true");
  (box.querySelector('[aria-selected="true"]') ?? box.firstElementChild)?.focus();
}

function optionRow(option, values, pick) {
  const node = el("div", {
    role: "option", tabindex: "-1", class: "select-option", "aria-selected": String(values.has(option.value)),
    data: { testid: "select-option" }, on: { click: () => pick(option, node) },
  },
  option.emoji?.name && el("span", { class: "emoji" }, option.emoji.name),
  el("span", { class: "select-text" }, el("span", { class: "select-label", dir: "auto" }, option.label),
    option.description && el("span", { class: "select-description", dir: "auto" }, option.description)),
  icon("check", "icon tick"));
  return node;
}

function moveFocus(event, box) {
  const rows = [...box.children];
  const at = rows.indexOf(document.activeElement);
  const steps = new Map([["ArrowDown", at + 1], ["ArrowUp", at - 1], ["Home", 0], ["End", rows.length - 1]]);
  if (steps.has(event.key)) {
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, steps.get(event.key)))]?.focus();
  } else if ((event.key === "Enter" || event.key === " ") && at >= 0) {
    event.preventDefault();
    rows[at].click();
  }
}

function place(list, anchor) {
  const at = anchor.getBoundingClientRect();
  const below = window.innerHeight - at.bottom;
  list.style.setProperty("left", `${Math.max(8, Math.min(at.left, window.innerWidth - at.width - 8))}px`);
  list.style.setProperty("width", `${at.width}px`);
  if (below > 260 || below > at.top) {
    list.style.setProperty("top", `${at.bottom + 4}px`);
    list.style.setProperty("max-height", `${Math.max(120, below - 16)}px`);
  } else {
    list.style.setProperty("bottom", `${window.innerHeight - at.top + 4}px`);
    list.style.setProperty("max-height", `${Math.max(120, at.top - 16)}px`);
  }
}
