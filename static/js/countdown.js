/* Lights that stand on an open page run on: each [data-due] has its words and colour renewed every half minute.
   The words come from #countdown-words (orders.countdown_words), the icons from its <template> children by light. */
"use strict";

(() => {
  const MINUTE = 60;
  const HOUR = 3600;
  const DAY = 86400;
  const EVERY = 30000;
  const LIGHTS = ["green", "yellow", "red"];

  const words = () => document.getElementById("countdown-words");
  const say = (template, values) => template.replace(/%\((\w+)\)[sd]/g, (_, name) => values[name]);

  function duration(seconds, w) {
    const left = Math.floor(Math.abs(seconds));
    if (left < MINUTE) return w.under;
    const parts = [
      [Math.floor(left / DAY), w.day],
      [Math.floor((left % DAY) / HOUR), w.hour],
      [Math.floor((left % HOUR) / MINUTE), w.minute],
    ];
    const first = parts.findIndex(([count]) => count > 0);
    return parts.slice(first, first + 2).filter(([count]) => count > 0).map(([n, word]) => say(word, { n })).join(" ");
  }

  function renew(element, w, icons, now) {
    const due = Date.parse(element.dataset.due);
    if (Number.isNaN(due)) return;
    const sign = element.querySelector(".sign");
    const text = element.querySelector(".nowrap");
    if (!sign || !text) return;
    const seconds = (due - now) / 1000;
    const warn = Date.parse(element.dataset.warn);
    const light = seconds <= 0 ? "red" : !Number.isNaN(warn) && warn <= now ? "yellow" : "green";
    const said = say(seconds < 0 ? w.over : w.left, { span: duration(seconds, w) });
    if (text.textContent !== said) text.textContent = said;
    if (sign.classList.contains(`sign-${light}`)) return;
    sign.classList.remove(...LIGHTS.map((name) => `sign-${name}`));
    sign.classList.add(`sign-${light}`);
    const hidden = sign.querySelector(".visually-hidden");
    if (hidden) hidden.textContent = w[light];
    const icon = icons.querySelector(`[data-light="${light}"] svg`);
    if (icon) sign.querySelector("svg")?.replaceWith(icon.cloneNode(true));
  }

  function renewAll() {
    const holder = words();
    if (!holder) return;
    const w = JSON.parse(holder.dataset.words);
    const now = Date.now();
    document.querySelectorAll("[data-due]").forEach((element) => renew(element, w, holder, now));
  }

  document.addEventListener("DOMContentLoaded", renewAll);
  document.addEventListener("htmx:afterSettle", renewAll);
  document.addEventListener("visibilitychange", () => document.hidden || renewAll());
  setInterval(renewAll, EVERY);
})();
