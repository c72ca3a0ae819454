// The night form works without this file; it adds saving while you tap, undo, and clearing an answer.
(() => {
  "use strict";
  const form = document.getElementById("night-form");
  if (!form) return;
  const state = document.getElementById("save-state");
  const words = form.dataset;
  const box = window.outbox;
  const OWNER = "outbox-owner"; // an opaque number: whose diary this device writes into
  let timer = 0;
  let sending = false;
  let again = false;

  // Without a connection the service worker shows this form for any night: the address says which.
  const pad = (number) => String(number).padStart(2, "0");
  const named = (day) => `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
  function evening() {
    const [date] = location.pathname.match(/\d{4}-\d{2}-\d{2}/) || [];
    if (date) return new Date(`${date}T12:00`);
    const day = new Date();
    day.setDate(day.getDate() - 1);
    return day;
  }
  const date = named(evening());
  const kept = `night ${date}`;
  if (words.shell) {
    form.action = `${new URL(form.action).pathname}nights/${date}/`;
    const morning = evening();
    morning.setDate(morning.getDate() + 1);
    const style = { weekday: "short", day: "numeric", month: "long" };
    const { lang } = document.documentElement;
    const print = (day) => new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, style).format(day);
    const title = words.shell.replace("EVENING", print(evening())).replace("MORNING", print(morning));
    document.querySelector("h1").textContent = title;
    document.title = `${title} · Crampdiary`;
  }

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
        take(data);
        if (box.isAble) await box.remove(kept);
      } else if (reply.status === 409) {
        say(words.conflict);
      } else {
        say(words.failed + " " + Object.values(data.errors).flat().join(" "));
      }
    } catch {
      await keep(body());
    }
    sending = false;
    if (again) { again = false; save(); }
  }

  function take(data) {
    form.elements.version.value = data.version;
    for (const [prefix, id] of Object.entries(data.episodes)) {
      const field = form.elements[`${prefix}-id`];
      if (field) field.value = id;
    }
    say(`${words.saved} ${data.saved_at}. ${data.note || ""}`, Boolean(words.undoUrl));
  }

  // No connection: the form is kept on this device, once per night, and sent under a name of its own.
  async function keep(data) {
    const made = new Date().toISOString();
    data.delete("csrfmiddlewaretoken");
    data.set("operation_id", crypto.randomUUID ? crypto.randomUUID() : made);
    data.set("kept_offline", "1");
    const record = {
      id: kept, kind: "night", owner: localStorage.getItem(OWNER), url: form.action, date, made,
      rev: ((await find()) || {}).rev, data: [...data],
    };
    try {
      if (!record.owner) throw new Error("nobody");
      await box.put(record);
      say(words.kept);
    } catch {
      say(words.offline);
    }
  }

  const find = async () => (box.isAble ? box.get(kept) : undefined);

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
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    const button = event.submitter;
    event.preventDefault();
    if (sending) return;
    sending = true;
    const data = body();
    if (button && button.name) data.set(button.name, button.value);
    try {
      const reply = await post(form.action, data);
      if (reply.ok) {
        const answer = await reply.json();
        if (box.isAble) await box.remove(kept);
        location.assign(answer.next);
        return;
      }
    } catch {
      await keep(data);
      sending = false;
      state.scrollIntoView({ block: "center" });
      return;
    }
    sending = false;
    // The page that says what is wrong, or shows both copies, comes from the server.
    const chosen = document.createElement("input");
    Object.assign(chosen, { type: "hidden", name: button ? button.name : "save", value: button ? button.value : "own" });
    form.append(chosen);
    form.submit();
  });

  const add = document.getElementById("add-episode");
  function addEpisode() {
    const total = form.elements["episodes-TOTAL_FORMS"];
    const cards = document.querySelectorAll("[data-episode]");
    const number = Number(total.value);
    const card = cards[0].cloneNode(true);
    for (const input of card.querySelectorAll("input[data-band]")) {
      input.value = input.dataset.band;
      input.removeAttribute("data-band");
    }
    for (const part of card.querySelectorAll(".field-error, .exact-words")) part.remove();
    for (const input of card.querySelectorAll("input[value^='=']")) input.closest("label")?.remove();
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
    return card;
  }
  add.addEventListener("click", (event) => {
    event.preventDefault();
    addEpisode().querySelector("input[type=radio]").focus();
  });

  // What was kept of this night comes back into the form.
  function fill(pairs) {
    const total = Number((pairs.find(([name]) => name === "episodes-TOTAL_FORMS") || [])[1] || 1);
    while (Number(form.elements["episodes-TOTAL_FORMS"].value) < total) addEpisode();
    for (const box of form.querySelectorAll("input[type=radio], input[type=checkbox]")) box.checked = false;
    for (const [name, value] of pairs) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio" || field.type === "checkbox") field.checked = field.checked || field.value === value;
        else if (name !== "csrfmiddlewaretoken") field.value = value;
      }
    }
  }

  // A cramp timed on this device and not sent yet is described here, not written a second time.
  function describe(record, position) {
    const started = new Date(record.data.started_at);
    const number = position || form.querySelector("[name='episodes-0-client_id']").value ? addEpisode() && Number(form.elements["episodes-TOTAL_FORMS"].value) - 1 : 0;
    const set = (name, value) => { form.elements[`episodes-${number}-${name}`].value = value; };
    set("client_id", record.data.client_id);
    set("started_at", `${pad(started.getHours())}:${pad(started.getMinutes())}`);
    const lasted = (new Date(record.data.stopped_at) - started) / 60_000;
    if (lasted > 0 && lasted <= 60) set("duration_minutes", String(Math.round(lasted * 10) / 10 || 0.1));
    const line = document.createElement("p");
    line.className = "note";
    line.textContent = words.timed.replace("TIME", new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(started));
    document.querySelectorAll("[data-episode]")[number].querySelector(".split").after(line);
    const yes = form.querySelector("input[name=outcome][value=cramps]");
    if (!form.querySelector("input[name=outcome]:checked")) yes.checked = true;
  }

  const nightOf = (moment) => {
    const day = new Date(moment);
    if (day.getHours() < 12) day.setDate(day.getDate() - 1);
    return named(day);
  };

  async function begin() {
    if (!box.isAble) return;
    const record = await find();
    if (record && words.shell) fill(record.data);
    if (record) say(words.kept);
    if (!words.shell || record) return;
    const timed = (await box.all()).filter(
      (each) => each.data.kind === "cramp" && each.state !== "sent" && !each.data.removed_at && nightOf(each.data.started_at) === date,
    );
    timed.forEach(describe);
  }

  document.addEventListener("outbox-sent", (event) => {
    const mine = event.detail.find((each) => each.record.id === kept);
    if (!mine) return;
    if (mine.status === 200) take(mine.answer);
    else say(mine.status === 409 ? words.conflict : words.failed);
  });
  begin();
})();
