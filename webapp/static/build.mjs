// Bundles webapp/static/src into webapp/static/dist: `npm run build` (or `npm run watch`).
// File names carry a hash; dist/manifest.json maps "public.js" to "public-XXXXXXXX.js" for webapp/assets.py.
// Nothing is inlined as a data: address, because the content security policy of every page refuses those.
// A build is made aside and then moved in file by file, the manifest last: a running server, or a second build at the
// same time, never sees half of one.
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { fontSubset } from "./bundle/font-subset.mjs";
import { iconPictures } from "./bundle/icons.mjs";
import { inlinedImages } from "./bundle/inlined-images.mjs";
import { kernSubset } from "./bundle/kern-subset.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../..");
const source = path.join(here, "src");
const target = path.join(here, "dist");
const aside = await mkdtemp(path.join(tmpdir(), "innenstadt-bundle-"));

const entries = ["public.js", "intern.js", "passkeys.js", "walk.js", "main.css", "intern.css", "walk.css", "print.css", "embed.js", "embed.css"];
// A service worker is one plain script: it may import nothing.
const workers = ["walk-sw.js", "visit-sw.js"];

/** The icon itself, and the pictures that phones make of it. */
async function makeIcons() {
  const drawing = await readFile(path.join(source, "img", "icon.svg"), "utf8");
  const copied = {};
  for (const [name, bytes] of Object.entries({ "icon.svg": Buffer.from(drawing), ...(await iconPictures(drawing)) })) {
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
    copied[name] = name.replace(/\.(\w+)$/, `-${hash}.$1`);
    await writeFile(path.join(aside, copied[name]), bytes);
  }
  return copied;
}

/** The chunk and all that it imports at once: what a page with a map had better ask for early. */
function withImports(file, outputs, seen = new Set()) {
  if (seen.has(file) || !outputs[file]) return seen;
  seen.add(file);
  for (const { path: next, kind } of outputs[file].imports) if (kind === "import-statement") withImports(next, outputs, seen);
  return seen;
}

/** All that these need without a network: what they import at once, their chunks for later, fonts and pictures. */
function takenAlong(names, manifest, metafile, files) {
  const needed = names.flatMap((name) => manifest[name] ?? []);
  const code = Object.keys(metafile.outputs).filter((file) => needed.includes(path.basename(file)));
  const reached = code.flatMap((file) => [...withImports(file, metafile.outputs)]);
  const visit = names.includes("public.js") ? Object.keys(metafile.outputs).filter((file) => metafile.outputs[file].entryPoint?.endsWith("visit/index.js")) : [];
  const later = visit.flatMap((file) => [...withImports(file, metafile.outputs)]);
  const pictures = files.filter((name) => /\.(woff2|svg|png)$/.test(name) && !name.startsWith("inlined"));
  return [...new Set([...reached, ...later].map((one) => path.basename(one))), ...pictures];
}

/** What the templates ask for by name, and which files this build consists of. */
async function takeStock(metafile) {
  const manifest = await makeIcons();
  const files = Object.values(manifest);
  for (const [file, output] of Object.entries(metafile.outputs)) {
    const [name, made] = [output.entryPoint ? path.basename(output.entryPoint) : "", path.basename(file)];
    files.push(made);
    if ([...entries, ...workers].includes(name)) manifest[name] = made;
    if (output.entryPoint?.endsWith("map/index.js")) {
      manifest["map.js"] = [...withImports(file, metafile.outputs)].map((one) => path.basename(one));
    }
  }
  manifest["walk-files"] = takenAlong(["walk.js", "walk.css", "main.css"], manifest, metafile, files);
  manifest["visit-files"] = takenAlong(["public.js", "main.css", "print.css", "map.js"], manifest, metafile, files);
  const missing = [...entries, ...workers, "map.js"].filter((name) => !manifest[name]);
  if (missing.length) throw new Error(`the bundle lacks ${missing.join(", ")}`);
  return { manifest, files };
}

async function refuseInlined(files) {
  for (const file of files.filter((name) => name.endsWith(".css"))) {
    const text = await readFile(path.join(aside, file), "utf8");
    if (/url\(["']?data:/.test(text)) throw new Error(`${file} holds a data: address, which the policy refuses`);
  }
}

async function compress(files) {
  const made = [];
  for (const name of files.filter((one) => /\.(js|css|svg|txt)$/.test(one))) {
    const bytes = await readFile(path.join(aside, name));
    if (bytes.length < 1024) continue;
    await writeFile(path.join(aside, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    await writeFile(path.join(aside, `${name}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
    made.push(`${name}.gz`, `${name}.br`);
  }
  return made;
}

async function moveIn(name, bytes) {
  const part = path.join(target, `${name}.part-${process.pid}`);
  if (bytes) await writeFile(part, bytes);
  else await copyFile(path.join(aside, name), part);
  await rename(part, path.join(target, name));
}

async function publish(metafile) {
  const { manifest, files } = await takeStock(metafile);
  await refuseInlined(files);
  files.push(...(await compress(files)));
  await mkdir(target, { recursive: true });
  for (const name of files) await moveIn(name);
  await moveIn("manifest.json", `${JSON.stringify(manifest, null, 2)}\n`);
  const kept = new Set([...files, "manifest.json"]);
  for (const name of await readdir(target)) {
    if (!kept.has(name) && !name.includes(".part-")) await rm(path.join(target, name), { recursive: true, force: true });
  }
}

const workerOptions = {
  absWorkingDir: root,
  entryPoints: workers.map((name) => ({ in: path.join(source, name), out: name.replace(/\.js$/, "") })),
  outdir: aside,
  bundle: true,
  format: "iife",
  target: ["es2022", "chrome111", "firefox114", "safari16.4"],
  minify: true,
  metafile: true,
  legalComments: "linked",
  entryNames: "[name]-[hash]",
  logLevel: "warning",
};

const options = {
  absWorkingDir: root,
  entryPoints: entries.map((name) => ({ in: path.join(source, name), out: name.replace(/\.(js|css)$/, "") })),
  outdir: aside,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox114", "safari16.4"],
  minify: true,
  metafile: true,
  legalComments: "linked",
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".png": "file", ".svg": "file", ".gif": "file", ".woff2": "file" },
  plugins: [
    inlinedImages(/leaflet-geoman\.css$/),
    kernSubset({ ownCss: path.join(source, "css"), root }),
    fontSubset({ root }),
    {
      name: "publish",
      setup(build) {
        build.onEnd(async ({ errors, metafile }) => {
          if (errors.length || !metafile) return;
          const { metafile: alone } = await esbuild.build(workerOptions);
          await publish({ ...metafile, outputs: { ...metafile.outputs, ...alone.outputs } });
        });
      },
    },
  ],
  logLevel: "warning",
};

// Stand-alone reports are written by the library, which knows no web application: Leaflet and the report's own script
// and style lie beside the module that writes them, with all pictures inside, because such a file may ask nobody.
const reportFolder = path.join(root, "geo", "reports", "built");
const reportOptions = {
  absWorkingDir: root,
  entryPoints: [
    { in: path.join(source, "report", "index.js"), out: "report" },
    { in: path.join(source, "report", "index.css"), out: "report" },
  ],
  outdir: path.join(aside, "report"),
  bundle: true,
  format: "iife",
  target: ["es2022", "chrome111", "firefox114", "safari16.4"],
  minify: true,
  charset: "utf8",
  legalComments: "inline",
  loader: { ".png": "dataurl" },
  logLevel: "warning",
};

async function buildReports() {
  await esbuild.build(reportOptions);
  await mkdir(reportFolder, { recursive: true });
  for (const name of ["report.js", "report.css"]) {
    const part = path.join(reportFolder, `${name}.part-${process.pid}`);
    await copyFile(path.join(aside, "report", name), part);
    await rename(part, path.join(reportFolder, name));
  }
}

if (process.argv.includes("--watch")) {
  const context = await esbuild.context({ ...options, logLevel: "info" });
  await context.watch();
} else {
  try {
    await buildReports();
    await esbuild.build(options);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}
