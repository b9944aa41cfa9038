// Place names on a canvas: the largest places first, a name that would touch another one is left out.
import L from "leaflet";
import { once } from "../lib/dom.js";

const classes = [
  { from: 0, least: 60000, size: 14, weight: 600 },
  { from: 7, least: 24000, size: 13, weight: 600 },
  { from: 8, least: 9000, size: 13, weight: 500 },
  { from: 9, least: 3000, size: 13, weight: 500 },
  { from: 10, least: 800, size: 12, weight: 400 },
  { from: 11, least: 0, size: 12, weight: 400 },
];

export function leastPopulation(zoom) {
  return classes.filter((entry) => zoom >= entry.from).at(-1).least;
}

function styleFor(population, zoom) {
  const entry = classes.find((one) => population >= one.least);
  const grow = Math.max(0, Math.min(4, zoom - entry.from - 2));
  return { size: entry.size + grow, weight: entry.weight };
}

const GRID_FROM = 13;
const DEGREE = 111320;
const LON_SCALE = Math.cos((50.9 * Math.PI) / 180);

/** A faint grid of round lengths, so that one sees how far one has moved where no border is in view. */
function drawGrid(context, map, size, margin) {
  const pixels = 256 * 2 ** map.getZoom() / 40075017 / LON_SCALE;
  const metres = [50, 100, 250, 500, 1000, 2000].find((length) => length * pixels > 90) ?? 5000;
  const [dLat, dLon] = [metres / DEGREE, metres / DEGREE / LON_SCALE];
  const northWest = map.containerPointToLatLng(margin.multiplyBy(-1));
  const southEast = map.containerPointToLatLng(size.add(margin));
  context.beginPath();
  for (let lat = Math.ceil(southEast.lat / dLat) * dLat; lat < northWest.lat; lat += dLat) {
    const y = Math.round(map.latLngToContainerPoint([lat, northWest.lng]).y) + 0.5;
    context.moveTo(-margin.x, y);
    context.lineTo(size.x + margin.x, y);
  }
  for (let lon = Math.ceil(northWest.lng / dLon) * dLon; lon < southEast.lng; lon += dLon) {
    const x = Math.round(map.latLngToContainerPoint([northWest.lat, lon]).x) + 0.5;
    context.moveTo(x, -margin.y);
    context.lineTo(x, size.y + margin.y);
  }
  context.lineWidth = 1;
  context.strokeStyle = "rgba(140, 125, 95, 0.16)";
  context.stroke();
}

const overlap = (one, other) => one[0] < other[2] && one[2] > other[0] && one[1] < other[3] && one[3] > other[1];

/** Where markers, clusters and names of zones lie now: a name moves below them. */
function obstacles(map) {
  const boxes = [];
  for (const node of map.getPane("markerPane").children) {
    const at = L.DomUtil.getPosition(node);
    if (!at) continue;
    const { x, y } = map.layerPointToContainerPoint(at);
    const half = node.offsetWidth / 2 + 3;
    boxes.push([x - half, y - half, x + half, y + half]);
  }
  const frame = map.getContainer().getBoundingClientRect();
  for (const node of map.getPane("zones")?.querySelectorAll(".zone-name") ?? []) {
    if (node.style.visibility === "hidden") continue;
    const { left, top, right, bottom } = node.getBoundingClientRect();
    boxes.push([left - frame.left - 3, top - frame.top - 3, right - frame.left + 3, bottom - frame.top + 3]);
  }
  return boxes;
}

export const LabelLayer = L.Layer.extend({
  initialize(features) {
    this._places = features
      .map(({ geometry, properties }) => ({
        at: L.latLng(geometry.coordinates[1], geometry.coordinates[0]),
        name: properties.name,
        population: Number(properties.population ?? properties.einwohner ?? 0),
      }))
      .sort((a, b) => b.population - a.population);
  },

  onAdd(map) {
    this._canvas = L.DomUtil.create("canvas", "labels leaflet-zoom-hide", map.getPane("labels"));
    this._canvas.setAttribute("aria-hidden", "true");
    map.on("moveend zoomend resize", this.redraw, this);
    this._later = once(() => this.redraw(), 350);
    map.on("moveend zoomend markers:changed names:changed", this._later);
    document.fonts?.ready.then(() => this._canvas && this.redraw());
    this.redraw();
  },

  onRemove(map) {
    map.off("moveend zoomend resize", this.redraw, this);
    map.off("moveend zoomend markers:changed names:changed", this._later);
    this._canvas.remove();
    this._canvas = null;
  },

  redraw() {
    const map = this._map;
    if (!map) return;
    const size = map.getSize();
    const margin = size.multiplyBy(0.25).round();
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [size.x + 2 * margin.x, size.y + 2 * margin.y];
    Object.assign(this._canvas, { width: width * ratio, height: height * ratio });
    this._canvas.style.width = `${width}px`;
    this._canvas.style.height = `${height}px`;
    L.DomUtil.setPosition(this._canvas, map.containerPointToLayerPoint(margin.multiplyBy(-1)));
    const context = this._canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.translate(margin.x, margin.y);
    this._draw(context, map, margin, size);
  },

  _draw(context, map, margin, size) {
    const zoom = map.getZoom();
    const least = leastPopulation(zoom);
    if (zoom >= GRID_FROM) drawGrid(context, map, size, margin);
    const markers = obstacles(map);
    const taken = [];
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    for (const place of this._places) {
      if (place.population < least) break;
      const { x, y: middle } = map.latLngToContainerPoint(place.at);
      let y = middle;
      if (x < -margin.x || y < -margin.y || x > size.x + margin.x || y > size.y + margin.y) continue;
      const style = styleFor(place.population, zoom);
      context.font = `${style.weight} ${style.size}px "Fira Sans", sans-serif`;
      const half = context.measureText(place.name).width / 2 + 4;
      const boxAt = (height) => [x - half, height - style.size * 0.8, x + half, height + style.size * 0.8];
      const hit = markers.find((other) => overlap(boxAt(y), other));
      if (hit) y = hit[3] + style.size * 0.9;
      const box = boxAt(y);
      if (taken.some((other) => overlap(box, other)) || (hit && markers.some((other) => overlap(box, other)))) continue;
      taken.push(box);
      context.lineWidth = 4;
      context.strokeStyle = "rgba(255, 255, 255, 0.9)";
      context.strokeText(place.name, x, y);
      context.fillStyle = "#3a4458";
      context.fillText(place.name, x, y);
    }
  },
});
