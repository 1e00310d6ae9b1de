//! Builds elements out of plain text, never out of HTML, so that nothing the server says can become markup.

const SVG = "http://www.w3.org/2000/svg";

// `properties` knows class, data, on, style (custom properties and lengths) and plain attributes.
// Children are nodes or text; null and false are left out.
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "data") for (const [key, text] of Object.entries(value)) node.dataset[key] = text;
    else if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    // The content security policy forbids style attributes; the style object is allowed.
    else if (name === "style") for (const [key, text] of Object.entries(value)) node.style.setProperty(key, text);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// An address that may become a link: absolute http or https only.
export function safeLink(address) {
  try {
    const url = new URL(String(address));
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

export function link(address, properties, ...children) {
  const href = safeLink(address);
  if (!href) return el("span", {}, ...children);
  return el("a", { ...properties, href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

const SHAPES = new Map([
  ["hash", ["M9 4 7 20", "M17 4l-2 16", "M4.5 9h16", "M3.5 15h16"]],
  ["thread", ["M5 4v8a4 4 0 0 0 4 4h10", "M15 12l4 4-4 4"]],
  ["chevron", ["M6 9l6 6 6-6"]],
  ["close", ["M6 6l12 12", "M18 6 6 18"]],
  ["menu", ["M4 7h16", "M4 12h16", "M4 17h16"]],
  ["compass", ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", "M15.5 8.500l-2 5-5 2 2-5z"]],
  ["external", ["M14 5h5v5", "M19 5l-8 8", "M17 14v4a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1h4"]],
  ["eye", ["M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z", "M12 9.500a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z"]],
  ["check", ["M5 12.500l4.5 4.500L19 7.5"]],
  ["clock", ["M12 3.500a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z", "M12 7.500V12l3 2"]],
  ["send", ["M4.5 12 20 4.5 15 20l-3.5-6.500z", "M11.5 13.5 20 4.5"]],
  ["file", ["M7 3.500h7l4 4V20a.5.5 0 0 1-.5.5h-10A.5.5 0 0 1 7 20z", "M14 3.500v4h4"]],
  ["people", ["M9 4.500a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z", "M2.5 19.500c.5-4 3-5.5 6.5-5.500s6 1.5 6.5 5.5", "M16 5a3.3 3.3 0 0 1 0 6.3", "M18 14.500c2 .6 3.2 2.3 3.5 5"]],
  ["down", ["M12 5v14", "M6 13l6 6 6-6"]],
]);

export function icon(name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "1.8",
    "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true", class: className,
  })) svg.setAttribute(key, value);
  for (const shape of SHAPES.get(name) ?? []) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", shape);
    svg.append(path);
  }
  return svg;
}

// A role's or an embed's colour as CSS, from Discord's number or a #rrggbb text; 0 means none.
export function colour(value) {
  if (typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value)) return value;
  if (Number.isInteger(value) && value > 0 && value <= 0xffffff) return `#${value.toString(16).padStart(6, "0")}`;
  return null;
}

export function avatar(name, tint, className = "avatar") {
  const parts = String(name).trim().split(/[\s._-]+/u).filter(Boolean);
  const letters = parts.slice(0, 2).map((part) => [...part][0]).join("").toLocaleUpperCase();
  return el("span", { class: className, "aria-hidden": "true", style: { "--tint": tint ?? "var(--plain-tint)" } }, letters || "?");
}

export function flame(className) {
  return el("img", { src: "icon.svg", alt: "", class: className, width: 40, height: 40 });
}
