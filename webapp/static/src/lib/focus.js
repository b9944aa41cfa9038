// Where the focus is after a page has come.

/** Focus on the node, also where a form was sent again from a field of its list of mistakes: the address still ends in that
 * field's #, and the browser goes there once the page has loaded. */
export function takeFocus(node) {
  if (!node) return;
  node.focus();
  if (!location.hash || location.hash === `#${node.id}`) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  addEventListener("load", () => setTimeout(() => node.focus()), { once: true });
}
