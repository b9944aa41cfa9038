// The objects on the map: loading, clustering, finding the marker of a list entry.
import L from "leaflet";
import "leaflet.markercluster";
import { calm, once } from "../lib/dom.js";
import { loadJson } from "../lib/load.js";
import { keepApart } from "./apart.js";
import { clusterIcon, markerIcon, nameOf, redraw, treeClusterIcon } from "./icons.js";
import { covers, merged, viewOf, withView } from "./moving.js";
import { popupContent } from "./popup.js";

export class Features {
  constructor(map, { kind, noun = kind, cluster = true, moving = false, notice }) {
    Object.assign(this, { map, kind, noun, moving, notice, byId: new Map(), url: null, view: null, wanted: null, loading: false, aborter: null, listeners: [] });
    this.group = cluster
      ? L.markerClusterGroup({
          maxClusterRadius: (zoom) => (zoom >= 17 ? 36 : 60), // signs do not cover each other
          spiderfyOnMaxZoom: true,
          spiderfyDistanceMultiplier: 2.1, // the signs stand clear of the cluster and of each other
          showCoverageOnHover: false,
          animate: !calm(),
          iconCreateFunction: (one) => (kind === "trees" ? treeClusterIcon(one.getAllChildMarkers()) : clusterIcon(one.getChildCount(), kind, noun)),
        })
      : L.featureGroup();
    this.group.addTo(map);
    if (cluster) keepApart(map, this.group);
    this.counted = L.featureGroup().addTo(map); // clusters that the server has counted
    if (moving) map.on("movestart", () => (map.getContainer().dataset.moving = "")).on("moveend", once(() => this.follow(), 120));
    addEventListener("online", () => this.url && this.load(this.url));
  }

  onChange(listener) {
    this.listeners.push(listener);
  }

  async load(url, { fit = false } = {}) {
    this.url = url;
    this.aborter?.abort();
    this.aborter = new AbortController();
    this.loading = true;
    this.notice.loading();
    try {
      const view = this.moving ? viewOf(this.map) : null;
      const { data, stale } = await loadJson(view ? withView(url, view) : url, this.aborter.signal);
      this.view = data.complete ? null : view;
      this.loading = false;
      this.show(data.features ?? [], data.clusters ?? []);
      if (stale) this.notice.stale();
      else this.notice.hide();
      if (fit) this.fit();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.loading = false;
      if (this.wanted) this.open(this.wanted);
      this.notice.failed(() => this.load(url, { fit }), error.isTooSlow);
    }
  }

  /** After the map has moved: what is there now, unless the last answer holds it. */
  follow() {
    if (this.url && this.view && !covers(this.view, this.map)) this.load(this.url);
    delete this.map.getContainer().dataset.moving; // what is to be asked for is asked for
  }

  show(features, clusters = []) {
    const open = this.openId();
    const hadFocus = this.map.getContainer().contains(document.activeElement) && document.activeElement?.matches(".leaflet-marker-icon");
    const focused = hadFocus ? this.idOf(document.activeElement) : null;
    this.group.clearLayers();
    this.showCounted(clusters);
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
    const counted = clusters.reduce((sum, [, , size]) => sum + size, 0);
    this.map.getContainer().dataset.shown = String(markers.length + counted); // how many it holds, clustered or not; says that it is done
    if (hadFocus && !document.activeElement?.matches(".leaflet-marker-icon")) (this.element(focused) ?? this.map.getContainer()).focus({ preventScroll: true }); // the sign that had it is drawn anew, or gone
    this.map.fire("markers:changed");
    for (const listener of this.listeners) listener();
    if (this.wanted && this.byId.has(this.wanted)) this.open(this.wanted);
    else if (!this.view) this.wanted = null;
  }

  /** The same objects on another day: only the signs that differ are drawn anew, where they are. */
  update(features) {
    const changed = [];
    const wanted = new Set(features.map(({ properties }) => String(properties.id)));
    for (const [id, marker] of this.byId) {
      if (wanted.has(id)) continue;
      this.group.removeLayer(marker);
      this.byId.delete(id);
    }
    for (const { geometry, properties } of features) {
      const known = this.byId.get(String(properties.id));
      const before = known?.options.properties;
      if (!known) {
        const marker = this.marker(geometry.coordinates, properties);
        this.byId.set(String(properties.id), marker);
        this.group.addLayer(marker);
      } else if (before.status_label !== properties.status_label || before.note !== properties.note) {
        known.options.properties = properties;
        redraw(known);
        changed.push(known);
      }
    }
    if (changed.length) this.group.refreshClusters?.(changed);
    this.map.getContainer().dataset.shown = String(this.byId.size);
    if (this.openId() && changed.some((marker) => marker.isPopupOpen())) this.map._popup.update();
    this.map.fire("markers:changed");
    for (const listener of this.listeners) listener();
  }

  showCounted(clusters) {
    this.counted.clearLayers();
    for (const { lat, lon, size } of merged(this.map, clusters)) {
      const icon = clusterIcon(size, this.kind, this.noun);
      const marker = L.marker([lat, lon], { icon, keyboard: true, size, alt: icon.options.label });
      marker.on("click", () => this.map.setView([lat, lon], Math.min(this.map.getZoom() + 2, this.map.getMaxZoom()), { animate: !calm() }));
      this.counted.addLayer(marker);
    }
  }

  /** How many objects are in view: those drawn one by one, and those in counted clusters. */
  countInView() {
    const view = this.map.getBounds();
    let sum = this.inView().length;
    this.counted.eachLayer((marker) => {
      if (view.contains(marker.getLatLng())) sum += marker.options.size;
    });
    return sum;
  }

  get isCounted() {
    return this.counted.getLayers().length > 0;
  }

  marker([lon, lat], properties) {
    const marker = L.marker([lat, lon], { icon: markerIcon(properties), keyboard: true, riseOnHover: true, properties, alt: nameOf(properties) });
    const maxWidth = Math.min(300, this.map.getSize().x - 130); // beside the map's buttons, on a phone too
    marker.bindPopup(() => popupContent(marker.options.properties), { maxWidth, minWidth: Math.min(230, maxWidth), autoPanPaddingTopLeft: [16, 16], autoPanPaddingBottomRight: [60, 16] });
    return marker;
  }

  openId() {
    const source = this.map._popup?.isOpen() ? this.map._popup._source : null;
    return source?.options.properties ? String(source.options.properties.id) : null;
  }

  bounds() {
    return L.latLngBounds([...this.byId.values(), ...this.counted.getLayers()].map((marker) => marker.getLatLng()));
  }

  /** All of it in sight; around counted clusters some room, since their middles are not their edges. */
  fit() {
    const bounds = this.bounds();
    if (bounds.isValid()) this.map.fitBounds(this.isCounted ? bounds.pad(0.2) : bounds, { padding: [48, 48], maxZoom: 15, animate: false });
  }

  anyInView() {
    const view = this.map.getBounds();
    return [...this.byId.values(), ...this.counted.getLayers()].some((marker) => view.contains(marker.getLatLng()));
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

  /** The object whose own sign is this element. */
  idOf(node) {
    for (const [id, marker] of this.byId) if (marker.getElement?.() === node) return id;
    return null;
  }

  /** Opens an object, when an answer is on its way after that; one that is not on the map now is gone to first, if
      somebody knows where it is. */
  open(id, at) {
    const marker = this.byId.get(String(id));
    this.wanted = this.view || this.loading ? String(id) : null; // a step nearer may bring new answers before it is there
    if (this.loading && (marker || !at)) return;
    if (!marker) {
      if (!at || !this.view) return;
      this.map.setView(at, Math.max(this.map.getZoom(), 18), { animate: false });
      return;
    }
    this.map.openedByKey = true;
    // After the zoom is over: its end folds up again whatever the zoom has spread out.
    if (this.group.zoomToShowLayer) this.group.zoomToShowLayer(marker, () => setTimeout(() => this.reveal(marker)));
    else this.reveal(marker);
  }

  /** Several objects on one spot stay a cluster at any zoom; it is spread out first. */
  reveal(marker) {
    this.wanted = null;
    const shown = this.group.getVisibleParent?.(marker);
    if (shown && shown !== marker) shown.spiderfy();
    marker.openPopup();
  }
}
