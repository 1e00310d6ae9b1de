//! A bot's form as a dialog: text fields with their bounds, checked before they are sent.
import { el, flame, icon } from "./dom.js";
import { words } from "./words.js";

const PARAGRAPH = 2;

// `send(values)` returns {error} if the form must stay open.
export function openForm(modal, send) {
  const fields = inputs(modal).map(formField);
  const fault = el("p", { class: "form-fault", role: "alert" });
  const submit = el("button", { class: "button primary", type: "submit", data: { testid: "form-submit" } }, words.form.submit);
  const form = el("form", { method: "dialog", novalidate: true },
    el("header", {}, flame("form-mark"), el("h2", { id: "form-title", dir: "auto" }, modal.title),
      el("button", { type: "button", class: "icon-button", "aria-label": words.close, on: { click: () => dialog.close() } }, icon("close"))),
    el("div", { class: "form-fields" }, fields.map((field) => field.box), fault),
    el("footer", {}, el("button", { type: "button", class: "button plain", on: { click: () => dialog.close() } }, words.form.cancel), submit));
  const dialog = el("dialog", { class: "form", "aria-labelledby": "form-title", data: { testid: "form" } }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = fields.filter((field) => !field.check());
    if (wrong.length) {
      wrong[0].field.focus();
      return;
    }
    submit.setAttribute("aria-busy", "true");
    const answer = await send(Object.fromEntries(fields.map((field) => [field.id, field.field.value])));
    submit.removeAttribute("aria-busy");
    if (answer.error) fault.textContent = answer.error;
    else dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  fields[0]?.field.focus();
}

// Text fields stand in rows; a label component (the newer kind) carries its own label.
function inputs(modal) {
  return (modal.components ?? []).flatMap((part) => {
    if (part.type === 18 && part.component) return [{ ...part.component, label: part.label, help: part.description }];
    return part.components ?? [part];
  }).filter((part) => part.type === 4).slice(0, 5);
}

function formField(part, index) {
  const id = `form-field-${index}`;
  const required = part.required !== false;
  const most = part.max_length ?? 4_000;
  const least = part.min_length ?? 0;
  const shared = { id, dir: "auto", placeholder: part.placeholder, maxlength: most, "aria-required": String(required), "aria-describedby": `${id}-note`, data: { testid: "form-field", custom: part.custom_id } };
  const field = part.style === PARAGRAPH ? el("textarea", { ...shared, rows: 5 }) : el("input", { ...shared, type: "text", autocomplete: "off" });
  field.value = part.value ?? "";
  const note = el("span", { class: "form-note", id: `${id}-note` });
  const box = el("div", { class: "form-field" },
    el("label", { for: id }, el("bdi", {}, part.label ?? part.custom_id), required && el("span", { class: "mark", title: words.form.required }, " *")),
    part.help && el("span", { class: "form-help", dir: "auto" }, part.help), field, note);
  const length = () => [...field.value].length;
  const wrong = () => {
    if (required && !field.value.trim()) return words.wrong.field;
    if (field.value && length() < least) return words.wrong.tooShort(least);
    return length() > most ? words.wrong.tooLong(most) : null;
  };
  const count = () => {
    note.textContent = most - length() <= 200 || part.style === PARAGRAPH ? `${length()} / ${most}` : "";
    box.classList.remove("wrong");
    field.removeAttribute("aria-invalid");
  };
  field.addEventListener("input", count);
  count();
  return {
    id: part.custom_id, field, box,
    check() {
      const fault = wrong();
      if (!fault) return true;
      note.textContent = fault;
      box.classList.add("wrong");
      field.setAttribute("aria-invalid", "true");
      return false;
    },
  };
}
