//! The only place that talks to the playground: what the page asks and what it is told.
import { words } from "./words.js";

// A bot has three seconds to answer; beyond this the playground itself is gone.
const ANSWER_WITHIN_MS = 30_000;

async function ask(path, body) {
  const request = { signal: AbortSignal.timeout(ANSWER_WITHIN_MS), headers: { accept: "application/json" } };
  if (body) {
    request.method = "POST";
    request.headers["content-type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  const response = await fetch(path, request);
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(text.trim().slice(0, 300) || words.failed);
  }
}

export function state(as) {
  return ask(as ? `/page/state?as=${encodeURIComponent(as)}` : "/page/state");
}

async function answered(path, body) {
  try {
    return await ask(path, body);
  } catch (fault) {
    return { error: fault instanceof TypeError || fault.name === "TimeoutError" ? words.failed : fault.message };
  }
}

export const act = (body) => answered("/page/act", body);
export const control = (id) => answered("/page/control", { id });

// Calls `heard` for each event, `opened` at the first opening, `lost` at a loss and `back` when it is open again.
export function listen(as, { heard, opened, back, lost }) {
  const source = new EventSource(`/page/events?as=${encodeURIComponent(as)}`);
  let wasLost = false;
  source.addEventListener("message", (event) => {
    let told;
    try {
      told = JSON.parse(event.data);
    } catch {
      return;
    }
    if (told && typeof told === "object") heard(told);
  });
  source.addEventListener("error", () => {
    wasLost = true;
    lost();
  });
  source.addEventListener("open", () => {
    if (wasLost) back();
    else opened();
    wasLost = false;
  });
  return () => source.close();
}
