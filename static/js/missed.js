// Fills in missed nights without leaving the page, so that no row moves. Without this script each tap is a page load.
(() => {
  "use strict";
  const section = document.getElementById("missed");
  if (!section) return;
  const SECOND_TAP_MILLISECONDS = 1000;
  const tappedAt = new Map(); // by row id: when it was tapped or last changed; Infinity while it is being sent

  // The row as the server shows it now; with it what else on the page tells of this night.
  function show(fresh, row) {
    const place = fresh.getElementById(row.id);
    if (!place) return false;
    const isInside = row.contains(document.activeElement);
    row.replaceWith(place);
    for (const id of ["missed-title", "month", "month-written"]) {
      const part = fresh.getElementById(id);
      if (part && document.getElementById(id)) document.getElementById(id).replaceWith(part);
    }
    const isWritten = place.querySelector(".is-answered") !== null;
    for (const box of section.querySelectorAll(`[name=date][value="${place.dataset.date}"]`)) {
      box.disabled = isWritten;
      box.checked = box.checked && !isWritten;
    }
    if (isInside) place.querySelector(isWritten ? ".missed-saved p" : "button").focus({ preventScroll: true });
    return true;
  }

  // A reload and a way back find the same rows in the same places.
  function keep(date) {
    const here = new URL(location);
    if (here.searchParams.getAll("filled").includes(date)) return;
    here.searchParams.append("filled", date);
    history.replaceState(null, "", here);
  }

  section.addEventListener("submit", async (event) => {
    const form = event.target;
    const row = form.closest(".missed-night");
    if (!row) return;
    event.preventDefault();
    if (Date.now() - (tappedAt.get(row.id) || 0) < SECOND_TAP_MILLISECONDS) return;
    tappedAt.set(row.id, Infinity);
    const body = new URLSearchParams(new FormData(form));
    if (event.submitter && event.submitter.name) body.set(event.submitter.name, event.submitter.value);
    try {
      const reply = await fetch(form.action, { method: "POST", body });
      const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
      if (reply.ok && show(fresh, row)) {
        keep(row.dataset.date);
      } else {
        for (const [name, value] of body) {
          if (!form.elements[name] || form.elements[name].type !== "hidden") {
            form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
          }
        }
        form.submit(); // the server's own page says what is wrong
      }
    } catch {
      row.querySelector(".missed-state").textContent = section.dataset.failed;
    }
    tappedAt.set(row.id, Date.now());
  });
})();
