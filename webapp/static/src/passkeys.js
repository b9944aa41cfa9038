// Passkeys: the button appears where the browser can make or use one. The server gives the options and checks the answer.
const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const FAILED = "Das hat nicht geklappt. Bitte noch einmal versuchen.";
const CANCELLED = "Abgebrochen, oder auf diesem Gerät gibt es keinen passenden Passkey.";

async function post(url, csrf, body) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.detail || FAILED);
  return answer;
}

function forBrowser(options) {
  const wanted = { ...options, challenge: decode(options.challenge) };
  if (options.user) wanted.user = { ...options.user, id: decode(options.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) wanted[list] = options[list].map((one) => ({ ...one, id: decode(one.id) }));
  }
  return wanted;
}

function forServer(credential) {
  const response = { clientDataJSON: encode(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = encode(credential.response[name]);
  }
  return { id: credential.id, rawId: encode(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
}

function start(box, act) {
  const button = box.querySelector("[data-passkey-button]");
  const message = box.querySelector("[data-passkey-message]");
  box.hidden = button.hidden = false;
  button.addEventListener("click", async () => {
    message.hidden = true;
    button.disabled = true;
    try {
      const options = forBrowser(await post(box.dataset.options, box.dataset.csrf, { password: box.querySelector("[name=password]")?.value }));
      location.assign((await act(options)).weiter);
    } catch (problem) {
      message.textContent = problem instanceof DOMException ? CANCELLED : problem.message || FAILED;
      message.hidden = false;
      button.disabled = false;
      button.focus();
    }
  });
}

if (window.PublicKeyCredential) {
  const signIn = document.querySelector("[data-passkey-sign-in]");
  if (signIn) {
    start(signIn, async (publicKey) => {
      const credential = forServer(await navigator.credentials.get({ publicKey }));
      return post(signIn.dataset.passkeySignIn, signIn.dataset.csrf, { credential, weiter: signIn.dataset.onward });
    });
  }
  const add = document.querySelector("[data-passkey-add]");
  if (add) {
    start(add, async (publicKey) => {
      const credential = forServer(await navigator.credentials.create({ publicKey }));
      return post(add.dataset.passkeyAdd, add.dataset.csrf, { credential, name: add.querySelector("[name=passkey_name]").value });
    });
  }
}
