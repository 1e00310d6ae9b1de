//! Commands, forms, buttons and selects send what a person meant, and refuse what cannot be meant.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./page.mjs";
import { message, snapshotWith, stand } from "./stand.mjs";

const COMMANDS = [
  { name: "env", description: "Environments", type: 1, options: [
    { type: 1, name: "create", description: "Request one", description_localizations: { de: "Eine anfordern" }, options: [
      { type: 3, name: "template", description: "From what", required: true, autocomplete: true },
      { type: 3, name: "name", description: "Its name", required: true, min_length: 2 },
      { type: 4, name: "pull_request", description: "Number", min_value: 1, max_value: 99 },
      { type: 5, name: "dry_run", description: "Only say it" },
    ] },
    { type: 1, name: "list", description: "List them" },
  ] },
  { name: "status", description: "What runs where", type: 1 },
];

async function at(changes, answer, run) {
  const place = await stand(snapshotWith({ commands: COMMANDS, ...changes }), answer);
  const mina = await open(place.url);
  try {
    await run(mina, place);
    await mina.close();
  } finally {
    await mina.browser.close();
    await place.close();
  }
}

const templates = (deed) => (deed.kind === "autocomplete" ? { choices: [{ name: "Preview", value: "preview" }, { name: "Load test", value: "load" }] } : { ok: true });

test("a command typed by keys is sent with typed options", async () => {
  await at({}, templates, async (mina, { deeds }) => {
    await mina.command("/env create", { template: "preview", name: "demo", pull_request: "7", dry_run: "True" });
    const sent = deeds.find((deed) => deed.kind === "command");
    assert.deepEqual(sent, {
      as: "1", channel: "10", kind: "command", command: "env create",
      options: [{ name: "template", type: 3, value: "preview" }, { name: "name", type: 3, value: "demo" }, { name: "pull_request", type: 4, value: 7 }, { name: "dry_run", type: 5, value: true }],
    });
    const asked = deeds.find((deed) => deed.kind === "autocomplete");
    assert.equal(asked.focused, "template");
  });
});

test("what is missing or out of bounds is said beside the command and not sent", async () => {
  await at({}, templates, async (mina, { deeds }) => {
    const said = mina.tab.getByTestId("composer-status");
    await mina.begin("/env create");
    await mina.tab.getByTestId("send").click();
    await said.filter({ hasText: "template: This option is required." }).waitFor();
    await mina.fill("template", "preview");
    await mina.fill("name", "x");
    await said.filter({ hasText: "name: Give at least 2 characters." }).waitFor();
    await mina.fill("name", "yz");
    await mina.fill("pull_request", "100");
    await said.filter({ hasText: "pull_request: Give 99 or less." }).waitFor();
    assert.equal(deeds.some((deed) => deed.kind === "command"), false);
  });
});

test("the picker filters, Escape closes it, and Backspace leaves a command", async () => {
  await at({}, templates, async ({ tab }) => {
    await tab.keyboard.press("/");
    assert.equal(await tab.getByTestId("suggestion").count(), 3);
    await tab.keyboard.type("li");
    assert.deepEqual(await tab.getByTestId("suggestion").evaluateAll((rows) => rows.map((row) => row.dataset.key)), ["/env list"]);
    await tab.keyboard.press("Escape");
    await tab.getByTestId("suggestions").waitFor({ state: "hidden" });
    await tab.getByTestId("composer-input").fill("/status ");
    await tab.getByTestId("command-name").waitFor();
    await tab.keyboard.press("Backspace");
    await tab.getByTestId("command-name").waitFor({ state: "detached" });
    assert.equal(await tab.getByTestId("composer-input").inputValue(), "/status");
  });
});

test("a guide's step fills the command, so that Enter sends it", async () => {
  const guide = [{ title: "Try it", text: "Now.", member: "mina", channel: "player", command: "/env create template:preview name:demo" }];
  await at({ guide }, templates, async (mina, { deeds }) => {
    await mina.step("Try it");
    await mina.tab.keyboard.press("Enter");
    await mina.tab.locator("[data-testid=step].ticked").waitFor();
    const sent = deeds.find((deed) => deed.kind === "command");
    assert.deepEqual([sent.channel, sent.options.map((option) => option.value)], ["11", ["preview", "demo"]]);
  });
});

test("buttons, selects and forms send their ids and values", async () => {
  const buttons = { type: 1, components: [{ type: 2, style: 1, label: "Press", custom_id: "p" }, { type: 2, style: 2, label: "Never", custom_id: "n", disabled: true }] };
  const select = { type: 1, components: [{ type: 3, custom_id: "s", placeholder: "Pick", min_values: 1, max_values: 2, options: [{ label: "One", value: "1" }, { label: "Two", value: "2" }, { label: "Three", value: "3" }] }] };
  const modal = { title: "A form", custom_id: "f", id: "77", components: [{ type: 1, components: [{ type: 4, style: 1, label: "Subject", custom_id: "subject", min_length: 3, required: true }] }] };
  const answer = (deed) => (deed.kind === "click" ? { modal } : { ok: true });
  const said = message({ content: "Choose", components: [buttons, select] });
  await at({ messages: { 10: [said] } }, answer, async (mina, { deeds }) => {
    assert.equal(await mina.tab.getByRole("button", { name: "Never" }).isDisabled(), true);
    await mina.choose(["One", 2]);
    await mina.clickButton("Press");
    await mina.tab.getByTestId("form-submit").click();
    await mina.tab.getByText("This field is required.").waitFor();
    await mina.fillForm({ Subject: "Hello" });
    const here = { as: "1", channel: "10" };
    assert.deepEqual(deeds, [
      { ...here, kind: "select", custom_id: "s", values: ["1", "3"], message: said.id },
      { ...here, kind: "click", custom_id: "p", message: said.id },
      { ...here, kind: "submit", custom_id: "f", modal: "77", values: { subject: "Hello" } },
    ]);
  });
});

test("news appear, change and go, and an unanswered command is said in private", async () => {
  await at({}, () => ({ error: "The application did not respond" }), async (mina, { tell }) => {
    const news = message({ content: "building" });
    tell({ type: "message", message: news });
    await mina.waitForMessage("building");
    tell({ type: "message_update", message: { ...news, content: "ready", edited_timestamp: "2026-11-06T11:01:00Z" } });
    await mina.waitForMessage(/ready \(edited\)/);
    tell({ type: "message", message: message({ content: "elsewhere", channel_id: "11" }) });
    await mina.tab.locator("[data-testid=place].unread", { hasText: "player" }).waitFor();
    tell({ type: "message_delete", message: news });
    await mina.messages.filter({ hasText: "ready" }).waitFor({ state: "detached" });
    await mina.command("/status");
    const whisper = await mina.waitForMessage("The application did not respond", { secret: true });
    await whisper.getByTestId("dismiss").click();
    await whisper.waitFor({ state: "detached" });
    tell({ type: "disconnected" });
    await mina.tab.getByText("The bot is not connected").waitFor();
  });
});
