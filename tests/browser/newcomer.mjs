//! The newcomer's whole path through the playground, by keys and clicks: node newcomer.mjs BASE_URL OUT_DIR.
import assert from "node:assert/strict";
import { open } from "./page.mjs";

const [baseUrl, outDir] = process.argv.slice(2);
if (!baseUrl || !outDir) {
  console.error("usage: node newcomer.mjs BASE_URL OUT_DIR");
  process.exit(2);
}

const ANSWERS = [6, 5, 5, 6, 3];
const BUILD_MS = 120_000;

const state = await (await fetch(new URL("/page/state", baseUrl))).json();
const steps = state.guide.filter((step) => step.command);

// The guide knows who may do a thing and where; without it, the first with that role does it in that channel.
function asked(command, role, channel) {
  const step = steps.find((known) => known.command.startsWith(command));
  const member = state.members.find((known) => [known.id, known.name, known.display_name].includes(step?.member)) ?? withRole(role)[0] ?? state.me;
  return { member: member.name, channel: String(step?.channel ?? channel).replace(/^#/, "") };
}

function withRole(role) {
  return state.members.filter((member) => member.roles.some((known) => known.name === role));
}

const person = await open(baseUrl, { outDir });
let now = state.me.name;

async function go({ member, channel }) {
  if (member !== now) await person.become(member);
  now = member;
  await person.visit(channel);
}

async function scene(name, play) {
  const began = performance.now();
  await play();
  await person.screenshot(name);
  console.log(`ok ${name} (${Math.round(performance.now() - began)} ms)`);
}

async function environment() {
  const here = asked("/env create", "Developer", "player");
  await scene("01-first-sight", async () => {
    // Something runs already, so that a deployment has something to replace.
    await person.visit("deployments");
    await person.waitForMessage(/v1\.0\.0.*runs on staging/i, { secret: false });
    await person.tab.getByTestId("composer-input").pressSequentially("/");
    await person.tab.getByTestId("suggestion").first().waitFor();
  });
  await person.tab.keyboard.press("Backspace");
  await scene("01-who-am-i", async () => {
    await person.step("Who am I?");
    await person.send();
    await person.waitForMessage(/developer/i, { fresh: true, secret: true });
    await person.tab.locator("[data-testid=step][data-title='Who am I?'].ticked").waitFor();
  });
  await go(here);
  let ready;
  await scene("02-environment-ready", async () => {
    await person.command("/env create", { template: "preview", name: "demo" });
    await person.waitForMessage(/demo.*(requested|building|ready)/i, { fresh: true, secret: false });
    ready = person.messages.filter({ hasText: /demo.*ready/i, has: person.tab.getByRole("link") }).last();
    await ready.waitFor({ timeout: BUILD_MS });
  });
  await scene("03-link-answers", async () => {
    const link = await ready.getByRole("link").first().getAttribute("href");
    const tab = await person.context.newPage();
    const answer = await tab.goto(link);
    assert.equal(answer.status(), 200, `${link} answers`);
    await tab.close();
  });
  await scene("04-logs", async () => {
    await person.command("/env logs", { name: "demo" });
    await person.waitForMessage(/demo/, { fresh: true, secret: true });
  });
  await scene("05-extended", async () => {
    await person.command("/env extend", { name: "demo", by: 4 });
    await person.waitForMessage(/demo.*until/i, { fresh: true });
  });
  await scene("06-destroyed", async () => {
    await person.command("/env destroy", { name: "demo" });
    const confirm = person.tab.getByRole("button", { name: "Yes, destroy it" }).last();
    const gone = person.messages.filter({ hasText: /demo.*is destroyed/i }).last();
    await confirm.or(gone).first().waitFor();
    if (await confirm.isVisible()) await confirm.click();
    await gone.waitFor({ timeout: BUILD_MS });
  });
}

async function deployment() {
  await go(asked("/deploy", "Developer", "deployments"));
  await scene("07-deployed", async () => {
    await person.command("/deploy", { service: "player", stage: "staging", revision: "v1.1.0" });
    await person.waitForMessage(/v1\.1\.0.*runs on staging/i, { fresh: true });
  });
  await scene("08-status", async () => {
    await person.command("/status");
    await person.waitForMessage(/player.*staging.*v1\.1\.0/i, { fresh: true });
  });
  await scene("09-rolled-back", async () => {
    await go(asked("/rollback", "Lead", "deployments"));
    await person.command("/rollback", { service: "player", stage: "staging" });
    await person.waitForMessage(/player on staging is back at/i, { fresh: true });
  });
}

async function survey() {
  const keeper = asked("/survey open", "Platform", "platform");
  await go(keeper);
  await scene("10-survey-open", async () => {
    await person.command("/survey open", { survey: "pulse" });
    await person.tab.getByRole("button", { name: "Answer in private" }).last().waitFor();
  });
  const asks = [...new Set([...withRole("Developer"), ...state.members])].slice(0, ANSWERS.length);
  for (const [index, member] of asks.entries()) {
    await scene(`11-answer-${index + 1}`, async () => {
      await go({ member: member.name, channel: keeper.channel });
      await person.clickButton("Answer in private");
      const ballot = person.messages.filter({ has: person.tab.getByTestId("message-select") }).and(person.tab.locator("[data-private=yes]")).last();
      await ballot.waitFor();
      await person.choose([ANSWERS[index]], ballot);
      await person.messages.filter({ hasText: /Thank you|Danke/ }).and(person.tab.locator("[data-private=yes]")).last().waitFor();
    });
  }
  await scene("12-survey-closed", async () => {
    await go(keeper);
    await person.command("/survey close", { survey: "pulse" });
    await person.waitForMessage(/Results.*pulse/i, { fresh: true });
  });
}

async function digest() {
  await go(asked("/digest now", "Platform", "platform"));
  await scene("13-digest", async () => {
    await person.command("/digest now");
    const posted = person.messages.filter({ has: person.tab.getByTestId("picture") }).last();
    await posted.waitFor();
    const picture = posted.getByTestId("picture").first().locator("img");
    await picture.scrollIntoViewIfNeeded();
    const width = await picture.evaluate((node) => node.decode().then(() => node.naturalWidth));
    assert.ok(width > 0, "the chart is a picture");
    assert.ok((await picture.getAttribute("alt")).length > 20, "the chart has a description");
  });
}

async function clock() {
  await scene("14-clock", async () => {
    const shown = person.tab.getByTestId("clock-now");
    const before = Date.parse(await shown.getAttribute("datetime"));
    await person.control("+1 day");
    await person.tab.waitForFunction((then) => Date.parse(document.querySelector("[data-testid=clock-now]").dateTime) - then > 86_000_000, before);
  });
}

async function german() {
  const resident = state.members.find((member) => member.locale === "de");
  await go({ member: resident.name, channel: "player" });
  await scene("15-german", async () => {
    await person.command("/env list");
    await person.waitForMessage(/Umgebung/, { fresh: true, secret: true });
  });
}

try {
  for (const chapter of [environment, deployment, survey, digest, clock, german]) await chapter();
  await person.close();
  console.log("the newcomer's path is whole");
} catch (fault) {
  await person.screenshot("failed").catch(() => {});
  await person.browser.close();
  console.error([fault.stack, ...person.faults].join("\n"));
  process.exit(1);
}
