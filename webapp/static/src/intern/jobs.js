// Jobs on a page: how far one is, asked again and again; when it ends, the page is taken over as the server has it now.
// Without scripts the page loads itself anew.
import { announce } from "../lib/announce.js";
import { loadJson, loadPage } from "../lib/load.js";

const EVERY_MS = 1000;
const LATER_MS = 5000;

const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));

export async function followJobs() {
  for (let open = document.querySelector("[data-jobs-open]"); open; open = document.querySelector("[data-jobs-open]")) {
    const state = open.dataset.jobsOpen;
    await wait(state ? EVERY_MS : LATER_MS);
    if (document.hidden) continue;
    try {
      if (!state) await takeOver();
      else if (!(await show(open, state))) await takeOver(true);
    } catch {
      await wait(LATER_MS); // the network or the server is away: the page says what it knew
    }
  }
}

async function show(box, url) {
  const { data: job } = await loadJson(url);
  if (!job.is_open || job.state !== box.dataset.jobState || job.cancel_requested !== (box.dataset.jobCancelled === "1")) return false;
  const bar = box.querySelector("progress");
  if (job.total) Object.assign(bar, { max: job.total, value: job.done });
  else bar.removeAttribute("value");
  for (const [name, text] of Object.entries({ sentence: job.sentence, amount: job.amount, remaining: job.remaining })) {
    box.querySelector(`[data-job="${name}"]`).textContent = text;
  }
  return true;
}

async function takeOver(aloud = false) {
  const fresh = (await loadPage(location.href)).querySelector("[data-jobs]");
  const here = document.querySelector("[data-jobs]");
  if (!fresh || !here) return location.reload(); // signed out meanwhile: the server's page says so
  const held = here.contains(document.activeElement);
  here.replaceChildren(...fresh.childNodes);
  if (held) here.querySelector("[data-job-focus]")?.focus();
  if (aloud) announce(here.querySelector("[data-job-aloud]")?.textContent.trim() ?? "");
}
