// The direction grammar of viewpoints, as the server has it: "67-292", "NNO-SW; 180", "0-360" is the panorama.
const german = ["N", "NNO", "NO", "ONO", "O", "OSO", "SO", "SSO", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"];
const english = german.map((name) => name.replaceAll("O", "E"));
const DEFAULT_OPENING = 45;
const MOST_SECTORS = 12;
const LONGEST = 200;

export function nameOfDegrees(degrees) {
  return german[Math.round((((degrees % 360) + 360) % 360) / 22.5) % 16];
}

function degreesOf(text) {
  const trimmed = text.trim();
  const word = trimmed.replace(/°$/, "").trim().toUpperCase();
  if (/^\d{1,3}([.,]\d{1,2})?$/.test(word)) {
    const value = Number(word.replace(",", "."));
    return value <= 360 ? value : null;
  }
  if (trimmed.endsWith("°")) return null;
  const at = Math.max(german.indexOf(word), english.indexOf(word));
  return at < 0 ? null : at * 22.5;
}

/** Sectors [[from, to], …] with `assumed` for a lone value; null for text that is no direction. */
export function parseDirections(text) {
  const sectors = [];
  let assumed = false;
  const parts = text.split(";");
  if (parts.length > MOST_SECTORS || text.length > LONGEST) return null;
  for (const part of parts) {
    const raw = part.replaceAll("–", "-").split("-");
    const ends = raw.map(degreesOf);
    if (ends.some((value) => value === null) || ends.length > 2) return null;
    if (ends.length === 2) {
      const isPanorama = ends[0] === 0 && ends[1] === 360 && raw.every((end) => /^\s*\d/.test(end));
      if (!isPanorama && ends[0] % 360 === ends[1] % 360) return null;
      sectors.push(isPanorama ? ends : [ends[0] % 360, ends[1] % 360 || 360]);
    } else {
      assumed = true;
      sectors.push([(ends[0] - DEFAULT_OPENING / 2 + 360) % 360, (ends[0] + DEFAULT_OPENING / 2) % 360 || 360]);
    }
  }
  return sectors.length ? { sectors, assumed } : null;
}

export function writeDirections(sectors) {
  return sectors.map((ends) => ends.map((value) => Number(value.toFixed(1))).join("-")).join(";");
}
