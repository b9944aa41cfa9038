// A collection too large for one answer: asked for by what the map shows, and again when it shows something else.
import L from "leaflet";

/** So much around what is in view is asked for too, so that a small step needs no new answer. */
const MARGIN = 0.2;
/** Counted clusters nearer to each other than this (pixels) are drawn as one. */
const APART = 52;

/** The address for a view: its box on a fixed grid, so that visitors who look at the same town share one answer. */
export function viewOf(map) {
  const zoom = Math.round(map.getZoom());
  const box = map.getBounds().pad(MARGIN);
  const step = 360 / 2 ** (zoom + 1);
  const down = (value) => (Math.floor(value / step) * step).toFixed(5);
  const up = (value) => (Math.ceil(value / step) * step).toFixed(5);
  const [west, south, east, north] = [down(box.getWest()), down(box.getSouth()), up(box.getEast()), up(box.getNorth())];
  return { zoom, bounds: L.latLngBounds([south, west], [north, east]), query: `zoom=${zoom}&bbox=${west},${south},${east},${north}` };
}

export function withView(url, view) {
  return `${url}${url.includes("?") ? "&" : "?"}${view.query}`;
}

/** Whether the answer to one view still says all about another. */
export function covers(view, map) {
  return Boolean(view) && view.zoom === Math.round(map.getZoom()) && view.bounds.contains(map.getBounds());
}

/** Counted clusters as latitude, longitude and size; those that would cover each other are put together. */
export function merged(map, clusters) {
  const drawn = [];
  for (const [lon, lat, size] of [...clusters].sort((a, b) => b[2] - a[2])) {
    const spot = map.project([lat, lon]);
    const near = drawn.find((one) => Math.abs(one.spot.x - spot.x) < APART && Math.abs(one.spot.y - spot.y) < APART);
    if (near) near.size += size;
    else drawn.push({ lat, lon, size, spot });
  }
  return drawn;
}
