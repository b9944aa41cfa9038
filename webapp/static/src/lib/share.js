// Sharing by link: the address always says what is shown.
import { t } from "./i18n.js";

export function startShare() {
  for (const box of document.querySelectorAll("[data-share]")) {
    const status = box.querySelector("[data-share-status]");
    box.querySelector("[data-copy]")?.addEventListener("click", async ({ currentTarget }) => {
      try {
        await navigator.clipboard.writeText(currentTarget.dataset.copy || location.href);
        status.textContent = t("copied");
      } catch {
        status.textContent = t("copyFailed");
      }
    });
    const mail = box.querySelector("a[data-mail]");
    mail?.addEventListener("click", () => {
      mail.href = `mailto:?subject=${encodeURIComponent(document.title)}&body=${encodeURIComponent(mail.dataset.mail || location.href)}`;
    });
  }
}
