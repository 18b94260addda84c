/* Sends where this browser is while its person shares it, at most once a minute, from any page.
   The page says on the script's own element whether sharing was begun (data-until, epoch seconds) and where to send to;
   between pages that is kept in this browser. The server decides each time: 409 or 403 ends it here too. */
"use strict";

(() => {
  const me = document.currentScript;
  const { url, person } = me.dataset;
  const KEPT = `position:${person}`;
  const EVERY_MS = 60_000;
  let watch = null;

  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(KEPT)) || {};
    } catch {
      return {};
    }
  };
  const write = (state) => {
    try {
      if (state) localStorage.setItem(KEPT, JSON.stringify(state));
      else localStorage.removeItem(KEPT);
    } catch {
      /* then each page asks anew */
    }
  };
  const stop = () => {
    if (watch !== null) navigator.geolocation.clearWatch(watch);
    watch = null;
    write(null);
  };

  async function send({ coords }) {
    const state = read();
    const now = Date.now();
    if (!state.until || state.until * 1000 <= now) return stop();
    if (state.sentAt && now - state.sentAt < EVERY_MS) return;
    write({ ...state, sentAt: now });
    const body = new URLSearchParams({
      lng: coords.longitude.toFixed(5),
      lat: coords.latitude.toFixed(5),
      accuracy_m: String(Math.round(coords.accuracy)),
    });
    const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
    try {
      const answer = await fetch(url, { method: "POST", body, headers, redirect: "error" });
      // At lunch the office is closed but the consent holds: the next minute asks again.
      if (answer.status === 403 || (answer.status === 409 && (await answer.json()).is_over)) stop();
    } catch {
      /* without a network the next minute tries again */
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const told = document.querySelector("[data-sharing-until]");
    if (told) {
      const until = Number(told.dataset.sharingUntil);
      if (until) write({ ...read(), until });
      else stop();
    }
    const { until } = read();
    if (!until || until * 1000 <= Date.now() || !navigator.geolocation) return;
    watch = navigator.geolocation.watchPosition(send, () => {}, { maximumAge: 30_000, timeout: 60_000 });
  });
})();
