// The map of a town's trees in a frame of another site: the list is there before, and without, the map.
import { startAll } from "./map/index.js";
import { EmbeddedDay } from "./trees/embedded.js";

const maps = startAll();
const box = document.querySelector("[data-embed-day]");
if (box) new EmbeddedDay(box, maps);
