//! Whatever the server says stays text: no markup, no script, no foreign address, and no endless work.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./page.mjs";
import { message, snapshotWith, stand } from "./stand.mjs";

async function shown(messages, look, changes = {}) {
  const place = await stand(snapshotWith({ messages: { 10: messages }, ...changes }));
  const mina = await open(place.url);
  try {
    await look(mina);
    await mina.close();
  } finally {
    await mina.browser.close();
    await place.close();
  }
}

const HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';

test("markup in every text of a message is shown as text", async () => {
  const everywhere = message({
    content: HOSTILE, author: { id: "9", username: HOSTILE, bot: true }, interaction: { command: HOSTILE, by: HOSTILE },
    embeds: [{ title: HOSTILE, description: HOSTILE, footer: { text: HOSTILE }, fields: [{ name: HOSTILE, value: HOSTILE }] }],
    components: [{ type: 1, components: [{ type: 2, style: 1, label: HOSTILE, custom_id: HOSTILE }] }],
  });
  await shown([everywhere], async ({ tab, messages }) => {
    const row = messages.first();
    assert.equal(await row.locator("script, img:not(.avatar)").count(), 0);
    assert.equal((await row.textContent()).split("onerror").length - 1, 10);
    assert.equal(await tab.evaluate(() => window.hit), undefined);
  });
});

test("markup in names of people, channels, commands and steps is shown as text", async () => {
  const me = { id: "1", name: "mina", display_name: HOSTILE, roles: [{ name: HOSTILE, color: 1 }], locale: "en-GB", about: [HOSTILE] };
  const changes = {
    me, members: [me], banner: HOSTILE, channels: [{ id: "10", name: HOSTILE, topic: HOSTILE }],
    commands: [{ name: "x", description: HOSTILE, type: 1 }], guide: [{ title: HOSTILE, text: HOSTILE, command: HOSTILE }], controls: [{ id: "a", label: HOSTILE, hint: HOSTILE }],
  };
  await shown([], async ({ tab }) => {
    await tab.keyboard.press("/");
    await tab.getByTestId("suggestion").waitFor();
    await tab.getByTestId("person-switcher").click();
    await tab.getByTestId("people").waitFor();
    assert.equal(await tab.locator('img[src="x"], body script').count(), 0);
    assert.equal(await tab.evaluate(() => window.hit), undefined);
  }, changes);
});

test("only http and https become links, and they leak nothing", async () => {
  const links = message({
    content: "[a](javascript:alert(1)) [b](data:text/html,x) [c](https://sonsic.example/c) <http://sonsic.example/d> file:///etc/passwd https://sonsic.example/e.",
    embeds: [{ title: "t", url: "javascript:alert(1)" }],
    components: [{ type: 1, components: [{ type: 2, style: 5, label: "bad", url: "javascript:alert(1)" }] }],
  });
  await shown([links], async ({ messages }) => {
    const found = await messages.first().locator("a").evaluateAll((nodes) => nodes.map((node) => [node.href, node.rel]));
    assert.deepEqual(found, ["c", "d", "e"].map((name) => [`https://sonsic.example/${name}`.replace("https", name === "d" ? "http" : "https"), "noopener noreferrer"]));
  });
});

test("markdown is drawn as chats draw it", async () => {
  const text = "**b** *i* ~~s~~ __u__ `c` ***bi*** snake_case_word \\*plain\\* ||hidden||\n# Big\n> quoted\n- one\n  - two\n1. first\n```rust\nlet a = \"**\";\n```";
  await shown([message({ content: text })], async ({ messages }) => {
    const row = messages.first().locator(".markdown");
    for (const [selector, expected] of [["p > strong", ["b", "bi"]], ["s", ["s"]], ["u", ["u"]], ["p > code", ["c"]], ["[role=heading]", ["Big"]],
      ["blockquote", ["quoted"]], ["ul ul li", ["two"]], ["ol li", ["first"]], ["pre", ['let a = "**";']]]) {
      assert.deepEqual(await row.locator(selector).allTextContents(), expected, selector);
    }
    const plain = await row.textContent();
    assert.ok(plain.includes("snake_case_word *plain*"), plain);
    const spoiler = row.getByRole("button");
    assert.equal(await spoiler.getByText("hidden").isVisible(), false);
    await spoiler.click();
    assert.equal(await spoiler.getByText("hidden").isVisible(), true);
  });
});

test("text made to be slow is drawn at once", async () => {
  const slow = ["*".repeat(2_000), "[".repeat(2_000), "||**__~~".repeat(250), "<".repeat(2_000), "[a](https://x.example/" + "x".repeat(1_970), "> ".repeat(1_000), "`".repeat(1_999)];
  await shown(slow.map((content) => message({ content })), async ({ tab, messages }) => {
    assert.equal(await messages.count(), slow.length);
    const tookMs = await tab.evaluate(async (texts) => {
      const { markdown } = await import("/markdown.js");
      const room = { people: new Map(), places: new Map(), roles: new Map(), me: { id: "1", locale: "en" } };
      const began = performance.now();
      texts.forEach((text) => markdown(text, { room }));
      return performance.now() - began;
    }, slow);
    assert.ok(tookMs < 1_000, `drawing took ${tookMs} ms`);
  });
});

test("a long channel shows its newest messages and more on scrolling up", async () => {
  const many = Array.from({ length: 500 }, (_, index) => message({ content: `line ${index + 1}` }));
  await shown(many, async ({ tab, messages }) => {
    assert.equal(await messages.count(), 200);
    await messages.filter({ hasText: /line 500$/ }).waitFor();
    await tab.getByTestId("messages").evaluate((node) => node.scrollTo(0, 0));
    await messages.filter({ hasText: /line 150$/ }).waitFor();
    assert.equal(await messages.count(), 400);
  });
});
