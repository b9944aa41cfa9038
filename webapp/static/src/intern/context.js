// What stands around: the objects already in the register, as dots that show where the streets and houses are.
import L from "leaflet";
import { loadJson } from "../lib/load.js";

const style = { radius: 4, weight: 1.5, color: "#5b6a80", fillColor: "#fff", fillOpacity: 0.9, interactive: false, pmIgnore: true };

export async function showContext(map, url) {
  try {
    const { data } = await loadJson(url);
    for (const { geometry } of data.features ?? []) {
      const [lon, lat] = geometry.coordinates;
      L.circleMarker([lat, lon], style).addTo(map);
    }
  } catch {
    // the form works without them
  }
}
