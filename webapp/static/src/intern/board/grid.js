// Where weeks and rows of the table are on the screen, and which days they are.
const DAY_MS = 86400000;

export class Grid {
  constructor(root) {
    this.root = root;
    this.scroll = root.querySelector("[data-board-scroll]");
    this.known = null;
  }

  get table() {
    return this.scroll.querySelector("table");
  }

  forget() {
    this.known = null;
  }

  get heads() {
    this.known ??= [...this.table.querySelectorAll("[data-week]")];
    return this.known;
  }

  get count() {
    return this.heads.length;
  }

  weekOf(iso) {
    return Math.floor((Date.parse(`${iso}T00:00:00Z`) - Date.parse(`${this.table.dataset.first}T00:00:00Z`)) / (7 * DAY_MS));
  }

  firstDay(week) {
    return new Date(Date.parse(`${this.table.dataset.first}T00:00:00Z`) + week * 7 * DAY_MS).toISOString().slice(0, 10);
  }

  /** The week under a point of the window, also a little left or right of the table. */
  weekAt(x) {
    const first = this.heads[0].getBoundingClientRect();
    const last = this.heads.at(-1).getBoundingClientRect();
    return Math.floor((x - first.left) / ((last.right - first.left) / this.count));
  }

  rowAt(x, y) {
    const row = document.elementsFromPoint(x, y).find((node) => node.closest("[data-row]"));
    return row?.closest("[data-row]").dataset.row ?? null;
  }

  isOver(x, y) {
    return document.elementsFromPoint(x, y).includes(this.scroll);
  }

  row(stop) {
    return this.table.querySelector(`[data-row="${stop}"]`);
  }

  /** The row above or below; the same one at the end. */
  neighbour(stop, by) {
    const rows = [...this.table.querySelectorAll("[data-row]")];
    const at = rows.findIndex((row) => row.dataset.row === String(stop));
    return rows[Math.min(Math.max(at + by, 0), rows.length - 1)].dataset.row;
  }

  /** Left edge and width of weeks, in the scrolled content. */
  across(week, length) {
    const inside = this.scroll.getBoundingClientRect().left - this.scroll.scrollLeft;
    const from = this.heads[Math.min(Math.max(week, 0), this.count - 1)].getBoundingClientRect();
    const to = this.heads[Math.min(Math.max(week + length - 1, 0), this.count - 1)].getBoundingClientRect();
    return { left: from.left - inside, width: Math.max(to.right - from.left, 8) };
  }

  down(stop) {
    const inside = this.scroll.getBoundingClientRect().top - this.scroll.scrollTop;
    const box = this.row(stop).getBoundingClientRect();
    return { top: box.top - inside, height: box.height };
  }

  /** Goes on sideways when a dragged visit comes near an edge. */
  scrollAt(x, edge) {
    const box = this.scroll.getBoundingClientRect();
    const names = this.table.querySelector(".season__stop").getBoundingClientRect().width;
    if (x > box.right - edge) this.scroll.scrollLeft += 12;
    else if (x < box.left + names + edge) this.scroll.scrollLeft -= 12;
  }

  /** Brings weeks and a row into sight. */
  reveal(stop, week, length) {
    const { left, width } = this.across(week, length);
    const names = this.table.querySelector(".season__stop").getBoundingClientRect().width;
    const room = this.scroll.clientWidth - names;
    if (left - names < this.scroll.scrollLeft) this.scroll.scrollLeft = left - names;
    else if (left + width > this.scroll.scrollLeft + names + room) this.scroll.scrollLeft = left + width - names - room;
    this.row(stop).scrollIntoView({ block: "nearest" });
  }

  showNow() {
    const now = this.table.querySelector(".season__week--now");
    if (!now || this.scroll.scrollLeft) return;
    this.scroll.scrollLeft = Math.max(0, this.across(Number(now.dataset.week), 1).left - this.scroll.clientWidth / 2);
  }
}
