// The words that scripts say, in the language of the page.
export const language = document.documentElement.lang === "en" ? "en" : "de";
// How numbers and days are written: English as in Britain, as the server does it.
const locale = language === "en" ? "en-GB" : "de-DE";

const words = {
  de: {
    vacancies: ["1 Leerstand", "{n} Leerstände"],
    trees: ["1 Standplatz", "{n} Standplätze"],
    viewpoints: ["1 Blickpunkt", "{n} Blickpunkte"],
    pilots: ["1 Pilotstandort", "{n} Pilotstandorte"],
    units: ["1 Nutzungseinheit", "{n} Nutzungseinheiten"],
    objects: ["1 Objekt", "{n} Objekte"],
    inView: "{what} im Kartenausschnitt",
    noneInView: "Im Kartenausschnitt liegt nichts. Verschieben oder verkleinern Sie die Karte.",
    tooManyInView: "Das sind zu viele für eine Liste. Vergrößern Sie die Karte, oder wählen Sie Filter.",
    clusterHint: "{what}, vergrößern",
    thousands: "{n} Tsd.",
    details: "Details",
    close: "Schließen",
    sample: "Beispiel",
    zoomIn: "Karte vergrößern",
    zoomOut: "Karte verkleinern",
    locate: "Meinen Standort zeigen",
    locateOutside: "Ihr Standort liegt außerhalb der Karte von Thüringen.",
    locateFailed: "Ihr Standort ist nicht bekannt. Vielleicht ist die Freigabe im Browser ausgeschaltet.",
    locateAccuracy: "Sie sind hier, auf {distance} {unit} genau.",
    meters: "Meter",
    mapHelp: "Pfeiltasten verschieben die Karte, Plus und Minus ändern den Maßstab, Tab geht von Objekt zu Objekt, Eingabe öffnet, Escape schließt. Die Liste enthält dasselbe wie die Karte.",
    loading: "Karte wird geladen …",
    failed: "Die Objekte konnten nicht geladen werden.",
    tooSlow: "Das dauerte zu lange. Bitte einen kleineren Ausschnitt, einen anderen Tag oder weitere Filter wählen.",
    offline: "Keine Verbindung zum Netz. Die Karte zeigt, was schon geladen war.",
    retry: "Erneut versuchen",
    updated: "{what} gefunden",
    copied: "Link kopiert",
    copyFailed: "Bitte kopieren Sie die Adresse aus der Adresszeile.",
    play: "Abspielen",
    pause: "Anhalten",
    show: "Zeigen",
    pointSet: "Punkt gesetzt: {lat}, {lon}",
    pointMissing: "Noch kein Punkt gesetzt. Klicken Sie auf die Karte.",
    pointHere: "Gewählter Punkt, mit der Maus oder den Pfeiltasten verschieben",
    undo: "Rückgängig",
    undone: "Letzter Schritt zurückgenommen",
    clear: "Umriss entfernen",
    drawn: "Umriss mit {n} Ecken",
    notDrawn: "Kein Umriss gezeichnet",
    drawPolygon: "Umriss zeichnen",
    drawRectangle: "Rechteck zeichnen",
    editLayers: "Ecken verschieben",
    dragLayers: "Umriss verschieben",
    removeLayers: "Umriss löschen",
    direction: "Blickrichtung {deg} Grad, {name}",
    directionHandle: "Blickrichtung",
    directionNone: "Noch keine Blickrichtung",
    opening: "Öffnung {deg} Grad",
    directionBad: "Das ist keine Richtung. Beispiele: 67-292, N-NO oder 180.",
    compassOn: "Kompass anhalten",
    compassOff: "Kompass des Geräts verwenden",
    compassNone: "Dieses Gerät meldet keine Richtung.",
    panorama: "Rundblick",
    photosEach: "Jedes Foto braucht seine eigene Beschreibung.",
    proposed: "Vorgeschlagen",
    branchOther: "WZ {edition}",
    branchGroup: "Sortiment",
    unchecked: "Zuordnung noch nicht geprüft",
    assumed: "Öffnung von 45 Grad angenommen",
  },
  en: {
    vacancies: ["1 vacancy", "{n} vacancies"],
    trees: ["1 tree stop", "{n} tree stops"],
    viewpoints: ["1 viewpoint", "{n} viewpoints"],
    pilots: ["1 pilot site", "{n} pilot sites"],
    objects: ["1 object", "{n} objects"],
    inView: "{what} in this part of the map",
    noneInView: "There is nothing in this part of the map. Move the map or zoom out.",
    tooManyInView: "These are too many for a list. Zoom in, or choose filters.",
    clusterHint: "{what}, zoom in",
    thousands: "{n}k",
    details: "Details",
    close: "Close",
    sample: "Sample",
    zoomIn: "Zoom in",
    zoomOut: "Zoom out",
    locate: "Show where I am",
    locateOutside: "You are outside the map of Thuringia.",
    locateFailed: "Your position is not known. Perhaps your browser does not share it.",
    locateAccuracy: "You are here, give or take {distance} {unit}.",
    meters: "metres",
    mapHelp: "Arrow keys move the map, plus and minus change the scale, Tab goes from object to object, Enter opens, Escape closes. The list holds the same as the map.",
    loading: "Loading the map …",
    failed: "The objects could not be loaded.",
    tooSlow: "That took too long. Please choose a smaller part of the map, another day or more filters.",
    offline: "No network. The map shows what was loaded before.",
    retry: "Try again",
    updated: "{what} found",
    copied: "Link copied",
    copyFailed: "Please copy the address from the address bar.",
    play: "Play",
    pause: "Pause",
    show: "Show",
  },
};

/** The words for `key`, with {placeholders} filled in. */
export function t(key, values = {}) {
  const text = words[language][key] ?? words.de[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
}

/** "14 Leerstände": a count with its noun. */
export function count(n, kind) {
  const [one, many] = words[language][kind] ?? words[language].objects;
  return n === 1 ? one : many.replace("{n}", number(n));
}

export function number(value) {
  return new Intl.NumberFormat(locale).format(value);
}

export function longDay(iso) {
  return new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${iso}T00:00:00Z`),
  );
}
