// A season at once: who stands where on any of its days, worked out here from what the server sent once.
// Days are whole numbers, counted from 1 January 1970.
const MILLIS = 86400000;

/** The day it is in Germany, as the server counts it, wherever the visitor is. */
export const todayIs = () => dayOf(new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Berlin" }));
export const dayOf = (iso) => Math.round(Date.parse(`${iso}T00:00:00Z`) / MILLIS);
export const isoOf = (day) => new Date(day * MILLIS).toISOString().slice(0, 10);

export class Season {
  constructor(data) {
    this.first = dayOf(data.first);
    this.last = dayOf(data.last);
    this.stops = data.stops; // in streets, by town and name
    const labels = new Map(data.trees.map(({ id, label }, rank) => [id, { label, rank }]));
    const places = new Map(data.stops.map((stop) => [stop.id, { ...stop, inStreet: true }]));
    for (const one of data.resting) places.set(one.id, { ...one, inStreet: false });
    this.visits = data.visits.map((one) => ({
      ...one,
      place: places.get(one.stop),
      first: dayOf(one.first),
      last: dayOf(one.last),
      trees: one.trees.map((id) => labels.get(id)),
    }));
    this.ofStop = grouped(this.visits);
    this.arrivals = arrivals(this.visits);
    this.arrivalsAt = grouped(this.arrivals);
    this.turns = [...new Set(this.visits.flatMap((one) => [one.first, one.last + 1]))].sort((a, b) => a - b);
  }

  holds(day) {
    return this.first <= day && day <= this.last;
  }

  /** Between two turns nothing changes but the date. */
  turnBefore(day) {
    let [low, high] = [0, this.turns.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.turns[middle] <= day) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A stop on the day: how many trees, their labels, until when, and who comes next. */
  stateOf(stop, day) {
    const here = (this.ofStop.get(stop.id) ?? []).filter((one) => one.first <= day && day <= one.last);
    const trees = here.flatMap((one) => one.trees).sort((a, b) => a.rank - b.rank);
    return {
      stop,
      count: trees.length,
      labels: trees.map(({ label }) => label),
      until: here.reduce((latest, one) => (latest && latest.last >= one.last ? latest : one), null),
      coming: this.arrivalsAt.get(stop.id)?.find((one) => one.first > day) ?? null,
    };
  }

  /** All stops in the list's order: where trees stand, where some are to come, the rest. */
  statesOn(day) {
    const rank = (state) => (state.count ? 0 : 2) + (state.coming ? 0 : 1);
    return this.stops.map((stop) => this.stateOf(stop, day)).sort((a, b) => rank(a) - rank(b));
  }

  /** Winter quarters that hold trees on the day. */
  restingOn(day) {
    const counts = new Map();
    for (const one of this.visits) {
      if (one.place.inStreet || one.first > day || one.last < day) continue;
      counts.set(one.place, (counts.get(one.place) ?? 0) + one.trees.length);
    }
    return [...counts].map(([place, count]) => ({ place, count })).sort((a, b) => (a.place.title < b.place.title ? -1 : 1));
  }

  arrivalsAfter(day) {
    return this.arrivals.filter((one) => one.first > day);
  }
}

/** Visits that begin on one day at one stop, of one fleet, as one arrival; in the order of days, towns and stops. */
function arrivals(visits) {
  const found = new Map();
  for (const one of visits) {
    const key = `${one.first}/${one.stop}/${one.fleet}`;
    const known = found.get(key) ?? { first: one.first, stop: one.stop, fleet: one.fleet, place: one.place, trees: new Set() };
    for (const tree of one.trees) known.trees.add(tree);
    found.set(key, known);
  }
  const name = ({ place }) => `${place.municipality}\n${place.title}`;
  return [...found.values()]
    .map((one) => ({ ...one, count: one.trees.size }))
    .sort((a, b) => a.first - b.first || (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : a.stop - b.stop));
}

function grouped(all) {
  const found = new Map();
  for (const one of all) {
    if (found.has(one.stop)) found.get(one.stop).push(one);
    else found.set(one.stop, [one]);
  }
  return found;
}
