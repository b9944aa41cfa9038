// The page of a walk.
import { readJson } from "./lib/dom.js";
import { Walk } from "./walk/app.js";
import "./walk/mapview.js"; // with the page, not when it is needed: then there may be no network

new Walk(readJson(document.body.dataset.walk)).start();
