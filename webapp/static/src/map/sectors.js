// Fans of view: degrees clockwise from north.
export function width([from, to]) {
  const span = (((to - from) % 360) + 360) % 360;
  return span === 0 && to !== from ? 360 : span;
}

function point(degrees, radius, centre) {
  const angle = (degrees * Math.PI) / 180;
  const round = (value) => Math.round(value * 100) / 100;
  return [round(centre + radius * Math.sin(angle)), round(centre - radius * Math.cos(angle))];
}

/** SVG path of one sector around (centre, centre). */
export function sectorPath([from, to], radius, centre) {
  const span = width([from, to]);
  if (span >= 360) {
    const [x, top, bottom] = [centre, centre - radius, centre + radius];
    return `M${x} ${top}A${radius} ${radius} 0 1 1 ${x} ${bottom}A${radius} ${radius} 0 1 1 ${x} ${top}Z`;
  }
  const [x1, y1] = point(from, radius, centre);
  const [x2, y2] = point(from + span, radius, centre);
  return `M${centre} ${centre}L${x1} ${y1}A${radius} ${radius} 0 ${span > 180 ? 1 : 0} 1 ${x2} ${y2}Z`;
}
