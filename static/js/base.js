// Closes the menu with Escape or a tap outside. Without this script the word Menu closes it.
const menu = document.querySelector("details.menu");

if (menu) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// A page that Back brings out of the browser's memory may be out of date: it is read anew.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.body.dataset.owner) location.reload();
});

// The device's time zone: chosen at sign-up, offered later when it differs from the account's.
// Without this script the zone is chosen from the list on the account page.
(() => {
  const device = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!device) return;

  const wall = (zone, moment) =>
    new Intl.DateTimeFormat("en-GB", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(moment);

  // Two names are one zone for us while their clocks agree in winter and in summer.
  const agree = (one, other) => {
    const year = new Date().getFullYear();
    const moments = [new Date(), new Date(Date.UTC(year, 0, 15)), new Date(Date.UTC(year, 6, 15))];
    try {
      return moments.every((moment) => wall(one, moment) === wall(other, moment));
    } catch {
      return false;
    }
  };

  const offer = document.getElementById("zone-offer");
  if (offer) {
    const account = offer.dataset.zone;
    const answer = `${account} ${device}`;
    if (!agree(account, device) && localStorage.getItem("zone-kept") !== answer) {
      for (const place of offer.querySelectorAll("[data-device-zone]")) place.textContent = device;
      offer.querySelector("[name=time_zone]").value = device;
      offer.querySelector("[data-keep]").addEventListener("click", () => {
        localStorage.setItem("zone-kept", answer);
        offer.hidden = true;
      });
      offer.hidden = false;
    }
  }

  const list = document.querySelector(".signed-out select[data-zone-select]");
  if (list && !list.querySelector("option[data-device]") && !document.querySelector(".error-summary")) {
    if (![...list.options].some((option) => option.value === device)) list.prepend(new Option(device, device));
    list.value = device;
  }
})();

// What waits on this device is sent when there is a connection; logging out deletes it, after asking.
(() => {
  const { worker, outbox, owner } = document.body.dataset;
  const OWNER = "outbox-owner";
  const COUNT = "outbox-count";
  const bar = document.getElementById("waiting");
  if (owner) localStorage.setItem(OWNER, owner);
  if (owner && "serviceWorker" in navigator) navigator.serviceWorker.register(worker, { updateViaCache: "none" }).catch(() => {}); // later, with a connection

  const waiting = () => Number(localStorage.getItem(COUNT) || 0);
  const load = () =>
    new Promise((resolve) => {
      if (window.outbox) return resolve(window.outbox);
      const script = document.createElement("script");
      script.src = outbox;
      script.onload = () => resolve(window.outbox);
      script.onerror = () => resolve(null);
      document.head.append(script);
    });

  // A night that was changed elsewhere too is shown with both copies by the server.
  function look(record, token) {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: record.url, hidden: true });
    for (const [name, value] of [...record.data, ["csrfmiddlewaretoken", token], ["save", "own"]]) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  }

  async function tell(box, wasSent) {
    const records = (await box.all()).filter((record) => record.state !== "sent" && record.owner === localStorage.getItem(OWNER));
    const asks = records.filter((record) => record.state === "asks" || record.state === "shown");
    const who = asks.length ? await box.standing() : null;
    const buttons = (who && who.signed_in ? asks : []).map((record) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button-text";
      button.textContent = `${bar.dataset.look}: ${record.date || ""}`;
      button.addEventListener("click", async () => {
        await box.put({ ...record, state: "shown" });
        look(record, who.csrf);
      });
      return button;
    });
    const count = records.length;
    const waits = count === 1 ? bar.dataset.one : bar.dataset.many.replace("NUMBER", count);
    bar.hidden = !count && !wasSent;
    // At once, because two rounds may run side by side.
    bar.querySelector("p").replaceChildren(asks.length ? bar.dataset.asks : count ? waits : bar.dataset.sent, " ", ...buttons);
  }

  async function send() {
    const box = await load();
    if (!box || !box.isAble) return;
    if (bar) document.addEventListener("outbox", () => tell(box, false).catch(() => {}));
    // The page with both copies has been answered: the copy on this device has done its work.
    for (const place of document.querySelectorAll("[data-settles]")) {
      const settle = () => box.remove(place.dataset.settles);
      place.addEventListener(place.tagName === "FORM" ? "submit" : "click", settle);
    }
    const done = await box.send();
    if (bar) await tell(box, done.some((each) => each.status === 200));
  }

  // What began to wait after this page came is sent from here too.
  const sendWaiting = () => waiting() && send();
  if (outbox) {
    sendWaiting();
    addEventListener("online", sendWaiting);
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-leaves]")) return;
    event.preventDefault();
    const box = await load();
    if (box && box.isAble && (await box.count()) && bar && !confirm(bar.dataset.leave)) return;
    localStorage.removeItem(OWNER);
    if (box && box.isAble) await box.wipe();
    const registration = "serviceWorker" in navigator && (await navigator.serviceWorker.getRegistration());
    const subscription = registration && registration.pushManager && (await registration.pushManager.getSubscription());
    if (subscription) await subscription.unsubscribe();
    form.submit();
  });
})();

// A second tap at the same place within a second of an answer does nothing, on the next page too: it was meant
// for what stood there before. Forms that send an answer at one tap say so with data-answer.
(() => {
  const KEY = "answer-tapped";
  const SECOND_TAP_MILLISECONDS = 1000;
  const SAME_PLACE_PIXELS = 24;
  let place = null;
  addEventListener(
    "click",
    (event) => {
      place = null;
      if (!event.detail) return; // by keyboard
      const [x, y, at] = JSON.parse(sessionStorage.getItem(KEY) || "[0, 0, 0]");
      const isNear = Math.hypot(event.clientX - x, event.clientY - y) < SAME_PLACE_PIXELS;
      if (isNear && Date.now() - at < SECOND_TAP_MILLISECONDS) {
        event.preventDefault();
        event.stopPropagation();
      } else {
        sessionStorage.removeItem(KEY); // after a tap elsewhere none is the second
        place = [event.clientX, event.clientY];
      }
    },
    true,
  );
  const keep = () => place && sessionStorage.setItem(KEY, JSON.stringify([...place, Date.now()]));
  document.addEventListener("moved", keep); // the page went on under the finger
  addEventListener(
    "submit",
    (event) => {
      if (event.target.matches("[data-answer]")) keep();
    },
    true,
  );
})();
