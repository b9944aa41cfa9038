// One visit on its way: where it would begin, whether it can, and how that looks.
import { el } from "../../lib/dom.js";
import { longDay, t } from "../../lib/i18n.js";
import { loadJson } from "../../lib/load.js";

export class Move {
  constructor({ root, grid, button, say, reveals }) {
    Object.assign(this, { root, grid, button, say, reveals, asked: new Map() });
    const { stop, first, length } = button.dataset;
    this.from = { stop, week: grid.weekOf(first), length: Number(length) };
    Object.assign(this, this.from);
    if (!button.dataset.visit) this.from.week = null; // it stands nowhere yet
    this.lane = el("div", { class: "board-lane", "aria-hidden": "true" });
    this.ghost = el("div", { class: "board-ghost" }, button.dataset.visit ? button.textContent.trim() : "");
    grid.scroll.append(this.lane);
    button.classList.add("visit--moving");
  }

  step(rows, weeks, stretch) {
    if (stretch) return this.aim(this.stop, this.week, Math.max(1, this.length + weeks));
    return this.aim(rows ? this.grid.neighbour(this.stop, rows) : this.stop, this.week + weeks);
  }

  /** Towards another week or stop: drawn at once, and again when the server has said what is possible. */
  async aim(stop, week, length = this.length) {
    week = Math.min(Math.max(week, 0), this.grid.count - 1);
    if (this.drawn && stop === this.stop && week === this.week && length === this.length) return;
    Object.assign(this, { stop, week, length, drawn: true });
    if (this.reveals) this.grid.reveal(stop, week, length);
    this.draw(this.answers());
    const now = [stop, week, length].join();
    await this.ask();
    if (!this.lane.isConnected || now !== [this.stop, this.week, this.length].join()) return;
    this.draw(this.answers());
    this.say(this.words(await this.reasons()));
  }

  key() {
    return `${this.stop}/${this.length}`;
  }

  /** What the server says of this stop and length, asked once. */
  ask() {
    const known = this.asked.get(this.key());
    if (known) return known.waiting;
    const { visit, s, l } = this.button.dataset;
    const query = new URLSearchParams({ besuch: visit ?? "", platz: this.stop, wochen: this.length, s, l });
    const entry = { weeks: null };
    entry.waiting = loadJson(`${this.root.dataset.weeksUrl}?${query}`)
      .then(({ data }) => {
        entry.weeks = data.weeks;
      })
      .catch(() => this.asked.delete(this.key()));
    this.asked.set(this.key(), entry);
    return entry.waiting;
  }

  answers() {
    return this.asked.get(this.key())?.weeks ?? null;
  }

  async reasons() {
    await this.ask();
    return this.isUnchanged() ? [] : (this.answers()?.[this.week]?.reasons ?? []);
  }

  isUnchanged() {
    return this.stop === this.from.stop && this.week === this.from.week && this.length === this.from.length;
  }

  words(reasons) {
    const name = this.grid.row(this.stop).dataset.name;
    const number = this.answers()?.[this.week]?.number ?? "";
    const where = t("boardWhere", { stop: name, number, day: longDay(this.grid.firstDay(this.week)), n: this.length });
    if (this.isUnchanged()) return `${where} ${t("boardSame")}`;
    return reasons.length ? `${where} ${t("boardNo", { reasons: reasons.join("; ") })}` : `${where} ${t("boardYes")}`;
  }

  draw(weeks) {
    const { top, height } = this.grid.down(this.stop);
    const slots = (weeks ?? []).map(({ reasons }, week) => {
      const { left, width } = this.grid.across(week, 1);
      const slot = el("div", { class: `board-slot ${reasons.length ? "board-slot--no" : "board-slot--yes"}` });
      place(slot, left, top, width, height);
      return slot;
    });
    const { left, width } = this.grid.across(this.week, this.length);
    place(this.ghost, left, top + 3, width, height - 6);
    const no = !this.isUnchanged() && weeks?.[this.week]?.reasons.length;
    this.ghost.classList.toggle("board-ghost--no", Boolean(no));
    this.lane.replaceChildren(...slots, this.ghost);
  }

  fields() {
    const { version, s, l, title } = this.button.dataset;
    const fields = { version, stop_id: this.stop, first: this.grid.firstDay(this.week), weeks: this.length, modules_s: s, modules_l: l, title };
    if ("pinned" in this.button.dataset) fields.is_pinned = "1";
    return fields;
  }

  clear() {
    this.lane.remove();
    this.button.classList.remove("visit--moving");
  }
}

function place(node, left, top, width, height) {
  // Through the style object of the script, which the content security policy allows.
  Object.assign(node.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
}
