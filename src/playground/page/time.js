//! The playground's clock as the page sees it, and times in a person's language.
import { words } from "./words.js";

let aheadMs = 0;

export const clock = {
  set(nowMs) {
    if (Number.isFinite(nowMs)) aheadMs = nowMs - Date.now();
  },
  now: () => Date.now() + aheadMs,
};

const STYLES = new Map([
  ["t", { timeStyle: "short" }],
  ["T", { timeStyle: "medium" }],
  ["d", { dateStyle: "short" }],
  ["D", { dateStyle: "long" }],
  ["f", { dateStyle: "long", timeStyle: "short" }],
  ["F", { dateStyle: "full", timeStyle: "short" }],
]);

const STEPS = [
  ["year", 365 * 86_400], ["month", 30 * 86_400], ["day", 86_400],
  ["hour", 3_600], ["minute", 60], ["second", 1],
];

const made = new Map();

// Intl objects are slow to make, so each is made once.
function formatter(Kind, locale, options) {
  const key = `${Kind.name}|${locale}|${JSON.stringify(options)}`;
  if (!made.has(key)) {
    try {
      made.set(key, new Kind(locale, options));
    } catch {
      made.set(key, new Kind("en-GB", options));
    }
  }
  return made.get(key);
}

export function written(ms, style, locale) {
  if (style === "R") return relative(ms, locale);
  const options = STYLES.get(style) ?? STYLES.get("f");
  return formatter(Intl.DateTimeFormat, locale, options).format(new Date(ms));
}

function relative(ms, locale) {
  const seconds = (ms - clock.now()) / 1000;
  const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? STEPS.at(-1);
  return formatter(Intl.RelativeTimeFormat, locale, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

const dayOf = (ms) => new Date(ms).toDateString();

export const sameDay = (a, b) => dayOf(a) === dayOf(b);

export function messageTime(ms, locale) {
  const time = written(ms, "t", locale);
  if (sameDay(ms, clock.now())) return time;
  if (sameDay(ms, clock.now() - 86_400_000)) return `${words.yesterday}, ${time}`;
  return formatter(Intl.DateTimeFormat, locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(ms));
}

export function dayLine(ms, locale) {
  if (sameDay(ms, clock.now())) return words.today;
  return written(ms, "D", locale);
}

// Relative times grow old while one looks at them.
export function refreshRelative(root, locale) {
  for (const node of root.querySelectorAll("time[data-relative]")) {
    node.textContent = relative(Number(node.dataset.relative), locale);
  }
}

export function languageName(locale) {
  try {
    return formatter(Intl.DisplayNames, "en", { type: "language" }).of(locale);
  } catch {
    return String(locale);
  }
}
