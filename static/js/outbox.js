/* Reports and visits that the network did not take: kept in this browser's IndexedDB, one entry per client_uuid, and sent by
   themselves when the network is back or a page that carries this script opens. Only the person who wrote a report
   sends it: entries carry the user's key. The server knows a report by its client_uuid, so a second try makes no
   second order. An entry leaves this device when the server has it, or when its writer deletes it. */
"use strict";

window.Outbox = (() => {
  const STORE = "reports";

  function open() {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open("wangge-outbox", 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "uuid" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  async function run(mode, work) {
    const database = await open();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(STORE, mode);
        const request = work(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onerror = () => reject(transaction.error);
        transaction.onabort = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  }

  const keep = (entry) => run("readwrite", (store) => store.put(entry));
  const drop = (uuid) => run("readwrite", (store) => store.delete(uuid));
  const all = async (user) => (await run("readonly", (store) => store.getAll())).filter((entry) => entry.user === user);
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";

  /* Send fields [[name, value or File], …]. Answers {state, …}: sent, refused (errors), signed-out, trouble, offline. */
  async function post(url, fields) {
    const body = new FormData();
    fields.filter(([name]) => name !== "csrfmiddlewaretoken").forEach(([name, value]) => body.append(name, value));
    let answer;
    try {
      answer = await fetch(url, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-CSRFToken": token() },
        credentials: "same-origin",
        redirect: "manual",
      });
    } catch {
      return { state: "offline" };
    }
    if (answer.type === "opaqueredirect" || answer.status === 401) return { state: "signed-out" };
    if (answer.status === 403) return { state: "signed-out", isOne: true };
    if (answer.status === 404) return { state: "refused", errors: {}, isGone: true }; // A house that is another grid's now.
    if (answer.status === 413) return { state: "too-big" };
    if (answer.status >= 500) return { state: "trouble" };
    try {
      const said = await answer.json();
      return answer.ok ? { state: "sent", ...said } : { state: "refused", errors: said.errors || {} };
    } catch {
      return { state: "trouble" };
    }
  }

  let sending = false;
  async function sendAll(user, url, tell) {
    if (sending) return;
    sending = true;
    try {
      for (const entry of await all(user)) {
        if (entry.errors) continue;
        const said = await post(entry.url || url, entry.fields); // A visit knows its own address.
        if (said.state === "sent") {
          await drop(entry.uuid);
          tell?.(said);
        } else if (said.state === "refused") {
          await keep({ ...entry, errors: said.errors, isGone: Boolean(said.isGone) });
        } else if (said.state === "offline" || (said.state === "signed-out" && !said.isOne)) {
          break; // So it will be for the others; what one of them alone meets does not hold up the rest.
        }
      }
    } finally {
      sending = false;
    }
  }

  /* Put what was kept back into its form: the boxes that were ticked and no others, and the photos. */
  function fill(form, fields) {
    form.querySelectorAll("input[type=checkbox]").forEach((box) => (box.checked = false));
    const photos = new Map();
    for (const [name, value] of fields) {
      if (value instanceof File) photos.set(name, [...(photos.get(name) || []), value]);
      const named = [...form.elements].filter((field) => field.name === name && field.type !== "file");
      const field = named.length > 1 ? named.find((one) => one.value === value) : named[0];
      if (!field || name === "csrfmiddlewaretoken") continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = true;
      else field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    photos.forEach((given, name) => form.querySelector(`[name=${name}]`)?.closest("[data-photos]")?.setFiles?.(given));
  }

  return { keep, drop, all, post, sendAll, fill };
})();

(() => {
  const { Outbox } = window;

  async function showNote(note) {
    const waiting = await Outbox.all(Number(note.dataset.user));
    note.hidden = waiting.length === 0;
    note.querySelector("[data-outbox-count]").textContent = waiting.length;
  }

  function line(box, entry) {
    const item = document.createElement("li");
    const words = document.createElement("span");
    const text = entry.fields.find(([name]) => name === "description")?.[1] || entry.words || "";
    words.textContent = `${new Date(entry.keptAt).toLocaleString(document.documentElement.lang)} · ${text}`;
    const { wordsGone, wordsRefused, wordsWaiting } = box.dataset;
    const state = Object.assign(document.createElement("b"), {
      textContent: entry.isGone ? wordsGone : entry.errors ? wordsRefused : wordsWaiting,
    });
    item.append(state, words);
    if (entry.errors && !entry.isGone) {
      const correct = Object.assign(document.createElement("button"), { type: "button", className: "btn" });
      correct.textContent = box.dataset.wordsOpen;
      correct.addEventListener("click", () => {
        if (entry.url && entry.url !== window.location.pathname) window.location.assign(`${entry.url}#${entry.uuid}`);
        else document.dispatchEvent(new CustomEvent("outbox:open", { detail: entry }));
      });
      item.append(correct);
    }
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "btn" });
    remove.textContent = box.dataset.wordsDelete;
    remove.addEventListener("click", async () => {
      if (!window.confirm(box.dataset.wordsConfirm)) return;
      await Outbox.drop(entry.uuid);
      show(box);
    });
    item.append(remove);
    return item;
  }

  async function show(box) {
    const waiting = await Outbox.all(Number(box.dataset.user));
    box.hidden = waiting.length === 0;
    box.querySelector("[data-outbox-count]").textContent = waiting.length;
    box.querySelector("[data-outbox-list]").replaceChildren(...waiting.map((entry) => line(box, entry)));
  }

  async function send(box) {
    const status = document.querySelector("[data-report-status]");
    await Outbox.sendAll(Number(box.dataset.user), box.dataset.url, (said) => {
      if (!status) return;
      const link = Object.assign(document.createElement("a"), { href: said.url, textContent: said.number });
      const note = document.createElement("p");
      note.className = "notice notice-success";
      note.append(`${box.dataset.wordsSent} `, link);
      status.append(note);
    });
    await show(box);
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (!window.indexedDB) return;
    const note = document.querySelector("[data-outbox-note]");
    if (note) showNote(note).catch(() => {});
    const box = document.querySelector("[data-outbox]");
    if (!box) return;
    const trySending = () => send(box).catch(() => {});
    show(box).then(trySending, () => {});
    window.addEventListener("online", trySending);
    document.addEventListener("outbox:kept", () => show(box).catch(() => {}));
    box.querySelector("[data-outbox-send]").addEventListener("click", trySending);
  });
})();
