// Bundles webapp/static/src into webapp/static/dist: `npm run build` (or `npm run watch`).
// File names carry a hash; dist/manifest.json maps "public.js" to "public-XXXXXXXX.js" for webapp/assets.py.
// Nothing is inlined as a data: address, because the content security policy of every page refuses those.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { fontSubset } from "./bundle/font-subset.mjs";
import { inlinedImages } from "./bundle/inlined-images.mjs";
import { kernSubset } from "./bundle/kern-subset.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../..");
const source = path.join(here, "src");
const target = path.join(here, "dist");

const entries = ["public.js", "intern.js", "passkeys.js", "main.css", "intern.css", "print.css"];
const images = ["icon.svg"];

const options = {
  absWorkingDir: root,
  entryPoints: entries.map((name) => ({ in: path.join(source, name), out: name.replace(/\.(js|css)$/, "") })),
  outdir: target,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox114", "safari16.4"],
  minify: true,
  sourcemap: false,
  metafile: true,
  legalComments: "linked",
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".png": "file", ".svg": "file", ".gif": "file", ".woff2": "file" },
  plugins: [inlinedImages(/leaflet-geoman\.css$/), kernSubset({ ownCss: path.join(source, "css"), root }), fontSubset()],
  logLevel: "warning",
};

async function clean() {
  await mkdir(target, { recursive: true });
  for (const name of await readdir(target)) await rm(path.join(target, name), { recursive: true });
}

async function copyImages() {
  const copied = {};
  for (const name of images) {
    const bytes = await readFile(path.join(source, "img", name));
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
    copied[name] = name.replace(/\.(\w+)$/, `-${hash}.$1`);
    await writeFile(path.join(target, copied[name]), bytes);
  }
  return copied;
}

async function writeManifest(metafile) {
  const manifest = await copyImages();
  for (const [file, output] of Object.entries(metafile.outputs)) {
    if (!output.entryPoint) continue;
    const name = path.basename(output.entryPoint);
    if (entries.includes(name)) manifest[name] = path.basename(file);
  }
  const missing = entries.filter((name) => !manifest[name]);
  if (missing.length) throw new Error(`the bundle lacks ${missing.join(", ")}`);
  const mapChunk = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint?.endsWith("map/index.js"));
  if (mapChunk) manifest["map.js"] = path.basename(mapChunk[0]);
  await writeFile(path.join(target, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

async function refuseInlined(metafile) {
  for (const file of Object.keys(metafile.outputs)) {
    if (!/\.css$/.test(file)) continue;
    const text = await readFile(path.join(root, file), "utf8");
    if (/url\(["']?data:/.test(text)) throw new Error(`${file} holds a data: address, which the policy refuses`);
  }
}

async function compress() {
  for (const name of await readdir(target)) {
    if (!/\.(js|css|svg|txt)$/.test(name)) continue;
    const file = path.join(target, name);
    const bytes = await readFile(file);
    if (bytes.length < 1024) continue;
    await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }));
    await writeFile(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  }
}

const afterBuild = {
  name: "manifest",
  setup(build) {
    build.onEnd(async (result) => {
      if (result.errors.length || !result.metafile) return;
      await refuseInlined(result.metafile);
      await compress();
      await writeManifest(result.metafile);
    });
  },
};

options.plugins.push(afterBuild);
await clean();
if (process.argv.includes("--watch")) {
  const context = await esbuild.context({ ...options, logLevel: "info" });
  await context.watch();
} else {
  await esbuild.build(options);
}
