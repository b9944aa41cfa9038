// The map of a town's trees in a frame of another site: the list is there before, and without, the map.
import { startAll } from "./map/index.js";

startAll();
