// Internal pages: everything public pages have, and the editors where a form holds one.
import "./public.js";

if (document.querySelector("[data-point-editor]")) {
  import("./intern/index.js").then(({ startEditors }) => startEditors());
}
