// The sheets that rise from the bottom of the screen: occupant, note, not found, new unit.
import { el } from "../lib/dom.js";
import { button, field, select } from "./icons.js";
import { goTo, pickMap } from "./mapview.js";

/** Opens the page's one dialog with this content; the browser gives the focus back when it closes. */
export function openSheet(title, ...content) {
  const sheet = document.querySelector("[data-sheet]");
  if (sheet.open) sheet.close();
  sheet.dataset.kind = "form";
  sheet.setAttribute("aria-label", title);
  const close = button("Schließen", () => sheet.close(), { look: "plain", sign: "close" });
  sheet.replaceChildren(el("div", { class: "walk-sheet__head" }, el("h2", { tabindex: "-1" }, title), close), ...content.filter(Boolean));
  sheet.showModal();
  sheet.scrollTop = 0;
  return sheet;
}

function form(onsubmit, ...content) {
  return el("form", { class: "walk-form", novalidate: true, onsubmit: (event) => (event.preventDefault(), onsubmit(event.target)) }, ...content);
}

const submit = (label) => el("button", { type: "submit", class: "walk-button walk-button--main" }, el("span", {}, label));

export function occupantSheet(app, unit) {
  const occupant = el("input", { id: "walk-nutzer", class: "kern-form-input__input", maxlength: 120, autocomplete: "off" });
  const branch = select("walk-branche", app.round.branches, "", "keine Angabe");
  const save = () => {
    const data = { occupant: occupant.value.trim() || undefined, sortiment: branch.value || undefined };
    sheet.close();
    if (data.occupant || data.sortiment) app.add("NUTZER", unit, data);
  };
  const sheet = openSheet(
    "Wer ist jetzt darin?",
    el("p", {}, `${unit.title}: „genutzt“ ist eingetragen. Das Folgende ist freiwillig.`),
    form(save, field("Nutzer (Name am Geschäft)", occupant), field("Branche", branch), submit("Angaben eintragen"), button("Ohne Angaben weiter", () => sheet.close())),
  );
}

export function noteSheet(app) {
  const unit = app.current;
  const text = el("textarea", { id: "walk-notiz", class: "kern-form-input__input", rows: 4, maxlength: 1000 });
  const sheet = openSheet(
    "Notiz",
    form(
      () => {
        if (!text.value.trim()) return text.focus();
        sheet.close();
        app.add("NOTIZ", unit, { note: text.value.trim() });
      },
      field(unit.title, text, "Nichts über Personen, was nicht jeder im Schaufenster liest. Die Notiz bleibt intern."),
      submit("Notiz eintragen"),
    ),
  );
  text.focus();
}

export function missingSheet(app) {
  const enter = (kind) => () => {
    sheet.close();
    app.enter(kind);
  };
  const sheet = openSheet(
    `${app.current.title}: nicht da`,
    button("Nicht auffindbar", enter("NICHT_AUFFINDBAR"), { look: "strong" }),
    el("p", { class: "walk-field__hint" }, "Die Nutzungseinheit bleibt, wie sie ist, und ist am Schreibtisch zu prüfen."),
    button("Entfallen", enter("ENTFALLEN"), { look: "strong" }),
    el("p", { class: "walk-field__hint" }, "Abgerissen oder umgebaut: sie zählt nicht mehr zum Bestand. Ihre Geschichte bleibt."),
  );
}

/** A new unit: everything but the house number is filled in from where one stands. */
export function newSheet(app, { entry = null } = {}) {
  const unit = app.current;
  const given = entry?.data ?? { street: unit?.street, locality: unit?.locality, postcode: unit?.postcode, object_type: "LADEN_EG", state: "LEER" };
  const errors = entry?.problem?.fields ?? {};
  const input = (id, name, value, more = {}) => el("input", { id, name, class: "kern-form-input__input", value: value ?? "", autocomplete: "off", "aria-invalid": errors[name] ? "true" : null, ...more });
  const street = input("walk-strasse", "street", given.street);
  const number = input("walk-nummer", "house_number", given.house_number);
  const occupant = input("walk-neu-nutzer", "occupant", given.occupant);
  const type = select("walk-art", app.round.object_types, given.object_type);
  const state = (code, label) => el("label", { class: "walk-choice" }, el("input", { type: "radio", name: "state", value: code, checked: given.state === code }), el("span", {}, label));
  const spot = el("p", { class: "walk-field__hint", role: "status" });
  const node = el("div", { class: "walk-pick", "data-map": JSON.stringify({}), "data-editor": "" });
  let [at, map] = [entry ? { lat: Number(given.latitude), lng: Number(given.longitude) } : null, null];
  const outside = errors.outside_confirmed ? el("label", { class: "walk-choice" }, el("input", { type: "checkbox", name: "outside" }), el("span", {}, "Die Lage stimmt trotzdem.")) : null;
  const locate = button("Mein Standort", () => {
    spot.textContent = "Der Standort wird gesucht …";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => goTo(map, coords),
      () => (spot.textContent = "Der Standort ist nicht zu bekommen. Bitte die Karte verschieben."),
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  }, { sign: "locate" });
  const save = (made) => {
    const chosen = new FormData(made);
    const data = {
      street: street.value.trim(), house_number: number.value.trim(), locality: given.locality ?? "", postcode: given.postcode ?? "",
      object_type: type.value, state: chosen.get("state"), occupant: occupant.value.trim() || undefined,
      latitude: at.lat.toFixed(6), longitude: at.lng.toFixed(6), outside_confirmed: chosen.get("outside") ? "1" : undefined,
    };
    if (!data.street && !data.locality) return street.focus();
    sheet.close();
    const words = app.round.object_types.find(([code]) => code === data.object_type)?.[1];
    return entry ? app.mend(entry, data, words) : app.addNew(data, words);
  };
  const wrong = Object.values(errors);
  const sheet = openSheet(
    entry ? "Angaben ändern" : "Neue Nutzungseinheit",
    wrong.length ? el("div", { class: "walk-wrong", role: "alert" }, ...wrong.map((sentence) => el("p", {}, sentence))) : null,
    form(
      save,
      field("Straße", street),
      field("Hausnummer", number),
      el("fieldset", { class: "walk-field" }, el("legend", {}, "Nutzung"), el("div", { class: "walk-bar__two" }, state("LEER", "leer"), state("GENUTZT", "genutzt"))),
      outside,
      submit("Eintragen"),
      field("Objektart", type),
      field("Nutzer, falls genutzt", occupant),
      el("div", { class: "walk-field" }, el("p", {}, "Lage: die Mitte der Karte"), spot, node, locate),
    ),
  );
  map = pickMap(node, app, (centre) => {
    at = centre;
    spot.textContent = `${centre.lat.toFixed(5)} Nord, ${centre.lng.toFixed(5)} Ost`.replaceAll(".", ",");
  });
  if (entry) map.setView([Number(given.latitude), Number(given.longitude)], 18, { animate: false });
  map.invalidateSize({ animate: false });
  sheet.addEventListener("close", () => map.remove(), { once: true });
  number.focus();
}
