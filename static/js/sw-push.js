// Part of the service worker: shows a reminder and opens its night. Loaded by sw.js with importScripts.
// A reminder says nothing about health; it opens pages of this site alone, behind the log-in.
self.addEventListener("push", (event) => {
  let message = {};
  try {
    message = event.data ? event.data.json() : {};
  } catch {
    message = {};
  }
  const options = {
    body: message.body || "",
    tag: "reminder", // a later one takes the place of the earlier
    data: { url: message.url || "", later: message.later_url || "" },
    actions: message.later ? [{ action: "later", title: message.later }] : [],
  };
  event.waitUntil(self.registration.showNotification(message.title || "Diary", options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url, later } = event.notification.data || {};
  const wanted = new URL((event.action === "later" && later) || url || "./", self.registration.scope);
  if (wanted.origin !== self.location.origin) return;
  event.waitUntil(
    (async () => {
      const open = await self.clients.matchAll({ type: "window" });
      const same = open.find((client) => client.url === wanted.href);
      return same ? same.focus() : self.clients.openWindow(wanted.href);
    })(),
  );
});
