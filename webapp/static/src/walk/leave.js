// At sign-out nothing of a walk stays on the device but what is not sent yet and is nowhere else.
import { forgetAll, openStore } from "./store.js";

const MOST_MS = 3_000;

export async function leave() {
  const late = new Promise((done) => setTimeout(done, MOST_MS));
  const cleared = openStore().then(async (db) => {
    if ((await forgetAll(db)) === 0) localStorage.removeItem("begehung");
    db.close();
  });
  await Promise.race([cleared.catch(() => {}), late]);
}
