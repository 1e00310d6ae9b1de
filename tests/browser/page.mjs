//! A person at the playground's page: what one does there with keys and clicks, and what one waits for.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const PATIENCE_MS = Number(process.env.HEARTH_BROWSER_PATIENCE_MS ?? 30_000);
const LIST_STEPS_MAX = 40;

// Opens the page; `prepare(context)` may set up the browser context before anything is fetched.
export async function open(baseUrl, { outDir = null, scheme = "dark", width = 1440, height = 900, prepare = null } = {}) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, locale: "en-GB", timezoneId: "Europe/Berlin" });
  context.setDefaultTimeout(PATIENCE_MS);
  if (prepare) await prepare(context);
  const tab = await context.newPage();
  const person = new Person(browser, context, tab, new URL(baseUrl).origin, outDir);
  await tab.goto(baseUrl);
  await tab.locator("#app[aria-busy=false]").waitFor();
  return person;
}

export class Person {
  #after = null;

  constructor(browser, context, tab, origin, outDir) {
    this.browser = browser;
    this.context = context;
    this.tab = tab;
    this.outDir = outDir;
    this.faults = [];
    tab.on("pageerror", (fault) => this.faults.push(`error on the page: ${fault.message}`));
    tab.on("console", (line) => line.type() === "error" && this.faults.push(`console: ${line.text()}`));
    tab.on("request", (request) => new URL(request.url()).origin !== origin && this.faults.push(`the page asked another origin: ${request.url()}`));
  }

  get messages() {
    return this.tab.getByTestId("message");
  }

  // Becomes somebody else by the switcher at the bottom left; `name` is the member's plain name.
  async become(name) {
    await this.tab.getByTestId("person-switcher").click();
    await this.tab.locator(`[data-testid=person][data-name=${quoted(name)}]`).click();
    await this.tab.locator(`#app[data-as=${quoted(name)}]`).waitFor();
  }

  async visit(channel) {
    await this.tab.locator(`[data-testid=place][data-name=${quoted(channel)}]`).first().click();
    await this.tab.getByTestId("channel-name").filter({ hasText: channel }).waitFor();
  }

  // Types a command as a person does: `/`, the name, Enter, each option, Enter.
  async command(path, options = {}) {
    await this.begin(path);
    for (const [name, value] of Object.entries(options)) await this.fill(name, String(value));
    await this.send();
  }

  async begin(path) {
    const input = this.tab.getByTestId("composer-input");
    await input.click();
    await input.pressSequentially(path);
    await this.#mark(path);
    await this.tab.keyboard.press("Enter");
    await this.tab.getByTestId("command-name").waitFor();
  }

  async fill(name, value) {
    const field = this.tab.getByTestId(`field-${name}`);
    if (!(await field.isVisible())) await this.#addOption(name);
    await field.focus();
    await field.pressSequentially(value);
    // While suggestions are being fetched the field is busy.
    await this.tab.locator(`[data-testid="field-${name}"]:not([aria-busy])`).waitFor();
    if (await this.#suggestion(value).count()) await this.#mark(value);
    await this.tab.keyboard.press("Tab");
  }

  async #addOption(name) {
    const tail = this.tab.getByTestId("composer-tail");
    await tail.focus();
    await tail.pressSequentially(name);
    await this.#mark(name);
    await this.tab.keyboard.press("Enter");
  }

  async send() {
    await this.remember();
    await this.tab.getByTestId("composer-tail").focus();
    await this.tab.keyboard.press("Enter");
    await this.tab.getByTestId("command-name").waitFor({ state: "detached" });
  }

  #suggestion(key, more = "") {
    return this.tab.locator(`[data-testid=suggestion][data-key=${quoted(key)}]${more}`);
  }

  // Walks down the list to the one suggestion.
  async #mark(key) {
    await this.#suggestion(key).first().waitFor();
    for (let step = 0; step < LIST_STEPS_MAX; step += 1) {
      if (await this.#suggestion(key, "[aria-selected=true]").count()) return;
      await this.tab.keyboard.press("ArrowDown");
    }
    throw new Error(`no way to the suggestion ${key}`);
  }

  // Fills a guide's step in and sends it, as the guide tells a newcomer to.
  async step(title) {
    const step = this.tab.locator(`[data-testid=step][data-title=${quoted(title)}]`);
    if (!(await step.getByTestId("step-go").isVisible())) await step.getByRole("button").first().click();
    await step.getByTestId("step-go").click();
  }

  // From here on, `fresh` messages are those below what is there now.
  async remember() {
    const rows = await this.messages.count();
    this.#after = rows ? await this.messages.last().getAttribute("data-id") : null;
  }

  #rows(fresh) {
    return fresh && this.#after ? this.tab.locator(`[data-testid=message][data-id=${quoted(this.#after)}] ~ [data-testid=message]`) : this.messages;
  }

  // Waits for the newest message that has this text; `fresh` leaves out those from before the last deed.
  async waitForMessage(pattern, { fresh = false, secret = null } = {}) {
    const kind = secret === null ? "" : `[data-private=${secret ? "yes" : "no"}]`;
    const rows = this.#rows(fresh).and(this.tab.locator(`[data-testid=message]${kind}`));
    const found = rows.filter({ hasText: pattern }).last();
    await found.waitFor();
    return found;
  }

  // Presses a button of a message (by default of the newest one that has such a button).
  async clickButton(label, message = null) {
    const button = (message ?? this.messages.filter({ has: this.tab.getByRole("button", { name: label }) }).last()).getByRole("button", { name: label }).first();
    await button.waitFor();
    await this.remember();
    await button.click();
  }

  // Opens a link button or a link of a message in a tab of its own, and returns that tab.
  async follow(label, message) {
    const opened = this.context.waitForEvent("page");
    await message.getByRole("link", { name: label }).first().click();
    const tab = await opened;
    await tab.waitForLoadState();
    return tab;
  }

  // Chooses in a message's select: by label, or by place in the list.
  async choose(picks, message = this.messages.last()) {
    await this.remember();
    await message.getByTestId("message-select").first().click();
    const list = this.tab.getByTestId("select-list");
    for (const pick of picks) {
      const options = list.getByRole("option");
      await (Number.isInteger(pick) ? options.nth(pick) : options.filter({ hasText: pick }).first()).click();
    }
    const done = list.getByTestId("select-done");
    if (await done.isVisible()) await done.click();
    await list.waitFor({ state: "detached" });
  }

  async fillForm(texts) {
    const form = this.tab.getByTestId("form");
    await form.waitFor();
    for (const [label, text] of Object.entries(texts)) await form.getByLabel(label).fill(text);
    await this.remember();
    await form.getByTestId("form-submit").click();
    await form.waitFor({ state: "detached" });
  }

  // Presses one of the guide's controls and returns what it said.
  async control(label) {
    await this.remember();
    const before = await this.tab.getByTestId("toast").count();
    await this.tab.getByTestId("control").filter({ hasText: label }).click();
    const toast = this.tab.getByTestId("toast").nth(before);
    await toast.waitFor();
    return toast.textContent();
  }

  async screenshot(name) {
    if (!this.outDir) return;
    await mkdir(this.outDir, { recursive: true });
    await this.tab.screenshot({ path: join(this.outDir, `${name}.png`), animations: "disabled" });
  }

  // Ends the browser; anything that went wrong on the page by the way is an error now.
  async close() {
    await this.browser.close();
    if (this.faults.length) throw new Error(this.faults.join("\n"));
  }
}

const quoted = (text) => JSON.stringify(String(text));
