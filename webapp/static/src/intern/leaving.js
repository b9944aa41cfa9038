// Signing out clears what a walk has put on this device, before the session ends.
for (const form of document.querySelectorAll("form[action$='/intern/abmelden']")) {
  form.addEventListener("submit", (event) => {
    if (!wasHere()) return;
    event.preventDefault();
    import("../walk/leave.js").then(({ leave }) => leave()).finally(() => form.submit());
  });
}

function wasHere() {
  try {
    return localStorage.getItem("begehung") === "1";
  } catch {
    return false; // a browser that keeps nothing has nothing to clear
  }
}
