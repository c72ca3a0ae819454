// The night form works without this file; it adds saving while you tap, undo, and clearing an answer.
(() => {
  "use strict";
  const form = document.getElementById("night-form");
  if (!form) return;
  const state = document.getElementById("save-state");
  const words = form.dataset;
  const box = window.outbox;
  const SENT = "night-sent"; // the night that was answered last in this tab
  const OWNER = "outbox-owner"; // an opaque number: whose diary this device writes into
  let timer = 0;
  let isDirty = false; // something was answered that no save has taken along yet
  let isLeaving = false; // Save was tapped
  let holdsKept = false; // what this device keeps of this night stands in the form
  let news = null; // the safety words that were just added
  let queue = Promise.resolve();
  form.classList.add("scripted");

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
    if (withUndo) offerUndo();
    bring(); // the bar is higher now
    news = null;
  }

  function offerUndo() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button-text";
    button.textContent = words.undo;
    button.addEventListener("click", undo);
    state.append(" ", button);
  }

  const cards = () => [...document.querySelectorAll("[data-episode]")];
  const outcome = (value) => form.querySelector(value ? `input[name=outcome][value=${value}]` : "input[name=outcome]:checked");
  const standing = (name) => { words.state = name; }; // changed, saved or failed

  function body() {
    sessionStorage.setItem(SENT, date);
    form.elements.answered_at.value = new Date().toISOString();
    return new URLSearchParams(new FormData(form));
  }

  async function post(url, data, more) {
    return fetch(url, {
      method: "POST",
      body: data,
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      redirect: "error",
      ...more,
    });
  }

  // One at a time: each says what the form says when its turn comes.
  function inTurn(work) {
    queue = queue.then(() => work(), () => work());
    return queue;
  }

  function saveSoon() {
    clearTimeout(timer);
    isDirty = true;
    standing("changed");
    timer = setTimeout(() => inTurn(save), 600);
  }

  async function save(more) {
    if (!isDirty || isLeaving) return;
    isDirty = false;
    const data = body();
    const gone = cards().filter((card) => card.querySelector("input[name$='-DELETE']").checked);
    try {
      const reply = await post(form.action, data, more);
      const answer = await reply.json();
      if (reply.ok) await take(answer, gone);
      else if (answer.asks) ask(answer.question);
      else if (answer.conflict) fail(words.conflict);
      else if (answer.errors) refuse(answer.errors);
      else throw new Error("later");
    } catch {
      await keep(data);
    }
  }

  async function take(answer, gone = []) {
    // Something is stored that this page does not show, such as a cramp that was timed meanwhile.
    if (answer.shows_all === false && !isDirty) location.reload();
    if (answer.shows_all === false) return;
    form.elements.version.value = answer.version;
    for (const [prefix, id] of Object.entries(answer.episodes)) {
      const field = form.elements[`${prefix}-id`];
      if (field) field.value = id;
    }
    gone.forEach(remove);
    if (gone.length) number();
    clearErrors(".field-error, .error-summary");
    askToDelete.hidden = true;
    if (!isDirty) {
      say(`${words.saved} ${answer.saved_at}. ${answer.note || ""}`, Boolean(words.undoUrl));
      standing("saved");
    }
    await forget();
  }

  // What is kept here has done its work, unless it says more than this form.
  async function forget() {
    if (holdsKept) await box.remove(kept);
    holdsKept = false;
  }

  function fail(text) {
    say(text);
    standing("failed");
  }

  function clearErrors(which) {
    for (const line of form.querySelectorAll(which)) line.remove();
  }

  // What is wrong stands at its question; the bar says that nothing was saved.
  function refuse(errors) {
    clearErrors(".field-error");
    const elsewhere = [];
    for (const [name, texts] of Object.entries(errors)) {
      const question = document.getElementById(`q_${name}`);
      const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
      const place = question ? question.querySelector("legend") : field && field.type !== "hidden" && field.closest("p");
      if (!place) {
        elsewhere.push(...texts);
        continue;
      }
      const line = document.createElement("p");
      line.className = "field-error";
      line.textContent = texts.join(" ");
      place.after(line);
      for (let part = place.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    }
    fail([words.failed, ...elsewhere].join(" "));
  }

  // Another answer than "Yes" deletes the cramps of this night: not before this question is answered.
  const askToDelete = document.getElementById("delete-cramps");
  const [deleteThem, keepThem] = askToDelete.querySelectorAll("button");

  function ask(question, button) {
    askToDelete.querySelector("p").textContent = question.sentence;
    deleteThem.textContent = question.delete;
    keepThem.textContent = question.keep;
    deleteThem.value = button && button.name === "save" ? button.value : "own";
    askToDelete.hidden = false;
    fail(words.failed);
    askToDelete.scrollIntoView({ block: "nearest" });
  }

  deleteThem.addEventListener("click", (event) => {
    event.preventDefault();
    if (isLeaving) return;
    isLeaving = true;
    clearTimeout(timer);
    inTurn(() => saveAndGo(deleteThem, location.href));
  });
  keepThem.addEventListener("click", (event) => {
    event.preventDefault();
    askToDelete.hidden = true;
    outcome("cramps").checked = true;
    refresh();
    saveSoon();
  });

  // No connection: the form is kept on this device, once per night, and sent under a name of its own.
  async function keep(data) {
    const made = new Date().toISOString();
    data.delete("csrfmiddlewaretoken");
    data.set("operation_id", crypto.randomUUID ? crypto.randomUUID() : made);
    data.set("kept_offline", "1");
    const before = await find();
    const record = {
      id: kept, kind: "night", owner: localStorage.getItem(OWNER), url: form.action, date, made,
      rev: (before || {}).rev, data: [...data],
    };
    try {
      if (!record.owner || !outcome() || (before && !holdsKept)) throw new Error("not yet");
      await box.put(record);
      holdsKept = true;
      say(words.kept);
      standing("kept");
    } catch {
      isDirty = true;
      fail(words.offline);
    }
  }

  const find = async () => (box.isAble ? box.get(kept) : undefined);

  function undo() {
    clearTimeout(timer);
    isDirty = false;
    isLeaving = true; // a second tap would take more back
    return inTurn(async () => {
      const data = new URLSearchParams();
      data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      data.set("version", form.elements.version.value);
      try {
        await post(words.undoUrl, data);
        location.reload();
      } catch {
        isLeaving = false;
        fail(words.offline);
      }
    });
  }

  // After each answer: what is chosen, which safety words its answers call for, and whether an hour is meant.
  const chosen = new Map();
  const rules = [...document.querySelectorAll("template[data-safety]")];
  const answerOf = (question) => (question.querySelector("input[type=radio]:checked") || {}).value || "";

  const typedMinutes = (card) => Number(card.querySelector("input[name$='-duration_minutes']").value.trim().replace(",", "."));
  function minutesOf(card) {
    const exact = answerOf(card.querySelector("[id$='-duration_band']"));
    return typedMinutes(card) || (exact.startsWith("=") ? Number(exact.slice(1)) / 60 : 0);
  }

  function show(region, rule, isGiven) {
    if (!isGiven && news === region) news = null;
    if (!isGiven) region.replaceChildren();
    if (!isGiven || region.firstChild) return;
    region.append(rule.content.cloneNode(true));
    news = region;
  }

  // The words stand at the answer that calls for them: the button, or the number that was typed.
  function showSafety(rule) {
    const { safety, answers } = rule.dataset;
    for (const question of form.querySelectorAll(`fieldset[id="q_${safety}"], fieldset[id$="-${safety}"]`)) {
      let region = question.nextElementSibling;
      if (!region || !region.matches(".safety-words")) {
        region = document.createElement("div");
        region.className = "safety-words";
        region.setAttribute("role", "status");
        question.after(region);
      }
      const card = question.closest("[data-episode]");
      const isTyped = Boolean(card && typedMinutes(card) > 10);
      const isLong = Boolean(card && minutesOf(card) > 10);
      show(region, rule, answers.split(" ").includes(answerOf(question)) || (isLong && !isTyped));
      if (card) show(card.querySelector(".at-number"), rule, isTyped);
    }
  }

  // New words are brought above the bar. What then lies under the finger is not meant by a second tap.
  function bring() {
    if (!news || !news.isConnected) return;
    const { top } = news.getBoundingClientRect();
    const { bottom } = (news.querySelector("ul + p") || news).getBoundingClientRect(); // the answer's own words
    const bar = document.querySelector(".save-bar").getBoundingClientRect();
    const hidden = Math.min(bottom - Math.min(bar.top, innerHeight) + 8, top - 8);
    if (hidden <= 0) return;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    scrollBy({ top: hidden, behavior: isStill ? "instant" : "smooth" });
    if (hidden > 24) document.dispatchEvent(new Event("moved")); // else the same answer still lies there
  }

  function showHour(card) {
    const check = card.querySelector(".hour-check");
    const isOver = answerOf(card.querySelector("[id$='-duration_band']")) === "over_60" || minutesOf(card) > 60;
    check.hidden = "known" in check.dataset || !isOver;
    if (check.hidden) check.querySelector("input").checked = false;
  }

  function refresh(isAnswer) {
    const before = news;
    chosen.clear();
    for (const radio of form.querySelectorAll("input[type=radio]:checked")) chosen.set(radio.name, radio);
    rules.forEach(showSafety);
    cards().forEach(showHour);
    if (!isAnswer) news = null;
    else if (news !== before) bring();
  }

  // A second tap on a chosen answer, or Space, takes it back: unanswered is an answer too.
  const isReleased = (input) => input.type === "radio" && input.name !== "outcome" && chosen.get(input.name) === input;
  function release(input) {
    input.checked = false;
    refresh();
    saveSoon();
  }
  form.addEventListener("click", (event) => {
    if (isReleased(event.target)) release(event.target);
    else if (event.target.type === "radio") refresh(true);
  });
  form.addEventListener("keyup", (event) => {
    if (event.key !== " " || !event.target.checked || !isReleased(event.target)) return;
    event.preventDefault(); // else some browsers choose it again
    release(event.target);
  });
  // A button and a number answer the same question: the last answer counts.
  const NUMBER_OF = { duration_band: "duration_minutes", part_of_night: "started_at" };
  function forgetOther(input) {
    const [, prefix, part] = input.name.match(/^(episodes-\d+-)?(.*)$/);
    const [band] = Object.entries(NUMBER_OF).find(([, number]) => number === part) || [part.replace(/_exact$/, "")];
    const number = form.elements[`${prefix || ""}${NUMBER_OF[band] || `${band}_exact`}`];
    if (input.type === "radio" && number) number.value = "";
    if (input === number) for (const radio of form.querySelectorAll(`[name="${prefix || ""}${band}"]:checked`)) radio.checked = false;
  }
  form.addEventListener("change", (event) => {
    if (event.target.name === "outcome") askToDelete.hidden = true;
    if (event.target.value || event.target.type === "radio") forgetOther(event.target);
    refresh(true);
    saveSoon();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isLeaving) return; // a second tap is the same tap
    isLeaving = true;
    clearTimeout(timer);
    inTurn(() => saveAndGo(event.submitter));
  });

  async function saveAndGo(button, next) {
    isDirty = false;
    const data = body();
    if (button && button.name) data.set(button.name, button.value);
    try {
      const reply = await post(form.action, data);
      const answer = await reply.json();
      if (reply.ok) {
        standing("saved");
        await forget();
        go(next || answer.next);
        return;
      }
      if (answer.asks) {
        isLeaving = false;
        ask(answer.question, button);
        return;
      }
      if (!answer.errors && !answer.conflict) throw new Error("later");
    } catch {
      isLeaving = false;
      await keep(data);
      return;
    }
    // The page that says what is wrong, or shows both copies, comes from the server.
    standing("leaving");
    const sent = document.createElement("input");
    Object.assign(sent, { type: "hidden", name: button && button.name || "save", value: button && button.value || "own" });
    form.append(sent);
    form.submit();
  }

  // The safety words are on this same page: it is read anew, for a jump alone would show nothing.
  function go(next) {
    const url = new URL(next, location.href);
    if (url.pathname !== location.pathname) {
      location.assign(url);
      return;
    }
    history.scrollRestoration = "manual";
    history.replaceState(null, "", url);
    location.reload();
  }
  if (location.hash === "#saved" && document.getElementById("saved")) document.getElementById("saved").scrollIntoView();

  // A tap just before the page is left is sent while it goes; what cannot be saved asks before it is lost. The service
  // worker passes on what is sent while the page is still here, and loses what comes later.
  function sendLast() {
    if (!isDirty || !outcome() || words.state === "failed") return;
    clearTimeout(timer);
    save({ keepalive: true });
  }
  addEventListener("pagehide", sendLast);
  addEventListener("beforeunload", (event) => {
    sendLast();
    if (words.state === "failed") event.preventDefault();
  });

  // What was changed elsewhere while the page was away is read anew.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") sendLast();
    else readAnew();
  });

  async function readAnew() {
    const isBusy = () => words.shell || holdsKept || isDirty || isLeaving || !["saved", undefined].includes(words.state);
    if (isBusy()) return;
    const reply = await fetch(form.action, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
    const now = reply && reply.ok ? await reply.json() : null;
    if (now && !isBusy() && String(now.version) !== form.elements.version.value) location.reload();
  }

  // Who comes straight back may be shown the night as it was before the last answers arrived.
  if (sessionStorage.getItem(SENT) === date) {
    for (const milliseconds of [100, 500, 2000]) setTimeout(() => inTurn(readAnew), milliseconds);
  }
  sessionStorage.removeItem(SENT);

  const add = document.getElementById("add-episode");

  function rename(card, position) {
    for (const part of card.querySelectorAll("[id], [name], [for], [aria-describedby]")) {
      for (const name of ["id", "name", "for", "aria-describedby"]) {
        const old = part.getAttribute(name);
        if (old) part.setAttribute(name, old.replace(/episodes-\d+-/, `episodes-${position}-`));
      }
    }
  }

  function number() {
    cards().forEach((card, position) => {
      rename(card, position);
      card.querySelector("[data-number]").textContent = String(position + 1);
    });
    form.elements["episodes-TOTAL_FORMS"].value = String(cards().length);
    refresh();
  }

  // A card without an answer, whatever it said before.
  function blank(card) {
    for (const input of card.querySelectorAll("input[data-band]")) {
      input.value = input.dataset.band;
      input.removeAttribute("data-band");
    }
    for (const part of card.querySelectorAll(".field-error, .exact-words, .timed")) part.remove();
    for (const input of card.querySelectorAll("input[value^='=']")) input.closest("label")?.remove();
    for (const input of card.querySelectorAll("input")) {
      if (input.type === "radio" || input.type === "checkbox") input.checked = false;
      else input.value = "";
    }
    for (const region of card.querySelectorAll(".safety-words")) region.replaceChildren();
    for (const part of card.querySelectorAll("details")) part.open = false;
    delete card.querySelector(".hour-check").dataset.known;
  }

  function remove(card) {
    if (card.contains(document.activeElement)) add.focus();
    if (cards().length > 1) card.remove();
    else blank(card);
  }

  function addEpisode() {
    const card = cards()[0].cloneNode(true);
    rename(card, cards().length); // before it joins the others: two radios of one name would undo each other
    blank(card);
    document.getElementById("episodes").append(card);
    number();
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
    refresh();
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
    line.className = "note timed";
    line.textContent = words.timed.replace("TIME", new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(started));
    document.querySelectorAll("[data-episode]")[number].querySelector(".split").after(line);
    const yes = form.querySelector("input[name=outcome][value=cramps]");
    if (!outcome()) yes.checked = true;
    refresh();
  }

  const nightOf = (moment) => {
    const day = new Date(moment);
    if (day.getHours() < 12) day.setDate(day.getDate() - 1);
    return named(day);
  };

  async function begin() {
    if (!box.isAble) return;
    const record = await find();
    if (record && record.owner === localStorage.getItem(OWNER) && !isDirty) {
      fill(record.data);
      holdsKept = true;
      say(words.kept);
      isDirty = Boolean(record.state); // was not taken as it is: the answer says why
      if (isDirty) inTurn(save);
    }
    if (!words.shell || record) return;
    const timed = (await box.all()).filter(
      (each) => each.data.kind === "cramp" && each.state !== "sent" && !each.data.removed_at && nightOf(each.data.started_at) === date,
    );
    timed.forEach(describe);
  }

  document.addEventListener("outbox-sent", (event) => {
    const mine = event.detail.find((each) => each.record.id === kept);
    if (!mine) return;
    if (mine.status === 200 && holdsKept) take(mine.answer);
    else if (mine.status === 200 && !isDirty) location.reload();
    else if (mine.answer.asks) ask(mine.answer.question);
    else if (mine.answer.errors) refuse(mine.answer.errors);
    else fail(mine.status === 409 ? words.conflict : words.failed);
  });
  refresh();
  begin();
})();
