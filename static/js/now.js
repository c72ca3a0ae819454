// Cramp now: the time comes from the stored start, so a locked screen loses nothing. Without this file the same
// buttons are a form.
(() => {
  "use strict";
  const box = window.outbox;
  const words = document.body.dataset;
  const id = (name) => document.getElementById(name);
  const OWNER = "outbox-owner"; // an opaque number: taps without a connection find their diary by it
  const SECOND_TAP = 10_000;
  const LONG = 600_000;
  const HOUR = 3_600_000;
  let cramp = null;
  let lock = null;
  let note = "";
  if (!box.isAble) return;
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(words.worker, { updateViaCache: "none" }).catch(() => {});

  const time = (moment, style) =>
    new Intl.DateTimeFormat(document.documentElement.lang, style || { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(moment);
  const passed = () => Date.now() - new Date(cramp.data.started_at);
  const record = (client, started, kind = "cramp") => ({
    id: client, owner: localStorage.getItem(OWNER), url: words.now, made: started,
    data: { client_id: client, kind, started_at: started },
  });

  function show(state) {
    words.state = state;
    const isAfter = state !== "start" && state !== "running";
    for (const step of document.querySelectorAll("[data-step]")) {
      step.hidden = step.dataset.step !== state && !(isAfter && step.dataset.step === "after");
    }
    id("remove").hidden = state === "start" || state === "removed";
    for (const button of document.querySelectorAll("[name=side]")) {
      button.setAttribute("aria-pressed", button.value === (cramp && cramp.data.side));
    }
    tick();
    awake();
  }

  function tick() {
    id("clock").textContent = time(Date.now());
    if (words.state !== "running" || !cramp) return;
    const seconds = Math.max(0, Math.floor(passed() / 1000));
    id("timer").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    id("started").textContent = words.started.replace("TIME", time(new Date(cramp.data.started_at)));
    id("ease").hidden = passed() >= LONG;
    id("long").hidden = passed() < LONG;
  }

  async function awake() {
    try {
      const isWanted = words.state === "running" && !document.hidden;
      if (isWanted && !lock) lock = await navigator.wakeLock.request("screen");
      else if (!isWanted && lock) lock = await lock.release();
    } catch {
      lock = null; // the device decides, or has no such thing
    }
  }

  async function keep() {
    delete cramp.state;
    try {
      await box.put(cramp);
    } catch {
      id("said").textContent = words.failed;
      return;
    }
    await known; // a tap may be faster than the answer to who is logged in
    if (!cramp.owner && localStorage.getItem(OWNER)) {
      cramp.owner = localStorage.getItem(OWNER);
      await box.put(cramp);
    }
    await box.send();
    const left = await box.get(cramp.id);
    if (!left || left.state === "sent") id("said").textContent = note || words.sent;
    else id("said").textContent = cramp.owner ? words.kept : words.loose;
  }

  document.addEventListener("outbox-sent", (event) => {
    const mine = event.detail.find((each) => cramp && each.record.id === cramp.id);
    if (!mine) return;
    note = mine.answer.note || note;
    if (mine.status === 200) id("said").textContent = note || words.sent; // it may have waited for a connection
  });

  function act(deed, side) {
    const now = new Date().toISOString();
    if (deed === "start" || deed === "restless") cramp = record(crypto.randomUUID(), now, deed === "start" ? "cramp" : "restless");
    else if (deed === "stop" && passed() < SECOND_TAP) return; // a second tap of the same thumb
    else if (deed === "stop") cramp.data.stopped_at = now;
    else if (deed === "remove") cramp.data.removed_at = now;
    else if (deed === "keep") cramp.data.kept_at = now;
    else Object.assign(cramp.data, { side, side_at: now });
    const { kind, stopped_at: stopped } = cramp.data;
    show(deed === "remove" ? "removed" : kind === "restless" ? kind : stopped ? "over" : "running");
    keep();
  }

  document.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    act(event.submitter.name === "do" && event.submitter.value, event.submitter.value);
  });
  id("again").addEventListener("click", (event) => {
    event.preventDefault();
    cramp = null;
    id("said").textContent = "";
    show("start");
  });

  // Cramps timed while nobody was logged in belong to whoever says so.
  const loose = async () => (await box.all()).filter((each) => !each.owner);
  async function askWhose() {
    const rows = (await loose()).map((each) => {
      const row = document.createElement("li");
      row.textContent = time(new Date(each.made), { dateStyle: "medium", timeStyle: "short" });
      return row;
    });
    id("theirs").hidden = !(localStorage.getItem(OWNER) && rows.length);
    document.querySelector("#theirs ul").replaceChildren(...rows);
  }
  id("theirs").addEventListener("click", async (event) => {
    if (event.target.name !== "mine") return;
    for (const each of await loose()) {
      if (event.target.value === "yes") await box.put({ ...each, owner: localStorage.getItem(OWNER) });
      else await box.remove(each.id);
    }
    await box.send();
    askWhose();
  });

  const known = box.standing().then((who) => {
    if (who && who.signed_in) localStorage.setItem(OWNER, who.owner);
    else if (who) localStorage.removeItem(OWNER);
    return who;
  });

  async function begin() {
    for (const each of await box.all()) {
      const { kind, started_at: at, stopped_at: stopped, removed_at: removed } = each.data;
      if (kind !== "cramp" || stopped || removed) continue;
      if (Date.now() - new Date(at) < HOUR) cramp = each;
      else if (each.state === "sent") await box.remove(each.id); // the morning asks how long
    }
    if (words.client && !cramp) cramp = record(words.client, words.at);
    if (cramp && words.state === "start") show("running");
    tick();
    const who = await known;
    if (!who) return;
    await box.send();
    if (who.running && words.state === "start") {
      cramp = record(who.running.client_id, who.running.started_at);
      show("running");
    }
    askWhose();
  }

  document.addEventListener("visibilitychange", () => show(words.state));
  addEventListener("online", box.send);
  setInterval(tick, 1000);
  begin();
})();
