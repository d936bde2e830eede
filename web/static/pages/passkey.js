// Has the browser make a passkey, or sign with one, as the page asks, and sends the form with what came of it.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (credentials = []) => credentials.map((one) => ({ ...one, id: bytes(one.id) }));

const made = async (asked) => {
  const user = { ...asked.user, id: bytes(asked.user.id) };
  const publicKey = { ...asked, user, challenge: bytes(asked.challenge), excludeCredentials: named(asked.excludeCredentials) };
  const credential = await navigator.credentials.create({ publicKey });
  const { clientDataJSON, attestationObject } = credential.response;
  return {
    ...said(credential),
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject) },
  };
};

const signed = async (asked) => {
  const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: named(asked.allowCredentials) };
  const credential = await navigator.credentials.get({ publicKey });
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
  return {
    ...said(credential),
    clientExtensionResults: {},
    response: {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle && text(userHandle),
    },
  };
};

const said = ({ id, rawId, type }) => ({ id, rawId: text(rawId), type });

const form = document.getElementById("passkey");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const failed = document.getElementById("passkey-failed");
  failed.hidden = true;
  const { publicKey } = JSON.parse(form.dataset.options);
  try {
    form.elements.credential.value = JSON.stringify(await (publicKey.user ? made : signed)(publicKey));
  } catch {
    failed.hidden = false;
    return;
  }
  form.submit();
});
