// Takes from KERN's style sheet (400 KB, icons inlined as data: addresses) what these pages use: the design tokens
// and a few components. Custom properties that no rule reads are dropped, so are the dark theme and every data: image.
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

const components = ["btn", "form-input", "fieldset", "label", "hint", "error"];
const wantedClass = new RegExp(`^kern-(?:${components.join("|")})(?:$|-|__)`);
const wantedElsewhere = /^(?::root|\[data-kern-theme=light\]|:is\(body\b.*)/;

/** Parses CSS into [{ head, body }] where body is a string of declarations or a list of nested rules. */
function parse(css) {
  const rules = [];
  let at = 0;
  while (at < css.length) {
    const open = css.indexOf("{", at);
    if (open < 0) break;
    const statement = css.slice(at, open);
    const semicolon = statement.lastIndexOf(";");
    const head = statement.slice(semicolon + 1).trim();
    let depth = 1;
    let end = open + 1;
    let quote = "";
    for (; depth && end < css.length; end++) {
      const sign = css[end];
      if (quote) {
        if (sign === quote) quote = "";
      } else if (sign === '"' || sign === "'") quote = sign;
      else if (sign === "{") depth++;
      else if (sign === "}") depth--;
    }
    const inner = css.slice(open + 1, end - 1);
    rules.push({ head, body: /^@(media|supports|layer)/.test(head) ? parse(inner) : inner });
    at = end;
  }
  return rules;
}

function wanted(selector) {
  if (/dark/.test(selector) && !selector.startsWith(":is(body")) return false;
  const classes = selector.match(/\.[\w-]+/g) ?? [];
  if (!classes.length || selector.startsWith(":is(body")) return wantedElsewhere.test(selector);
  return classes.every((name) => wantedClass.test(name.slice(1)));
}

function splitSelectors(head) {
  return head.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function splitDeclarations(body) {
  return body
    .split(/;(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part && !part.includes("data:"));
}

function select(rules) {
  const kept = [];
  for (const rule of rules) {
    if (Array.isArray(rule.body)) {
      if (/prefers-color-scheme: *dark/.test(rule.head)) continue;
      const body = select(rule.body);
      if (!body.length) continue;
      if (/prefers-color-scheme: *light/.test(rule.head)) continue;
      kept.push({ head: rule.head, body });
    } else if (!rule.head.startsWith("@")) {
      const selectors = splitSelectors(rule.head).filter(wanted);
      const declarations = splitDeclarations(rule.body);
      if (selectors.length && declarations.length) kept.push({ head: selectors.join(","), body: declarations });
    } else if (/^@keyframes kern-btn/.test(rule.head)) {
      kept.push({ head: rule.head, raw: rule.body });
    }
  }
  return kept;
}

function* declarationsOf(rules) {
  for (const rule of rules) {
    if (rule.raw) continue;
    if (rule.body.length && typeof rule.body[0] !== "string") yield* declarationsOf(rule.body);
    else yield* rule.body;
  }
}

function propertiesIn(text) {
  return [...text.matchAll(/var\(\s*(--[\w-]+)/g)].map((match) => match[1]);
}

/** Custom properties reachable from a rule that is not itself a custom property, or from our own style sheets. */
function reachable(rules, ownCss) {
  const readBy = new Map();
  const queue = propertiesIn(ownCss);
  for (const declaration of declarationsOf(rules)) {
    const name = declaration.slice(0, declaration.indexOf(":")).trim();
    if (name.startsWith("--")) readBy.set(name, [...(readBy.get(name) ?? []), ...propertiesIn(declaration)]);
    else queue.push(...propertiesIn(declaration));
  }
  const seen = new Set();
  while (queue.length) {
    const name = queue.pop();
    if (seen.has(name)) continue;
    seen.add(name);
    queue.push(...(readBy.get(name) ?? []));
  }
  return seen;
}

function print(rules, used) {
  let css = "";
  for (const rule of rules) {
    if (rule.raw) css += `${rule.head}{${rule.raw}}\n`;
    else if (rule.body.length && typeof rule.body[0] !== "string") css += `${rule.head}{${print(rule.body, used)}}\n`;
    else {
      const body = rule.body.filter((text) => !text.startsWith("--") || used.has(text.slice(0, text.indexOf(":")).trim()));
      if (body.length) css += `${rule.head}{${body.join(";")}}\n`;
    }
  }
  return css;
}

export function kernSubset({ ownCss, root }) {
  const sheet = path.join(root, "node_modules/@kern-ux/native/dist/kern.css");
  return {
    name: "kern-subset",
    setup(build) {
      build.onResolve({ filter: /^kern:subset$/ }, () => ({ path: sheet, namespace: "kern" }));
      build.onLoad({ filter: /.*/, namespace: "kern" }, async () => {
        const css = (await readFile(sheet, "utf8")).replace(/\/\*[\s\S]*?\*\//g, "");
        const rules = select(parse(css));
        let own = "";
        for (const name of await readdir(ownCss)) own += await readFile(path.join(ownCss, name), "utf8");
        return { contents: print(rules, reachable(rules, own)), loader: "css", watchDirs: [ownCss] };
      });
    },
  };
}
