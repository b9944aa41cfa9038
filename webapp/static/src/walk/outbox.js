// Sends what waits: in order, one at a time, each under its own key, so that an entry sent twice is written once.
import { CONFLICT, REFUSED, SENT, WAITING, entriesOf } from "./store.js";

const LATE_MS = 25_000;
const CHANGING = new Set(["UNVERAENDERT", "LEER", "GENUTZT", "NUTZER", "ENTFALLEN", "NOTIZ"]);

/** One sender at a time on this device, whichever page or worker it is. */
function alone(work) {
  return navigator.locks ? navigator.locks.request("begehung-ausgang", work) : work();
}

async function ask(url, options = {}) {
  try {
    return await fetch(url, {
      ...options,
      headers: { Accept: "application/json", ...options.headers },
      credentials: "same-origin",
      redirect: "manual",
      signal: AbortSignal.timeout(LATE_MS),
    });
  } catch {
    return null; // no network, or no answer: whether it was written is not known
  }
}

async function told(response) {
  try {
    return await response.json();
  } catch {
    return {};
  }
}

/** Who is signed in: {account, csrf_token} or the reason why nothing can be sent. */
export async function whoIs(urls) {
  const response = await ask(urls.who);
  if (!response) return { state: "kein-netz" };
  if (response.ok) return { state: "da", ...(await told(response)) };
  const problem = await told(response);
  if (response.type === "opaqueredirect" || problem.sign_in) return { state: "anmelden" };
  return response.status >= 500 || response.status === 429 ? { state: "spaeter" } : { state: "verweigert", detail: problem.detail };
}

function bodyOf(entry, unit) {
  const { data, key, kind, seenAt, version } = entry;
  const sent = { ...data, key, kind, seen_at: seenAt };
  if (unit) sent.unit_id = unit;
  if (version !== null && CHANGING.has(kind)) sent.version = version;
  if (entry.sentFor) sent.recorded_by = entry.account.name;
  return JSON.stringify(sent);
}

function post(urls, entry, unit, token) {
  const headers = { "X-CSRFToken": token, "Idempotency-Key": entry.key };
  const body = bodyOf(entry, unit);
  if (!entry.photo) return ask(urls.entries, { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body });
  const form = new FormData();
  form.set("entry", body);
  form.set("photo", entry.photo, "foto.jpg");
  return ask(urls.entries, { method: "POST", headers, body: form });
}

/** From now on it may have been written, so that taking it back needs an entry of its own. */
async function markTried(db, seq) {
  const tx = db.transaction("entries", "readwrite");
  const entry = await tx.store.get(seq);
  if (entry?.status === WAITING) await tx.store.put({ ...entry, tried: true });
  await tx.done;
  return entry?.status === WAITING ? entry : null;
}

/** The answer, and what follows from it for later entries of the same unit, in one transaction. */
async function settle(db, entry, answer) {
  const tx = db.transaction(["entries", "units", "rounds"], "readwrite");
  const entries = tx.objectStore("entries");
  const { unit } = answer;
  entries.put({ ...entry, status: SENT, tried: true, photo: null, hadPhoto: Boolean(entry.photo), answer: { unitId: answer.unit_id, at: answer.received_at } });
  for (const later of await entries.index("round").getAll(entry.round)) {
    if (later.seq <= entry.seq || later.status === SENT) continue;
    const isNew = entry.kind === "NEU" && later.unit === entry.unit;
    const isNext = later.unit === entry.unit && unit && (entry.kind === "ZURUECK" || (CHANGING.has(entry.kind) && later.version === entry.version));
    if (isNew) entries.put({ ...later, unit: answer.unit_id, version: unit.version });
    else if (isNext) entries.put({ ...later, version: unit.version });
  }
  if (await tx.objectStore("rounds").get(entry.round)) {
    const units = tx.objectStore("units");
    if (unit) units.put({ ...unit, round: entry.round });
    else if (entry.kind === "ZURUECK" && typeof entry.unit === "number") units.delete([entry.round, entry.unit]);
  }
  await tx.done;
}

async function refuse(db, entry, status, problem) {
  await db.put("entries", { ...entry, status, tried: false, problem });
}

/** How the answer leaves the entry: "gesendet", "steht" (somebody has to decide), or the reason to stop here. */
async function sendOne(db, urls, entry, unit, token) {
  const response = await post(urls, entry, unit, token);
  if (!response) return { stop: "kein-netz" };
  if (response.ok) {
    const answer = await told(response);
    if (!answer.key) return { stop: "spaeter" };
    await settle(db, entry, answer);
    return { sent: answer };
  }
  const problem = await told(response);
  if (response.type === "opaqueredirect" || problem.sign_in) return { stop: "anmelden" };
  if (response.status === 400 || response.status >= 500 || response.status === 429) return { stop: "spaeter" };
  const status = problem.conflict === "unit" ? CONFLICT : REFUSED;
  await refuse(db, entry, status, { detail: problem.detail ?? `Abgelehnt (${response.status}).`, fields: problem.fields, ...problem });
  return { status };
}

/** Sends everything that can be sent. Returns {state, sent, foreign}: why it stopped, and how many wait for another person. */
export function sendAll(db, round, urls, onSent = () => {}) {
  return alone(async () => {
    const all = await entriesOf(db, round);
    if (!all.some((one) => one.status === WAITING)) return { state: "leer", sent: 0, foreign: 0 };
    const who = await whoIs(urls);
    if (who.state !== "da") return { ...who, sent: 0, foreign: 0 };
    const blocked = new Set(all.filter((one) => one.status === CONFLICT || one.status === REFUSED).map((one) => one.unit));
    let [sent, foreign] = [0, 0];
    for (const { seq } of all.filter((one) => one.status === WAITING)) {
      const now = await db.get("entries", seq);
      if (now?.status !== WAITING || blocked.has(now.unit)) continue;
      const isNew = typeof now.unit === "string";
      if (now.account.id !== who.account.id && now.sentFor !== who.account.id) {
        foreign += 1;
        blocked.add(now.unit);
        continue;
      }
      if (isNew && now.kind !== "NEU") continue; // the unit itself is not there yet
      const entry = await markTried(db, seq);
      if (!entry) continue;
      const done = await sendOne(db, urls, entry, isNew ? null : entry.unit, who.csrf_token);
      if (done.stop) return { state: done.stop, sent, foreign };
      if (done.status) blocked.add(entry.unit);
      else sent += 1;
      await onSent(entry, done.sent);
    }
    return { state: "da", sent, foreign, account: who.account, isOpen: who.is_open };
  });
}
