// The cockpit: asks for what is on it every half minute and puts it in place when it changed. It keeps nothing but the
// address and the tag of what is shown, draws nothing itself, comes back by itself when the connection does, says when
// the figures stand still, and goes back to its own node when nobody has touched it for a while.
"use strict";

const Cockpit = (() => {
  const EVERY = 30_000;
  const PATIENCE = 20_000;
  const IDLE = 5 * 60_000;
  const STALE = 10 * 60_000;
  const board = document.getElementById("board");
  const state = document.getElementById("state");
  let address = location.pathname + location.search;
  let shownAt = address;
  const home = board.dataset.home || address;
  let etag = board.dataset.etag;
  let timer = 0;
  let wait = 0;
  let lostAt = "";
  let asked = 0;
  let touchedAt = Date.now();

  // The district's clock wherever the screen hangs: "2026-11-22 03:28:05".
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: board.dataset.zone, dateStyle: "short", timeStyle: "medium" });
  const shown = () => board.querySelector(".ck");

  function tick() {
    const place = document.getElementById("clock");
    if (place) place.textContent = clock.format(new Date());
    if (address !== home && Date.now() - touchedAt > IDLE) {
      history.replaceState(null, "", home);
      drill(home);
    }
  }

  function touched() {
    touchedAt = Date.now();
  }

  function say(which) {
    state.hidden = !which;
    if (!which) return;
    const of = shown()?.dataset.of || "—";
    const words = state.dataset[which].replace("{time}", lostAt).replace("{of}", of);
    const said = state.querySelector("span");
    if (said.textContent !== words) said.textContent = words;
    const link = state.querySelector("a");
    if (link) link.hidden = which !== "signedOut";
    board.classList.toggle("is-dark", which === "ended");
  }

  function put(html, tag) {
    const held = document.activeElement?.getAttribute("href");
    const before = shown()?.dataset.release;
    board.innerHTML = html;
    etag = tag;
    shownAt = address;
    const now = shown();
    if (before && now && now.dataset.release !== before) return location.reload();
    document.title = document.title.replace(/^[^·]*·/, `${now.dataset.title} ·`);
    if (held) board.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus();
    ready();
  }

  function ready() {
    const button = board.querySelector("[data-full]");
    if (button) button.hidden = !document.fullscreenEnabled || document.fullscreenElement !== null;
    tick();
  }

  function failed() {
    if (!lostAt) lostAt = clock.format(new Date()).slice(5, 16);
    if (address !== shownAt) {
      // What was asked for does not come: the address says again what the screen shows.
      address = shownAt;
      history.replaceState(null, "", shownAt);
    }
    say("lost");
    wait = Math.min(wait ? wait * 2 : 5_000, EVERY);
  }

  function standsStill(answer) {
    const at = Date.parse(shown()?.dataset.at || "");
    return Date.parse(answer.headers.get("Date") || "") - at > STALE;
  }

  async function refresh() {
    const mine = ++asked;
    clearTimeout(timer);
    const stop = new AbortController();
    const patience = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const headers = { "X-Background": "1" };
      if (etag) headers["If-None-Match"] = etag;
      const answer = await fetch(address, { headers, cache: "no-store", signal: stop.signal, credentials: "same-origin" });
      if (mine !== asked) return;
      if (answer.redirected) say("signedOut");
      else if (answer.status === 404 || answer.status === 403 || answer.status === 410) say("ended");
      else if (answer.status === 304 || answer.ok) {
        const html = answer.status === 304 ? "" : await answer.text();
        if (mine !== asked) return;
        if (html && !html.includes("data-release=")) return failed(); // A portal or a proxy answers in the server's place.
        lostAt = "";
        wait = 0;
        if (html) put(html, answer.headers.get("ETag"));
        say(standsStill(answer) ? "stale" : "");
      } else failed();
    } catch {
      if (mine === asked) failed();
    } finally {
      clearTimeout(patience);
      if (mine === asked) timer = setTimeout(refresh, wait || EVERY);
    }
  }

  function drill(url) {
    address = url;
    etag = "";
    touched();
    return refresh();
  }

  let lock = null;
  async function stayAwake() {
    if (document.visibilityState !== "visible" || !navigator.wakeLock) return;
    lock = await navigator.wakeLock.request("screen").catch(() => null);
  }

  board.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-drill]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      const url = link.getAttribute("href");
      history.pushState(null, "", url);
      drill(url);
    } else if (event.target.closest("[data-full]")) document.documentElement.requestFullscreen();
  });
  window.addEventListener("popstate", () => drill(location.pathname + location.search));
  window.addEventListener("online", refresh);
  document.addEventListener("visibilitychange", stayAwake);
  document.addEventListener("fullscreenchange", ready);
  for (const sign of ["pointerdown", "pointermove", "keydown", "wheel"]) window.addEventListener(sign, touched, { passive: true });
  state.querySelector("a")?.addEventListener("click", () => { state.querySelector("a").href = address; });

  ready();
  stayAwake();
  setInterval(tick, 1000);
  timer = setTimeout(refresh, EVERY);
  return { refresh };
})();
