// The fonts of every page, cut to what German and English pages hold. A weight is two files: the letters that nearly every
// page needs, and the further European letters and signs, which a browser asks for only where a page has one of them.
// What the pages set in no other way (small capitals, old figures, fractions) is left out: 130 KB become 17 KB a weight.
import { readFile } from "node:fs/promises";
import path from "node:path";
import subsetFont from "subset-font";

const sets = {
  base: [
    [0x20, 0x7e],
    [0xa0, 0xff],
    [0x2013, 0x2014],
    [0x2018, 0x201a],
    [0x201c, 0x201e],
    [0x2022, 0x2022],
    [0x2026, 0x2026],
    [0x202f, 0x202f],
    [0x2039, 0x203a],
    [0x20ac, 0x20ac],
    [0x2190, 0x2193],
    [0x2212, 0x2212],
  ],
  more: [
    [0x100, 0x17f],
    [0x218, 0x21b],
    [0x1e9e, 0x1e9e],
    [0x2010, 0x2012],
    [0x2015, 0x2015],
    [0x2020, 0x2021],
    [0x2030, 0x2038],
    [0x2070, 0x2079],
    [0x2080, 0x2089],
    [0x2194, 0x2199],
    [0x2248, 0x2265],
  ],
};
const weights = { Regular: "400", Medium: "500", SemiBold: "600 700" };
// Kerning, accents, ligatures, and figures of one width for tables.
const keepFeatures = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum"];

const sign = (code) => code.toString(16).toUpperCase();
const unicodeRange = (ranges) => ranges.map(([from, to]) => `U+${sign(from)}${to > from ? `-${sign(to)}` : ""}`).join(",");

function characters(ranges) {
  let text = "";
  for (const [from, to] of ranges) for (let code = from; code <= to; code++) text += String.fromCodePoint(code);
  return text;
}

function faces() {
  let css = "";
  for (const [weight, numbers] of Object.entries(weights)) {
    for (const [set, ranges] of Object.entries(sets)) {
      css += `@font-face{font-family:"Fira Sans";src:url("font:${set}/FiraSans-${weight}.woff2") format("woff2");font-weight:${numbers};font-style:normal;font-display:swap;unicode-range:${unicodeRange(ranges)}}\n`;
    }
  }
  return css;
}

/** `@import "font:faces"` in a style sheet becomes the faces with their files. */
export function fontSubset({ root }) {
  const folder = path.join(root, "node_modules/@kern-ux/native/dist/fonts/fira-sans");
  const done = new Map();
  async function cut(name) {
    const [set, file] = name.split("/");
    return subsetFont(await readFile(path.join(folder, file)), characters(sets[set]), { targetFormat: "woff2", keepFeatures });
  }
  return {
    name: "font-subset",
    setup(build) {
      build.onResolve({ filter: /^font:/ }, ({ path: name }) => ({ path: name.slice(5), namespace: "font" }));
      build.onLoad({ filter: /^faces$/, namespace: "font" }, () => ({ contents: faces(), loader: "css" }));
      build.onLoad({ filter: /\.woff2$/, namespace: "font" }, async ({ path: name }) => {
        if (!done.has(name)) done.set(name, cut(name));
        return { contents: await done.get(name), loader: "file" };
      });
    },
  };
}
