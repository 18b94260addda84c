// The cockpit: asks for what is on it every half minute and puts it in place when it changed. It keeps nothing but the
// address and the tag of what is shown, draws nothing itself, and comes back by itself when the connection does.
"use strict";

const Cockpit = (() => {
  const EVERY = 30_000;
  const PATIENCE = 20_000;
  const board = document.getElementById("board");
  const state = document.getElementById("state");
  let address = location.pathname + location.search;
  let etag = board.dataset.etag;
  let timer = 0;
  let wait = 0;
  let lostAt = "";
  let asked = 0;

  const two = (number) => String(number).padStart(2, "0");
  const hours = (now) => `${two(now.getHours())}:${two(now.getMinutes())}`;
  const shown = () => board.querySelector(".ck");

  function tick() {
    const now = new Date();
    const clock = document.getElementById("clock");
    if (clock) clock.textContent = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} ${hours(now)}:${two(now.getSeconds())}`;
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
    if (!lostAt) lostAt = hours(new Date());
    say("lost");
    wait = Math.min(wait ? wait * 2 : 5_000, EVERY);
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
        lostAt = "";
        wait = 0;
        say("");
        if (html) put(html, answer.headers.get("ETag"));
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
  state.querySelector("a")?.addEventListener("click", () => { state.querySelector("a").href = address; });

  ready();
  stayAwake();
  setInterval(tick, 1000);
  timer = setTimeout(refresh, EVERY);
  return { refresh };
})();
