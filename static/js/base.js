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
