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
  const empty = document.getElementById("empty-episode");
  add.addEventListener("click", (event) => {
    event.preventDefault();
    const total = form.elements["episodes-TOTAL_FORMS"];
    const holder = document.createElement("div");
    holder.append(empty.content.cloneNode(true));
    holder.innerHTML = holder.innerHTML
      .replaceAll("__prefix__", total.value)
      .replaceAll("__number__", String(Number(total.value) + 1));
    const card = holder.firstElementChild;
    document.getElementById("episodes").append(card);
    total.value = Number(total.value) + 1;
    card.querySelector("input[type=radio]").focus();
  });
})();
