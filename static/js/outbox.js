// What could not be sent yet: kept encrypted in this browser with a key that cannot be read out, and sent exactly
// once. Every message may be repeated: the server answers a repeated one as it did before.
window.outbox = (() => {
  "use strict";
  const COUNT = "outbox-count"; // a number and nothing else, so that other pages need not open the store
  const url = document.body.dataset.now;
  let database = null;
  let isWiped = false;
  let sending = null;

  const asked = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  function open() {
    const request = indexedDB.open("crampdiary", 1);
    request.onupgradeneeded = () => ["keys", "waiting"].forEach((name) => request.result.createObjectStore(name));
    return asked(request);
  }

  async function store(name, mode = "readonly") {
    if (isWiped) throw new Error("wiped"); // or a late reader would make it anew
    database = database || open();
    return (await database).transaction(name, mode).objectStore(name);
  }

  async function key() {
    const known = await asked((await store("keys")).get(1));
    if (known) return known;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const keys = await store("keys", "readwrite");
    const other = await asked(keys.get(1)); // another tab may have been faster
    if (!other) await asked(keys.put(made, 1));
    return other || made;
  }

  // record: {id, owner, kind, url, made, state, rev, data}: all of it is encrypted.
  async function put(record) {
    record.rev = (record.rev || 0) + 1;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(record));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), plain);
    await asked((await store("waiting", "readwrite")).put({ iv, sealed }, record.id));
    await count();
  }

  async function all() {
    const rows = await asked((await store("waiting")).getAll());
    const opened = rows.map(async ({ iv, sealed }) =>
      JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await key(), sealed))));
    return (await Promise.all(opened)).sort((one, other) => (one.made < other.made ? -1 : 1));
  }

  const get = async (id) => (await all()).find((record) => record.id === id);

  async function remove(id) {
    await asked((await store("waiting", "readwrite")).delete(id));
    await count();
  }

  async function count() {
    const waiting = (await all()).filter((record) => record.state !== "sent").length;
    if (waiting) localStorage.setItem(COUNT, waiting);
    else localStorage.removeItem(COUNT);
    document.dispatchEvent(new Event("outbox"));
    return waiting;
  }

  async function wipe() {
    isWiped = true;
    if (database) (await database).close();
    await asked(indexedDB.deleteDatabase("crampdiary"));
    localStorage.removeItem(COUNT);
  }

  // Who is logged in here, with a fresh token; undefined without a connection.
  const standing = () =>
    fetch(url, { headers: { Accept: "application/json" }, cache: "no-store" })
      .then((reply) => (reply.ok ? reply.json() : undefined), () => undefined);

  async function deliver(record, who) {
    const body = new URLSearchParams(record.data);
    body.set("csrfmiddlewaretoken", who.csrf);
    body.set("owner", record.owner); // refused where somebody else has logged in meanwhile
    body.set("sent_at", new Date().toISOString());
    const headers = { Accept: "application/json" };
    const { status, ...reply } = await fetch(record.url, { method: "POST", body, headers, redirect: "error" })
      .then(async (got) => ({ status: got.status, answer: await got.json() }));
    if (status !== 200 && status !== 409 && status !== 422) throw new Error("later");
    const now = await get(record.id);
    const isSame = now && now.rev === record.rev; // else more was said meanwhile: that goes next
    const { kind, stopped_at: stopped, removed_at: removed } = record.data;
    if (isSame && status === 200 && (kind !== "cramp" || stopped || removed)) await remove(record.id);
    else if (isSame) await put({ ...now, state: status === 200 ? "sent" : "asks" });
    return { record, status, ...reply };
  }

  async function sendAll() {
    const who = await standing();
    const done = [];
    for (const record of who && who.signed_in ? await all() : []) {
      if (record.owner !== who.owner || record.state) continue;
      try {
        done.push(await deliver(record, who));
      } catch {
        break;
      }
    }
    if (done.length) document.dispatchEvent(new CustomEvent("outbox-sent", { detail: done }));
    return done;
  }

  async function send() {
    while (sending) await sending;
    sending = sendAll().finally(() => { sending = null; });
    return sending;
  }

  return { all, get, put, remove, count, send, standing, wipe, isAble: Boolean(window.indexedDB && crypto.subtle) };
})();
