// Cuts the fonts that the style sheets name down to the characters a German or English page can hold
// (Latin with all European letters, punctuation, arrows, a few symbols): 130 KB become about 25 KB a weight.
import { readFile } from "node:fs/promises";
import path from "node:path";
import subsetFont from "subset-font";

const ranges = [
  [0x20, 0x7e],
  [0xa0, 0x17f],
  [0x218, 0x21b],
  [0x1e9e, 0x1e9e],
  [0x2010, 0x2027],
  [0x2030, 0x203a],
  [0x2070, 0x2079],
  [0x2080, 0x2089],
  [0x20ac, 0x20ac],
  [0x2190, 0x2199],
  [0x2212, 0x2212],
  [0x2248, 0x2265],
];

function characters() {
  let text = "";
  for (const [from, to] of ranges) for (let code = from; code <= to; code++) text += String.fromCodePoint(code);
  return text;
}

export function fontSubset() {
  const done = new Map();
  return {
    name: "font-subset",
    setup(build) {
      build.onLoad({ filter: /\.woff2$/ }, async ({ path: file }) => {
        if (!done.has(file)) {
          done.set(file, await subsetFont(await readFile(file), characters(), { targetFormat: "woff2" }));
        }
        return { contents: done.get(file), loader: "file", resolveDir: path.dirname(file) };
      });
    },
  };
}
