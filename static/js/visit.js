/* Recording a visit without losing anything: sent by the page itself, kept on the device where the network is away
   (static/js/outbox.js sends it later). Without this script the same form is an ordinary one. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  document.documentElement.classList.add("has-js");
  const form = document.getElementById("visit-form");
  if (!form || !window.Outbox) return;
  const status = document.querySelector("[data-report-status]");
  const button = form.querySelector("[data-send]");
  const say = (text, kind) => {
    const note = Object.assign(document.createElement("p"), { textContent: text, className: `notice notice-${kind}` });
    status.replaceChildren(note);
    if (kind !== "info") status.scrollIntoView({ block: "center" });
  };
  const mark = (errors) => {
    form.querySelectorAll("[data-error-of]").forEach((place) => {
      const words = errors[place.dataset.errorOf] || [];
      place.replaceChildren(...words.map((word) => Object.assign(document.createElement("span"), { textContent: word })));
      if (words.length) place.closest("details")?.setAttribute("open", "");
    });
    say([form.dataset.wordsWrong, ...(errors.__all__ || [])].join(" "), "error");
    [...form.querySelectorAll("[data-error-of]")].find((place) => place.childElementCount)?.scrollIntoView({ block: "center" });
  };
  form.querySelector("[data-everybody]")?.addEventListener("click", () => {
    const boxes = [...form.querySelectorAll("[name=people]")];
    const all = boxes.every((box) => box.checked);
    boxes.forEach((box) => (box.checked = !all));
  });

  // One that was kept and refused is corrected here, with the moment at which it took place.
  let isCorrected = false;
  const reopen = (entry) => {
    isCorrected = true;
    window.Outbox.fill(form, entry.fields);
    form.querySelectorAll("details").forEach((details) => {
      details.open = [...details.querySelectorAll("textarea, img")].some((field) => field.value || field.src);
    });
    mark(entry.errors || {});
  };
  document.addEventListener("outbox:open", ({ detail: entry }) => reopen(entry));
  const user = Number(form.dataset.user);
  const asked = window.location.hash.slice(1);
  const kept = asked && window.indexedDB ? window.Outbox.all(user) : Promise.resolve([]);
  kept.then((entries) => entries.filter((entry) => entry.uuid === asked).forEach(reopen)).catch(() => {});

  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    button.disabled = true;
    say(form.dataset.wordsSending, "info");
    // The moment of the visit, should it be sent hours later.
    if (!isCorrected) form.elements.visited_at.value = new Date().toISOString();
    const fields = [...new FormData(form).entries()].filter(([, value]) => !(value instanceof File && value.size === 0));
    const said = await window.Outbox.post(window.location.href, fields);
    if (said.state === "sent") {
      await window.Outbox.drop(form.elements.client_uuid.value).catch(() => {});
      window.location.assign(said.url);
      return;
    }
    if (said.state === "refused") mark(said.errors);
    else if (said.state === "too-big") say(form.dataset.wordsTooBig, "error");
    else if (said.state === "trouble") say(form.dataset.wordsTrouble, "error");
    else {
      try {
        const uuid = form.elements.client_uuid.value;
        const { pathname: url } = window.location;
        const words = form.dataset.wordsTitle;
        await window.Outbox.keep({ uuid, user, url, words, fields, keptAt: Date.now() });
        say(said.state === "offline" ? form.dataset.wordsKept : form.dataset.wordsSignedOut, "warning");
        document.dispatchEvent(new Event("outbox:kept"));
        return; // Kept: the same visit is not sent a second time from here.
      } catch {
        say(form.dataset.wordsNotKept, "error");
      }
    }
    busy = false;
    button.disabled = false;
  });
});
