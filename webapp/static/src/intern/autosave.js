// A form that saves itself while somebody types: two seconds after the last key, at once when they leave the page.
import { announce } from "../lib/announce.js";
import { readJson } from "../lib/dom.js";

const QUIET_MS = 2000;
const AGAIN_MS = 15_000;

export function startAutosave(form) {
  const words = readJson(form.dataset.words);
  const state = form.querySelector("[data-autosave-state]");
  const missing = form.querySelector("[data-autosave-missing]");
  const act = form.querySelector("[data-autosave-act]");
  let timer = 0;
  let running = false;
  let stopped = false;
  let kept = body(form);

  const say = (text, kind = "") => {
    state.textContent = text;
    state.dataset.kind = kind;
  };
  const later = (ms) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, ms);
  };
  const noticed = () => {
    if (stopped || body(form) === kept) return;
    if (!running) say(words.changed, "changed");
    later(QUIET_MS);
  };

  async function save() {
    const sent = body(form);
    if (stopped || sent === kept) return;
    if (running) return void later(QUIET_MS);
    running = true;
    say(words.saving);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(sent), headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (answer.ok) {
        form.elements.version.value = told.version;
        kept = withVersion(sent, told.version);
        say(told.saved, "saved");
        missing.textContent = told.missing;
        announce(told.saved);
        if (body(form) !== kept) later(QUIET_MS);
      } else if (answer.status === 409) stop(told.detail);
      else say(words.fields + (told.detail ?? ""), "bad");
    } catch {
      say(words.offline, "bad");
      later(AGAIN_MS);
    } finally {
      running = false;
    }
  }
  // Somebody else saved, or the call is closed: nothing is tried again, what was typed stays on the page.
  function stop(sentence) {
    stopped = true;
    clearTimeout(timer);
    say(sentence, "bad");
    announce(sentence);
    const button = document.createElement("button");
    button.className = "kern-btn kern-btn--secondary kern-btn--small";
    button.append(Object.assign(document.createElement("span"), { className: "kern-label", textContent: words.conflict }));
    act.replaceChildren(button);
  }

  form.addEventListener("input", noticed);
  form.addEventListener("change", noticed);
  // The map sets its point without an event of the field.
  form.addEventListener("click", () => setTimeout(noticed, 100));
  form.addEventListener("keyup", noticed);
  addEventListener("online", () => later(0));
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
  form.addEventListener("submit", () => {
    stopped = true;
    clearTimeout(timer);
  });
}

/** What the form would send, as text that can be compared. */
function body(form) {
  return new URLSearchParams(new FormData(form)).toString();
}

function withVersion(sent, version) {
  const fields = new URLSearchParams(sent);
  fields.set("version", version);
  return fields.toString();
}
