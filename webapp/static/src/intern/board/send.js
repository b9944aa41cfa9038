// Sends what a form would send, and takes over the parts of the page that come back. What the server refuses is sent again as
// a form, so that its own page says why, with both versions where somebody else was faster.
import { currentUrl } from "../../lib/address.js";
import { el, readJson } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";

const PARTS = ["[data-results]", "[data-swap]"];

/** Returns what is to be said. */
export async function send(root, url, fields, step = null) {
  const token = root.querySelector("[data-board-form] [name=csrf_token]")?.value;
  const day = currentUrl().searchParams.get("am");
  const all = { ...(token ? { csrf_token: token } : {}), ...(day ? { am: day } : {}), ...fields };
  let response;
  try {
    response = await fetch(url, { method: "POST", body: new URLSearchParams(all), headers: { Accept: "text/html" } });
  } catch {
    return t("boardOffline");
  }
  if (!response.ok || !response.redirected) {
    submit(url, all);
    return "";
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!page.querySelector("[data-board]")) {
    location.assign(response.url); // signed out meanwhile
    return "";
  }
  const wanted = page.querySelector("[data-visit][data-focus-on-load]")?.id;
  const said = page.querySelector(".messages")?.textContent.trim().replace(/\s+/g, " ") ?? "";
  await takeOver(root, page);
  if (wanted) document.getElementById(wanted)?.focus({ preventScroll: true });
  else if (step) (root.querySelector(`[data-board-step="${step}"] button:not([disabled])`) ?? root.querySelector("[data-board-step] button:not([disabled])"))?.focus();
  return said;
}

export async function takeOver(root, page) {
  for (const selector of PARTS) {
    const there = page.querySelectorAll(`[data-board] ${selector}`);
    root.querySelectorAll(selector).forEach((node, index) => there[index] && node.replaceChildren(...there[index].childNodes));
  }
  document.dispatchEvent(new CustomEvent("results:replaced"));
  const [node, fresh] = [root.querySelector("[data-map]"), page.querySelector("[data-board] [data-map]")];
  if (node && fresh) {
    const { reload } = await import("../../map/index.js");
    await reload(node, readJson(fresh.dataset.map));
  }
}

function submit(url, fields) {
  const inputs = Object.entries(fields).map(([name, value]) => el("input", { type: "hidden", name, value: String(value) }));
  const form = el("form", { method: "post", action: url, hidden: true }, ...inputs);
  document.body.append(form);
  form.submit();
}
