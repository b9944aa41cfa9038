// The direction grammar of viewpoints, as the server has it: "67-292", "NNO-SW; 180", "0-360" is the panorama.
const german = ["N", "NNO", "NO", "ONO", "O", "OSO", "SO", "SSO", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"];
const english = german.map((name) => name.replaceAll("O", "E"));
const DEFAULT_OPENING = 45;

export function nameOfDegrees(degrees) {
  return german[Math.round((((degrees % 360) + 360) % 360) / 22.5) % 16];
}

function degreesOf(text) {
  const word = text.trim().replace(/°$/, "").trim().toUpperCase();
  if (/^\d{1,3}([.,]\d+)?$/.test(word)) {
    const value = Number(word.replace(",", "."));
    return value <= 360 ? value : null;
  }
  const at = Math.max(german.indexOf(word), english.indexOf(word));
  return at < 0 ? null : at * 22.5;
}

/** Sectors [[from, to], …] with `assumed` for a lone value; null for text that is no direction. */
export function parseDirections(text) {
  const sectors = [];
  let assumed = false;
  for (const part of text.split(";").map((one) => one.trim()).filter(Boolean)) {
    const ends = part.replaceAll("–", "-").replaceAll("°", "").split("-").map(degreesOf);
    if (ends.some((value) => value === null) || ends.length > 2) return null;
    if (ends.length === 2) {
      if (ends[0] === ends[1]) return null;
      sectors.push(ends);
    } else {
      assumed = true;
      sectors.push([(ends[0] - DEFAULT_OPENING / 2 + 360) % 360, (ends[0] + DEFAULT_OPENING / 2) % 360]);
    }
  }
  return sectors.length ? { sectors, assumed } : null;
}

export function writeDirections(sectors) {
  return sectors.map(([from, to]) => `${Math.round(from)}-${Math.round(to)}`).join("; ");
}
