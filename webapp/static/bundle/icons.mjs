// Pictures of the icon for home screens, drawn from the SVG at each build: in the sizes that phones ask for, on white where
// the phone cuts a shape out of it.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";

const sizes = { "icon-192.png": 192, "icon-512.png": 512 };
const onWhite = { "icon-180.png": [180, 0.8], "icon-maskable.png": [512, 0.62] };
let ready = null;

function render(svg, width) {
  return Buffer.from(new Resvg(svg, { fitTo: { mode: "width", value: width } }).render().asPng());
}

/** The drawing in the middle of a white square, so small that its corners survive a round mask. */
function framed(svg, share) {
  const [x, y, width, height] = /viewBox="([^"]+)"/.exec(svg)[1].split(" ").map(Number);
  const side = Math.max(width, height) / share;
  const [left, top] = [x - (side - width) / 2, y - (side - height) / 2];
  return svg
    .replace(/viewBox="[^"]+"/, `viewBox="${left} ${top} ${side} ${side}"`)
    .replace(/>/, `><rect x="${left}" y="${top}" width="${side}" height="${side}" fill="#fff"/>`);
}

export async function iconPictures(svg) {
  ready ??= readFile(createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm")).then((wasm) => initWasm(wasm));
  await ready;
  const made = {};
  for (const [name, size] of Object.entries(sizes)) made[name] = render(svg, size);
  for (const [name, [size, share]] of Object.entries(onWhite)) made[name] = render(framed(svg, share), size);
  return made;
}
