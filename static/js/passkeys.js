// Passkeys: shows the form, asks the device, and posts its answer. Without this script there are codes.
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  if (!window.PublicKeyCredential) {
    // An old browser, or a page that came without https: say so where the page has nothing else.
    for (const words of document.querySelectorAll("[data-passkey-missing]")) words.hidden = false;
    return;
  }

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const withBytes = (list) => (list || []).map((key) => ({ ...key, id: bytes(key.id) }));

  // What a device may answer; a new passkey and a used one each give some of it.
  const ANSWERS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

  const answerOf = (credential) => {
    const response = {};
    for (const name of ANSWERS) if (credential.response[name]) response[name] = text(credential.response[name]);
    return {
      type: credential.type,
      id: credential.id,
      rawId: text(credential.rawId),
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  };

  const asked = async () => {
    const printed = document.getElementById("passkey-options");
    if (printed) return JSON.parse(printed.textContent).publicKey;
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error("no options");
    return (await response.json()).request_options.publicKey;
  };

  const create = async () => {
    const options = await asked();
    const alone = form.elements.passwordless.checked;
    return navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: withBytes(options.excludeCredentials),
        authenticatorSelection: {
          ...options.authenticatorSelection,
          residentKey: alone ? "required" : "discouraged",
          requireResidentKey: alone,
          userVerification: alone ? "required" : "preferred",
        },
      },
    });
  };

  const get = async () => {
    const options = await asked();
    return navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        allowCredentials: withBytes(options.allowCredentials),
      },
    });
  };

  const problem = form.querySelector("[data-passkey-problem]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const credential = await (form.dataset.passkey === "create" ? create() : get());
      form.elements.credential.value = JSON.stringify(answerOf(credential));
      form.submit();
    } catch {
      problem.hidden = false;
    }
  });
  form.hidden = false;
})();
