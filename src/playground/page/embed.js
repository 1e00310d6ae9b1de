//! Draws embeds, pictures and files of a message.
import { colour, el, icon, link, safeLink } from "./dom.js";
import { inlineMarkdown, markdown } from "./markdown.js";
import { messageTime } from "./time.js";
import { words } from "./words.js";

const PICTURE_WIDTH_MAX_PX = 560;
const PICTURE_HEIGHT_MAX_PX = 400;

export function embeds(message, context) {
  return (message.embeds ?? []).slice(0, 10).map((embed) => embedBox(embed, message, context));
}

// Attachments that an embed shows are not shown a second time.
export function attachments(message) {
  const used = new Set((message.embeds ?? []).flatMap((embed) => [embed.image?.url, embed.thumbnail?.url]).map(attachedName));
  return (message.attachments ?? []).filter((file) => !used.has(file.filename)).map((file) =>
    String(file.content_type ?? "").startsWith("image/") ? picture(file) : fileChip(file));
}

function embedBox(embed, message, context) {
  const tint = colour(embed.color);
  const thumbnail = embed.thumbnail && pictureFor(embed.thumbnail, message, "thumbnail");
  const box = el("div", { class: "embed", data: { testid: "embed" }, style: tint ? { "--tint": tint } : {} });
  box.append(el("div", { class: "embed-text" },
    embed.author?.name && el("div", { class: "embed-author", dir: "auto" }, link(embed.author.url, {}, embed.author.name)),
    embed.title && el("div", { class: "embed-title", dir: "auto" },
      embed.url && safeLink(embed.url) ? link(embed.url, {}, embed.title) : inlineMarkdown(embed.title, context)),
    embed.description && el("div", { class: "embed-description" }, markdown(embed.description, context)),
    embed.fields?.length ? fields(embed.fields.slice(0, 25), context) : null));
  if (thumbnail) box.append(thumbnail);
  const image = embed.image && pictureFor(embed.image, message, "picture");
  if (image) box.append(image);
  const foot = footer(embed, context);
  if (foot) box.append(foot);
  return box;
}

// Inline fields stand up to three in a row; a field that is not inline has a row of its own.
function fields(list, context) {
  const box = el("dl", { class: "fields" });
  let row = [];
  const flush = () => {
    for (const field of row) box.append(fieldBox(field, 12 / row.length, context));
    row = [];
  };
  for (const field of list) {
    if (!field.inline) {
      flush();
      box.append(fieldBox(field, 12, context));
    } else {
      row.push(field);
      if (row.length === 3) flush();
    }
  }
  flush();
  return box;
}

function fieldBox(field, columns, context) {
  return el("div", { class: "field", style: { "grid-column": `span ${columns}` } },
    el("dt", { dir: "auto" }, inlineMarkdown(field.name, context)), el("dd", {}, markdown(field.value, context)));
}

function footer(embed, context) {
  const at = Date.parse(embed.timestamp ?? "");
  const when = Number.isNaN(at) ? null : messageTime(at, context.room.me.locale);
  const text = [embed.footer?.text, when].filter(Boolean).join(" · ");
  return text ? el("div", { class: "embed-footer", dir: "auto" }, text) : null;
}

const attachedName = (address) => (String(address ?? "").startsWith("attachment://") ? address.slice(13) : String(address ?? "").split("/").at(-1));

function pictureFor(image, message, className) {
  const file = (message.attachments ?? []).find((known) => known.filename === attachedName(image.url));
  if (file) return picture({ ...file, description: file.description ?? image.description }, className);
  return imageAddress(image.url) ? picture({ ...image, filename: words.picture }, className) : null;
}

// A picture comes from the playground itself; another address is refused by the page's policy anyhow.
function imageAddress(address) {
  try {
    const url = new URL(String(address), location.href);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

function picture(file, className = "picture") {
  const source = imageAddress(file.url);
  if (!source) return null;
  const alt = file.description || words.noAlt;
  const image = el("img", { src: source, alt, loading: "lazy", decoding: "async", ...shown(file.width, file.height) });
  return el("button", {
    class: className, type: "button", data: { testid: "picture" }, "aria-label": words.enlarge(alt),
    on: { click: () => enlarge(source, alt) },
  }, image);
}

function shown(width, height) {
  if (!(width > 0 && height > 0)) return {};
  const scale = Math.min(1, PICTURE_WIDTH_MAX_PX / width, PICTURE_HEIGHT_MAX_PX / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

function enlarge(source, alt) {
  const dialog = el("dialog", { class: "lightbox", "aria-label": alt },
    el("img", { src: source, alt }),
    el("p", { dir: "auto" }, alt),
    el("button", { type: "button", class: "icon-button", "aria-label": words.close, on: { click: () => dialog.close() } }, icon("close")));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function fileChip(file) {
  const address = imageAddress(file.url);
  const label = [icon("file"), el("bdi", {}, file.filename)];
  return address
    ? el("a", { class: "file", href: address, download: file.filename, "aria-label": words.file(file.filename) }, label)
    : el("span", { class: "file" }, label);
}
