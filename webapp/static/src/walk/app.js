// The walk: what is known, what was entered, and what happens at each tap. Every entry is on the device before it is sent.
import { announce } from "../lib/announce.js";
import { sendAll, whoIs } from "./outbox.js";
import { fetchRound, keep, prepare } from "./prepare.js";
import { banner, sentLine, sentSheet, sheetKey } from "./sent.js";
import { missingSheet, newSheet, noteSheet, occupantSheet } from "./sheets.js";
import { smallPhoto, uuid } from "./small.js";
import { WAITING, entriesOf, forgetRound, openStore, roundOf, unitsOf } from "./store.js";
import { LABELS, beforeOf, nextOpen, overlay } from "./units.js";
import { barView, listView, unitView } from "./views.js";

const $ = (name) => document.querySelector(`[data-${name}]`);
const maps = () => import("./mapview.js");
const NEW_UNIT_MS = 300; // a second tap that comes sooner was meant for the unit before

export class Walk {
  constructor({ round, name, urls }) {
    Object.assign(this, { number: round, name, urls, round: null, account: null, server: [], entries: [], units: [], current: null });
    Object.assign(this, { tab: "unit", said: "", last: null, reason: null, busy: false, entering: false, foreign: 0, map: null, mini: null });
  }

  async start() {
    this.db = await openStore();
    localStorage.setItem("begehung", "1"); // so that signing out knows that there is something to clear
    for (const tab of document.querySelectorAll("[data-tab]")) tab.addEventListener("click", () => this.show(tab.dataset.tab));
    $("sent").addEventListener("click", () => this.openSent());
    addEventListener("online", () => this.send());
    addEventListener("offline", () => this.say("Kein Netz. Es geht weiter: alles wartet auf diesem Gerät."));
    navigator.serviceWorker?.addEventListener("message", () => this.reread());
    this.kept = await roundOf(this.db, this.number);
    await this.load();
    await this.reread();
    this.current = this.units.find((unit) => unit.id === this.kept?.at) ?? this.units.find((unit) => !unit.seen) ?? this.units[0] ?? null;
    this.render();
    await this.send();
  }

  /** From the server if it answers, else from the device. What lies on the device for somebody else is not shown. */
  async load() {
    try {
      const data = await fetchRound(this.urls);
      this.take(data, this.kept?.account.id === data.account.id ? this.kept.kept : null);
      if (this.kept && this.kept.account.id !== data.account.id) await forgetRound(this.db, this.number);
      else if (!data.round.is_open) await forgetRound(this.db, this.number);
      else if (this.kept) await keep(this.db, data, this.kept.kept);
    } catch (error) {
      if (this.kept) {
        Object.assign(this, { round: this.kept, account: this.kept.account, server: await unitsOf(this.db, this.number) });
        this.reason = error.name === "NotPossible" || /anmelden/.test(error.message) ? "anmelden" : "kein-netz";
      } else this.said = /anmelden/.test(error.message) ? error.message : "Das Register ist nicht zu erreichen, und auf diesem Gerät liegt für diese Begehung nichts.";
    }
  }

  take(data, kept) {
    const { round, account, branches, object_types, map, pace, units } = data;
    this.round = { ...round, branches, object_types, map, pace, kept };
    Object.assign(this, { account, server: units });
  }

  async reread() {
    this.entries = await entriesOf(this.db, this.number);
    if (this.round?.kept) {
      const kept = await unitsOf(this.db, this.number);
      if (kept.length) this.server = kept;
    }
    const at = this.current?.id;
    this.units = overlay(this.round?.route ?? [], this.server, this.entries);
    const made = this.entries.find((one) => one.kind === "NEU" && one.answer && one.tempId === at);
    this.current = this.units.find((unit) => unit.id === (made?.answer.unitId ?? at)) ?? this.units[0] ?? null;
    this.foreign = this.entries.filter((one) => one.status === WAITING && this.account && one.account.id !== this.account.id && one.sentFor !== this.account.id).length;
    this.render();
  }

  /** Puts an entry on the device, shows it at once, and sends what can be sent. */
  async add(kind, unit, data = {}, more = {}) {
    const entry = {
      round: this.number, key: uuid(), kind, unit: unit?.id ?? null, version: unit?.version ?? null, data, seenAt: new Date().toISOString(),
      account: { id: this.account.id, name: this.account.name }, status: WAITING, tried: false, photo: null,
      title: unit?.title ?? "", before: unit ? beforeOf(unit) : null, ...more,
    };
    entry.seq = await this.db.add("entries", entry);
    if (kind !== "ZURUECK") this.last = { key: entry.key, words: `${entry.title}: ${LABELS[kind]}` };
    await this.reread();
    this.send();
    return entry;
  }

  /** What a tap says holds for the unit that was to be read when the finger came down: a second tap enters nothing for the next one. */
  async enter(kind) {
    const unit = this.current;
    if (this.entering || $("bar").ariaBusy) return;
    this.entering = true;
    await this.add(kind, unit).finally(() => (this.entering = false));
    this.say(`${unit.title}: ${LABELS[kind]}`);
    const next = nextOpen(this.units, unit.id);
    if (next) this.step(next);
    else this.say(`${unit.title}: ${LABELS[kind]}. Alle Nutzungseinheiten sind gesehen.`);
    if (kind === "GENUTZT") occupantSheet(this, unit);
  }

  async addNew(data, words) {
    const tempId = `neu-${uuid()}`;
    const after = typeof this.current?.id === "number" ? this.current.id : undefined;
    const title = [data.street, data.house_number].filter(Boolean).join(" ") || data.locality;
    await this.add("NEU", null, { ...data, after_unit_id: after }, { unit: tempId, tempId, title, words, after: this.current?.id });
    this.say(`${title}: neu aufgenommen`);
    this.step(this.units.find((unit) => unit.id === tempId) ?? this.current);
  }

  async photo(input) {
    const [file] = input.files;
    if (!file) return;
    const unit = this.current;
    try {
      await this.add("FOTO", unit, {}, { photo: await smallPhoto(file) });
      this.say(`${unit.title}: Foto aufgenommen`);
    } catch {
      this.say("Dieses Bild lässt sich nicht lesen.");
    }
  }

  /** Takes the last entry back: what never left the device goes, what may have been written is undone by an entry. */
  async undo() {
    const { last } = this;
    if (!last) return; // the second tap of two
    this.last = null;
    const tx = this.db.transaction("entries", "readwrite");
    const entry = await tx.store.index("key").get(last.key);
    const stays = entry && (entry.tried || entry.status !== WAITING);
    if (entry && !stays) await tx.store.delete(entry.seq);
    await tx.done;
    const id = entry?.unit;
    if (stays) await this.add("ZURUECK", { ...this.unitOf(entry), title: entry.title }, { undoes: entry.key });
    else await this.reread();
    this.say(`${entry.title}: ${LABELS[entry.kind]} ist zurückgenommen`);
    this.step(this.units.find((unit) => unit.id === id) ?? this.current);
  }

  unitOf(entry) {
    return this.units.find((unit) => unit.id === entry.unit) ?? { id: entry.unit, version: null };
  }

  async decide(entry, mine) {
    const now = entry.problem.unit;
    const kind = mine && now?.state === entry.kind ? "UNVERAENDERT" : entry.kind;
    const changed = mine ? { ...entry, kind, version: now?.version ?? entry.version } : { ...entry, data: { ...entry.data, keep_theirs: "1" } };
    const tx = this.db.transaction(["entries", "units"], "readwrite");
    tx.objectStore("entries").put({ ...changed, status: WAITING, problem: null });
    for (const later of await tx.objectStore("entries").index("round").getAll(this.number)) {
      if (later.seq > entry.seq && later.unit === entry.unit && later.version === entry.version && now) tx.objectStore("entries").put({ ...later, version: now.version });
    }
    if (now && this.round.kept) tx.objectStore("units").put({ ...now, round: this.number });
    await tx.done;
    this.server = this.server.map((unit) => (unit.id === now?.id ? now : unit));
    await this.settled();
  }

  async again(entry) {
    await this.db.put("entries", { ...entry, status: WAITING, problem: null });
    await this.settled();
  }

  async mend(entry, data, words) {
    await this.db.put("entries", { ...entry, data: { ...data, after_unit_id: entry.data.after_unit_id }, words, status: WAITING, problem: null });
    await this.settled();
  }

  /** Only what the register has refused, and so has not written, can be thrown away. */
  async discard(entry) {
    await this.db.delete("entries", entry.seq);
    if (entry.kind === "NEU") for (const one of this.entries) if (one.unit === entry.unit && one.seq !== entry.seq) await this.db.delete("entries", one.seq);
    await this.settled();
  }

  async adopt(name) {
    for (const entry of this.entries) if (entry.status === WAITING && entry.account.name === name) await this.db.put("entries", { ...entry, sentFor: this.account.id });
    await this.settled();
  }

  async settled() {
    await this.reread();
    await this.send();
  }

  async send() {
    if (this.busy) return (this.more = true);
    this.busy = true;
    this.more = false;
    this.render();
    const found = await sendAll(this.db, this.number, this.urls, async (_entry, answer) => {
      if (answer?.unit) this.server = [...this.server.filter((unit) => unit.id !== answer.unit.id), answer.unit];
      await this.reread();
    });
    this.busy = false;
    this.reason = ["leer", "da"].includes(found.state) ? null : found.state;
    if (found.account) this.account = found.account;
    if (found.state === "leer" && navigator.onLine && !this.account) this.account = (await whoIs(this.urls)).account ?? null;
    if (found.isOpen === false && this.round) this.round.is_open = false;
    await this.reread();
    if (this.reason) await this.later();
    if (this.more) await this.send();
  }

  /** Background Sync where there is one; and again by itself while the page is open. */
  async later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), 20_000);
    try {
      await (await navigator.serviceWorker?.getRegistration())?.sync?.register("begehung");
    } catch {
      // the browser has none, or does not want to
    }
  }

  async prepare() {
    this.say("Wird vorbereitet …");
    try {
      const { data, kept } = await prepare(this.db, this.urls, (done, all) => ($("said").textContent = `Wird vorbereitet: ${done} von ${all}`));
      this.take(data, kept);
      this.kept = await roundOf(this.db, this.number);
      this.say("Für unterwegs vorbereitet.");
    } catch (error) {
      this.say(`Nicht vorbereitet: ${error.message}`);
    }
    await this.reread(); // draws the sheet anew if it is still open
  }

  async forget() {
    await forgetRound(this.db, this.number);
    this.kept = null;
    this.round.kept = null;
    this.say("Vom Gerät gelöscht.");
    await this.reread();
  }

  openSent() {
    sentSheet(this);
  }

  openNew() {
    newSheet(this);
  }

  openNote() {
    noteSheet(this);
  }

  openMissing() {
    missingSheet(this);
  }

  say(text) {
    this.said = text;
    announce(text);
    this.render();
  }

  step(unit) {
    if (unit?.id !== this.current?.id) this.hold();
    this.current = unit;
    this.tab = "unit";
    if (this.kept) this.db.get("rounds", this.number).then((round) => round && this.db.put("rounds", { ...round, at: unit?.id }));
    this.render();
    scrollTo({ top: 0 });
  }

  /** For a moment the bar enters nothing: another unit stands above it. */
  hold() {
    const bar = $("bar");
    bar.ariaBusy = "true";
    clearTimeout(this.holding);
    this.holding = setTimeout(() => (bar.ariaBusy = null), NEW_UNIT_MS);
  }

  /** To the next unit that nobody has seen, as the units are now and not as they were when the bar was drawn. */
  ahead() {
    const { current, units } = this;
    this.step(nextOpen(units, current.id) ?? units[(units.indexOf(current) + 1) % units.length]);
  }

  jump(id) {
    this.step(this.units.find((unit) => unit.id === id));
    document.querySelector("[data-title]")?.focus();
  }

  show(tab) {
    this.tab = tab;
    this.render();
    scrollTo({ top: 0 });
  }

  render() {
    const done = this.units.filter((unit) => unit.seen).length;
    $("progress").textContent = this.units.length ? `${done} von ${this.units.length} gesehen` : "";
    for (const tab of document.querySelectorAll("[data-tab]")) tab.setAttribute("aria-pressed", String(tab.dataset.tab === this.tab));
    $("sent-text").replaceChildren(...sentLine(this));
    $("banner").replaceChildren(...[banner(this)].filter(Boolean));
    const sheet = $("sheet");
    if (sheet.open && sheet.dataset.kind === "sent" && sheet.dataset.key !== sheetKey(this)) this.openSent();
    this.renderBar();
    this.renderView();
  }

  /** The bar stays as it is while nothing of it has changed, so that a finger never misses a button. */
  renderBar() {
    const bar = $("bar");
    const key = JSON.stringify([this.tab, this.current?.id, this.current?.state, this.said, this.last?.key, this.round?.is_open, nextOpen(this.units, this.current?.id)?.id]);
    if (bar.dataset.key === key) return;
    const at = [...bar.querySelectorAll("button, input")].indexOf(document.activeElement);
    bar.dataset.key = key;
    bar.replaceChildren(...barView(this).filter(Boolean));
    if (at >= 0) ([...bar.querySelectorAll("button, input")][at] ?? bar.querySelector("button"))?.focus();
  }

  renderView() {
    const view = $("view");
    const key = JSON.stringify([this.tab, this.tab === "unit" ? [this.current, this.units.length] : this.units.map((unit) => [unit.id, unit.state, unit.seen, unit.trouble]), this.tab === "list" ? this.current?.id : 0]);
    if (view.dataset.key === key) return;
    view.dataset.key = key;
    for (const name of ["map", "mini"]) {
      this[name]?.remove();
      this[name] = null;
    }
    if (this.tab === "list") view.replaceChildren(listView(this));
    else if (this.tab === "map" && this.current) this.renderMap(view, key);
    else this.renderUnit(view, key);
  }

  renderUnit(view, key) {
    view.replaceChildren(unitView(this));
    const node = view.querySelector("[data-mini]");
    if (node) maps().then(({ miniMap }) => view.dataset.key === key && node.isConnected && !this.mini && (this.mini = miniMap(node, this)));
  }

  renderMap(view, key) {
    const title = document.createElement("h1");
    title.className = "visually-hidden";
    title.textContent = "Karte der Begehung";
    const node = document.createElement("div");
    node.className = "walk-map";
    view.replaceChildren(title, node);
    maps().then(({ roundMap }) => view.dataset.key === key && !this.map && (this.map = roundMap(node, this)));
  }
}
