// The night form works without this file; it adds saving while you tap, undo, and clearing an answer.
(() => {
  "use strict";
  const form = document.getElementById("night-form");
  if (!form) return;
  const state = document.getElementById("save-state");
  const words = form.dataset;
  let timer = 0;
  let sending = false;
  let again = false;

  function say(text, withUndo) {
    state.textContent = text;
    if (!withUndo) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button-text";
    button.textContent = words.undo;
    button.addEventListener("click", undo);
    state.append(" ", button);
  }

  function body() {
    form.elements.answered_at.value = new Date().toISOString();
    return new URLSearchParams(new FormData(form));
  }

  async function post(url, data) {
    return fetch(url, {
      method: "POST",
      body: data,
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      redirect: "error",
    });
  }

  async function save() {
    if (!form.querySelector("input[name=outcome]:checked")) return;
    if (sending) { again = true; return; }
    sending = true;
    try {
      const reply = await post(form.action, body());
      const data = await reply.json();
      if (reply.ok) {
        form.elements.version.value = data.version;
        for (const [prefix, id] of Object.entries(data.episodes)) {
          const field = form.elements[`${prefix}-id`];
          if (field) field.value = id;
        }
        say(`${words.saved} ${data.saved_at}.`, true);
      } else if (reply.status === 409) {
        say(words.conflict);
      } else {
        say(words.failed + " " + Object.values(data.errors).flat().join(" "));
      }
    } catch {
      say(words.offline);
    }
    sending = false;
    if (again) { again = false; save(); }
  }

  async function undo() {
    clearTimeout(timer);
    const data = new URLSearchParams();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.set("version", form.elements.version.value);
    try {
      await post(words.undoUrl, data);
    } finally {
      location.reload();
    }
  }

  function saveSoon() {
    clearTimeout(timer);
    timer = setTimeout(save, 600);
  }

  // A second tap on a chosen answer takes it back: unanswered is an answer too.
  let chosenBefore = null;
  form.addEventListener("pointerdown", (event) => {
    const label = event.target.closest("label");
    const input = label && label.querySelector("input[type=radio]");
    chosenBefore = input && input.checked && input.name !== "outcome" ? input : null;
  });
  form.addEventListener("click", (event) => {
    if (chosenBefore && event.target === chosenBefore) {
      chosenBefore.checked = false;
      chosenBefore = null;
      saveSoon();
    }
  });
  form.addEventListener("change", (event) => {
    if (event.target.classList.contains("exact") && event.target.value) {
      const group = event.target.closest(".question");
      for (const radio of group ? group.querySelectorAll("input[type=radio]:checked") : []) radio.checked = false;
    }
    saveSoon();
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    form.elements.answered_at.value = new Date().toISOString();
  });

  const add = document.getElementById("add-episode");
  add.addEventListener("click", (event) => {
    event.preventDefault();
    const total = form.elements["episodes-TOTAL_FORMS"];
    const cards = document.querySelectorAll("[data-episode]");
    const number = Number(total.value);
    const card = cards[0].cloneNode(true);
    for (const input of card.querySelectorAll("input[data-band]")) {
      input.value = input.dataset.band;
      input.removeAttribute("data-band");
    }
    for (const part of card.querySelectorAll(".field-error, .exact-words, label:has(input[value^='='])")) part.remove();
    for (const part of card.querySelectorAll("[id], [name], [for]")) {
      for (const name of ["id", "name", "for"]) {
        const old = part.getAttribute(name);
        if (old) part.setAttribute(name, old.replace(/episodes-\d+-/, `episodes-${number}-`));
      }
    }
    for (const input of card.querySelectorAll("input")) {
      if (input.type === "radio" || input.type === "checkbox") input.checked = false;
      else input.value = "";
    }
    card.querySelector("[data-number]").textContent = String(cards.length + 1);
    document.getElementById("episodes").append(card);
    total.value = String(number + 1);
    card.querySelector("input[type=radio]").focus();
  });
})();
