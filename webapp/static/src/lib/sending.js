// A form that somebody fills in on the street: photos go out small, and what is typed stays where there is no network.
import { smallPhoto } from "../walk/small.js";
import { t } from "./i18n.js";

const MEGABYTE = 1_000_000;

export function startSending() {
  for (const form of document.querySelectorAll("form[data-sending]")) start(form);
}

function start(form) {
  let preparing = null;
  for (const input of form.querySelectorAll("input[type=file][data-most-mb]")) {
    const prepare = () => {
      preparing = made(input).finally(() => (preparing = null));
    };
    input.addEventListener("change", prepare);
    if (input.files.length) prepare();
  }
  form.addEventListener("submit", async (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      say(form.querySelector("[type=submit]"), t("sendOffline"));
    } else if (preparing) {
      event.preventDefault();
      const button = event.submitter;
      await preparing;
      form.requestSubmit(button);
    }
  });
  addEventListener("online", () => say(form.querySelector("[type=submit]"), ""));
}

/** The chosen photo smaller, where the browser can read it; one that is too large to be sent is not kept. */
async function made(input) {
  const [file] = input.files;
  if (!file) return;
  say(input, "");
  const small = await smallPhoto(file).catch(() => null);
  if (input.files[0] !== file) return;
  if (small && small.size < file.size) {
    const kept = new DataTransfer();
    kept.items.add(new File([small], `${file.name.replace(/\.[^.]*$/, "")}.jpg`, { type: "image/jpeg" }));
    input.files = kept.files;
  } else if (file.size > Number(input.dataset.mostMb) * MEGABYTE) {
    input.value = "";
    say(input, t("photoTooLarge", { n: input.dataset.mostMb }));
  }
}

/** A sentence before an element, read out at once; none takes it away. */
function say(element, words) {
  const id = `said-${element.id || element.type}`;
  const line = document.getElementById(id) ?? document.createElement("p");
  line.id = id;
  line.className = "kern-error";
  line.setAttribute("role", "alert");
  line.textContent = words;
  if (words) element.before(line);
  else line.remove();
}
