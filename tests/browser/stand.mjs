//! The page's files with a fixed snapshot behind them, so that the page's own rules are tested without a bot.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PAGE = fileURLToPath(new URL("../../src/playground/page/", import.meta.url));
const KINDS = new Map([[".html", "text/html; charset=utf-8"], [".js", "text/javascript"], [".css", "text/css"], [".svg", "image/svg+xml"]]);

// `answer(deed)` answers what the page does; `deeds` keeps what it did; `tell(event)` sends an event to it.
export async function stand(snapshot, answer = () => ({ ok: true })) {
  const deeds = [];
  const streams = new Set();
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://stand").pathname;
    response.setHeader("content-security-policy", "default-src 'self'");
    if (path === "/page/events") {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(": open\n\n");
      streams.add(response);
    } else if (path === "/page/state") {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(snapshot));
    } else if (request.method === "POST") {
      const deed = JSON.parse(Buffer.concat(await request.toArray()).toString());
      deeds.push(deed);
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer(deed)));
    } else {
      await file(path, response);
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    deeds,
    tell: (event) => streams.forEach((stream) => stream.write(`data: ${JSON.stringify(event)}\n\n`)),
    close: () => new Promise((closed) => {
      server.closeAllConnections();
      server.close(closed);
    }),
  };
}

async function file(path, response) {
  const name = path === "/" ? "index.html" : basename(path);
  try {
    const body = await readFile(join(PAGE, name));
    response.writeHead(200, { "content-type": KINDS.get(extname(name)) ?? "application/octet-stream" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}

export function snapshotWith(changes = {}) {
  const mina = { id: "1", name: "mina", display_name: "Mina", roles: [{ name: "Developer", color: 0x3fa7d6 }], locale: "en-GB", about: ["You are in team Player."] };
  return {
    banner: "This is not Discord.", guild: { name: "Sonsic", locale: "en-GB" }, me: mina, members: [mina],
    channels: [{ id: "10", name: "platform", topic: "" }, { id: "11", name: "player", topic: "" }], dms: [],
    commands: [], guide: [], controls: [], now: Date.parse("2026-11-06T12:00:00Z"), connected: true, messages: {}, ...changes,
  };
}

let made = 100;

export function message(changes) {
  made += 1;
  return {
    id: String(made), channel_id: "10", author: { id: "9", username: "hearth", global_name: "Hearth", bot: true }, content: "",
    timestamp: "2026-11-06T11:00:00Z", edited_timestamp: null, embeds: [], components: [], attachments: [], flags: 0,
    private_to: null, helpers: {}, interaction: null, ...changes,
  };
}
