// "Für unterwegs speichern" on a point's or a tour's page, and the page that says what lies on the device.
import { el, readJson } from "../lib/dom.js";
import { day, number, t } from "../lib/i18n.js";
import { account, forget, forgetAll, isPossible, keep } from "./kept.js";

const megabytes = (bytes) => number(Math.max(0.1, Math.round(bytes / 100_000) / 10));

export async function startKeeping(button) {
  const config = readJson(button.dataset.keep);
  const [label, status] = [button.querySelector("[data-keep-label]"), document.querySelector("[data-keep-status]")];
  if (!isPossible()) {
    button.remove();
    return;
  }
  const say = (kept) => {
    const one = kept.items[config.key];
    if (!one) return;
    label.textContent = t("keepAgain");
    status.replaceChildren(t("keptSince", { day: day(one.at) }), " ", el("a", { href: config.trip }, t("keptWhere")));
  };
  say(await account(config.scope));
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    const bar = el("progress", { max: 100, value: 0, "aria-label": t("keeping") });
    status.replaceChildren(t("keeping"), " ", bar);
    try {
      say(
        await keep(config, (done, all) => {
          bar.value = Math.round((100 * done) / all);
        }),
      );
    } catch {
      status.replaceChildren(t("keepFailed"));
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
}

export function startTrip(root) {
  const { scope } = readJson(root.dataset.trip);
  const part = (name) => root.querySelector(`[data-trip-${name}]`);
  const show = async () => {
    const items = Object.entries((await account(scope)).items);
    part("list").replaceChildren(
      ...items.map(([key, one]) =>
        el(
          "li",
          {},
          el("a", { href: one.page }, one.title),
          el("br"),
          el("span", { class: "muted" }, t("keptSize", { day: day(one.at), size: megabytes(one.bytes) })),
          " ",
          el(
            "button",
            {
              class: "link-button",
              type: "button",
              onclick: async () => {
                await forget(scope, key);
                await show();
                part("status").textContent = t("keptGone", { title: one.title });
                (part("list").querySelector("a") ?? root.querySelector("h1")).focus();
              },
            },
            t("keptRemove"),
            el("span", { class: "visually-hidden" }, `: ${one.title}`),
          ),
        ),
      ),
    );
    part("empty").hidden = items.length > 0;
    part("tools").hidden = items.length === 0;
  };
  root.querySelector("h1").tabIndex = -1;
  part("clear").addEventListener("click", async () => {
    await forgetAll(scope);
    await show();
    part("status").textContent = t("keptAllGone");
    root.querySelector("h1").focus();
  });
  if (isPossible()) show();
  else part("empty").hidden = false;
}
