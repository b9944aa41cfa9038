// Building DOM without markup strings, as the content security policy and safety want it.
const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Drawing instructions from marks.json as SVG nodes. The text is our own, never a visitor's. */
export function drawing(markup) {
  if (!drawn.has(markup)) {
    const parsed = new DOMParser().parseFromString(`<svg xmlns="${SVG}">${markup}</svg>`, "image/svg+xml");
    drawn.set(markup, [...parsed.documentElement.childNodes].map((node) => document.importNode(node, true)));
  }
  return drawn.get(markup).map((node) => node.cloneNode(true));
}

const drawn = new Map(); // read once each: a map draws the same few signs again and again

export function readJson(text) {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return null;
  }
}

export function once(callback, wait) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => callback(...values), wait);
  };
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
