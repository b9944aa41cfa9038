// The objects on the map: loading, clustering, finding the marker of a list entry.
import L from "leaflet";
import "leaflet.markercluster";
import { calm } from "../lib/dom.js";
import { loadJson } from "../lib/load.js";
import { clusterIcon, markerIcon, nameOf } from "./icons.js";
import { popupContent } from "./popup.js";

export class Features {
  constructor(map, { kind, cluster = true, notice }) {
    Object.assign(this, { map, kind, notice, byId: new Map(), url: null, aborter: null, listeners: [] });
    this.group = cluster
      ? L.markerClusterGroup({
          maxClusterRadius: (zoom) => (zoom >= 17 ? 36 : 60), // signs do not cover each other
          spiderfyOnMaxZoom: true,
          spiderfyDistanceMultiplier: 2.1, // the signs stand clear of the cluster and of each other
          showCoverageOnHover: false,
          animate: !calm(),
          iconCreateFunction: (one) => clusterIcon(one, kind),
        })
      : L.featureGroup();
    this.group.addTo(map);
    addEventListener("online", () => this.url && this.load(this.url));
  }

  onChange(listener) {
    this.listeners.push(listener);
  }

  async load(url, { fit = false } = {}) {
    this.url = url;
    this.aborter?.abort();
    this.aborter = new AbortController();
    this.notice.loading();
    try {
      const { data, stale } = await loadJson(url, this.aborter.signal);
      this.show(data.features ?? []);
      if (stale) this.notice.stale();
      else this.notice.hide();
      if (fit) this.fit();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.notice.failed(() => this.load(url, { fit }));
    }
  }

  show(features) {
    const open = this.openId();
    this.group.clearLayers();
    this.byId.clear();
    const markers = [];
    for (const { geometry, properties } of features) {
      if (geometry?.type !== "Point") continue;
      const marker = this.marker(geometry.coordinates, { kind: this.kind, ...properties });
      this.byId.set(String(properties.id), marker);
      markers.push(marker);
    }
    if (this.group.addLayers) this.group.addLayers(markers);
    else markers.forEach((marker) => this.group.addLayer(marker));
    if (open && this.byId.has(open)) this.byId.get(open).openPopup();
    this.map.getContainer().dataset.shown = String(markers.length); // how many it holds, clustered or not; says that it is done
    this.map.fire("markers:changed");
    for (const listener of this.listeners) listener();
  }

  marker([lon, lat], properties) {
    const marker = L.marker([lat, lon], { icon: markerIcon(properties), keyboard: true, riseOnHover: true, properties, alt: nameOf(properties) });
    const maxWidth = Math.min(300, this.map.getSize().x - 130); // beside the map's buttons, on a phone too
    marker.bindPopup(() => popupContent(properties), { maxWidth, minWidth: Math.min(230, maxWidth), autoPanPaddingTopLeft: [16, 16], autoPanPaddingBottomRight: [60, 16] });
    return marker;
  }

  openId() {
    const source = this.map._popup?.isOpen() ? this.map._popup._source : null;
    return source?.options.properties ? String(source.options.properties.id) : null;
  }

  bounds() {
    return L.latLngBounds([...this.byId.values()].map((marker) => marker.getLatLng()));
  }

  fit() {
    const bounds = this.bounds();
    if (bounds.isValid()) this.map.fitBounds(bounds, { padding: [48, 48], maxZoom: 15, animate: false });
  }

  anyInView() {
    const view = this.map.getBounds();
    return [...this.byId.values()].some((marker) => view.contains(marker.getLatLng()));
  }

  inView() {
    const view = this.map.getBounds();
    return [...this.byId.values()].filter((marker) => view.contains(marker.getLatLng())).map((marker) => marker.options.properties);
  }

  /** The element that stands for an object now: its marker, or the cluster that holds it. */
  element(id) {
    const marker = this.byId.get(String(id));
    if (!marker) return null;
    return (this.group.getVisibleParent?.(marker) ?? marker).getElement?.() ?? null;
  }

  open(id) {
    const marker = this.byId.get(String(id));
    if (!marker) return;
    this.map.openedByKey = true;
    // After the zoom is over: its end folds up again whatever the zoom has spread out.
    if (this.group.zoomToShowLayer) this.group.zoomToShowLayer(marker, () => setTimeout(() => this.reveal(marker)));
    else marker.openPopup();
  }

  /** Several objects on one spot stay a cluster at any zoom; it is spread out first. */
  reveal(marker) {
    const shown = this.group.getVisibleParent(marker);
    if (shown && shown !== marker) shown.spiderfy();
    marker.openPopup();
  }
}
