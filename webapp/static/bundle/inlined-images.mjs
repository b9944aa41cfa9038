// Turns the icons that the drawing tools inline as data: addresses into files of their own.
import { readFile } from "node:fs/promises";

const inlined = /url\(\s*(["']?)data:image\/svg\+xml;?([^,]*),(.*?)\1\s*\)/g;

function decode(encoding, text) {
  return /base64/.test(encoding) ? Buffer.from(text, "base64") : Buffer.from(decodeURIComponent(text));
}

export function inlinedImages(filter) {
  const images = new Map();
  return {
    name: "inlined-images",
    setup(build) {
      build.onLoad({ filter }, async ({ path: file }) => {
        const css = (await readFile(file, "utf8")).replace(inlined, (_all, _quote, encoding, text) => {
          const name = `inlined:icon-${images.size + 1}.svg`;
          images.set(name, decode(encoding, text));
          return `url("${name}")`;
        });
        return { contents: css, loader: "css" };
      });
      build.onResolve({ filter: /^inlined:/ }, ({ path: name }) => ({ path: name, namespace: "inlined" }));
      build.onLoad({ filter: /.*/, namespace: "inlined" }, ({ path: name }) => ({ contents: images.get(name), loader: "file" }));
    },
  };
}
