// Turns notices on and off in this browser. Without this script mail and calendar still work.
(async () => {
  const box = document.getElementById("push");
  const state = document.getElementById("push-state");
  if (!box || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  const worker = await navigator.serviceWorker.ready; // on the first visit base.js is only just registering it

  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

  const send = async (url, body) => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    if (answer.ok) return;
    const sentence = await answer.json().then((data) => data.errors.__all__[0], () => box.dataset.failed);
    throw new Error(sentence);
  };

  const show = async (words) => {
    const isOn = Boolean(await worker.pushManager.getSubscription());
    box.querySelector("[data-turn=on]").hidden = isOn;
    box.querySelector("[data-turn=off]").hidden = !isOn;
    box.hidden = false;
    // Where notices work they come first, and the calendar is the second way.
    document.getElementById("calendar-card").before(box.closest("section"));
    document.getElementById("add-to-calendar").className = "button-quiet";
    state.textContent = words || (isOn ? box.dataset.isOn : box.dataset.isOff);
  };

  const turnOn = async () => {
    if ((await Notification.requestPermission()) !== "granted") throw new Error(box.dataset.denied);
    const made = await worker.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytes(box.dataset.key),
    });
    try {
      await send(box.dataset.add, made.toJSON());
    } catch (error) {
      await made.unsubscribe();
      throw error;
    }
  };

  const turnOff = async () => {
    const made = await worker.pushManager.getSubscription();
    if (!made) return;
    await send(box.dataset.remove, { endpoint: made.endpoint });
    await made.unsubscribe();
  };

  box.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-turn]");
    if (!button) return;
    try {
      await (button.dataset.turn === "on" ? turnOn() : turnOff());
      await show();
    } catch (error) {
      await show(error.name === "Error" ? error.message : box.dataset.failed);
    }
  });
  await show();
})();
