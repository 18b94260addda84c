/* The public's pages: the proof of work, sending without losing a word, and the position. Without this script the same
   forms are ordinary ones, with a sum to work out. */
"use strict";

(() => {
  // SHA-256 of a short text (FIPS 180-4), in plain JavaScript: crypto.subtle exists on https only.
  const PRIMES = (() => {
    const found = [];
    for (let n = 2; found.length < 64; n += 1) if (found.every((p) => n % p)) found.push(n);
    return found;
  })();
  const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
  const K = PRIMES.map((p) => fraction(Math.cbrt(p)));
  const START = PRIMES.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
  const W = new Int32Array(64);

  function firstWord(text) {
    const size = text.length; // At most 55 characters of ASCII: one block.
    W.fill(0, 0, 16);
    for (let i = 0; i < size; i += 1) W[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
    W[size >> 2] |= 0x80 << (24 - 8 * (size & 3));
    W[15] = size * 8;
    for (let i = 16; i < 64; i += 1) {
      const a = W[i - 15];
      const b = W[i - 2];
      const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
      const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
      W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = START;
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    return (a + START[0]) | 0;
  }

  const pause = () => new Promise((resolve) => setTimeout(resolve, 0));

  // Looks for the number in small portions, so that typing stays smooth. Up to 32 bits.
  async function solve(nonce, bits, isWanted) {
    for (let number = 0; isWanted(); ) {
      const until = performance.now() + 12;
      while (performance.now() < until) {
        for (let i = 0; i < 50; i += 1, number += 1) {
          if (Math.clz32(firstWord(`${nonce}:${number}`)) >= bits) return String(number);
        }
      }
      await pause();
    }
    return "";
  }

  function proving(form) {
    const token = form.querySelector("[data-token]");
    const proof = form.elements.namedItem("proof");
    const question = form.querySelector("[data-question]");
    if (!token || !proof) return { begin: () => Promise.resolve(), renew: () => {} };
    let running = null;
    const begin = () => {
      if (!running) {
        const mine = token.value;
        running = solve(token.dataset.nonce, Number(token.dataset.bits), () => token.value === mine).then((found) => {
          if (found && token.value === mine) proof.value = found;
        });
      }
      return running;
    };
    const renew = (challenge) => {
      if (!challenge) return;
      token.value = challenge.token;
      token.dataset.nonce = challenge.nonce;
      token.dataset.bits = challenge.bits;
      proof.value = "";
      question.querySelector("[data-sum]").textContent = `${challenge.first} + ${challenge.second}`;
      running = null;
      begin();
    };
    question.hidden = true;
    begin();
    return { begin, renew };
  }

  // What is being written stays in this tab until it is sent, also when the page is loaded again.
  function drafting(form) {
    const key = `draft:${window.location.pathname}`;
    const names = ["text", "address", "phone", "name"];
    const field = (name) => form.elements.namedItem(name);
    try {
      const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
      names.forEach((name) => {
        if (field(name) && !field(name).value && kept[name]) field(name).value = kept[name];
      });
    } catch {
      /* a draft that cannot be read is none */
    }
    form.addEventListener("input", () => {
      const now = Object.fromEntries(names.filter(field).map((name) => [name, field(name).value]));
      try {
        sessionStorage.setItem(key, JSON.stringify(now));
      } catch {
        /* private windows may keep nothing */
      }
    });
    return () => sessionStorage.removeItem(key);
  }

  function sending(form) {
    const status = document.querySelector("[data-status]");
    const button = form.querySelector("[data-send]");
    const work = proving(form);
    const forget = drafting(form);
    let busy = false;
    const say = (text, kind) => {
      const note = Object.assign(document.createElement("p"), { textContent: text, className: `notice notice-${kind}` });
      status.replaceChildren(...(text ? [note] : []));
      if (text && kind !== "info") status.scrollIntoView({ block: "center" });
    };
    const mark = (errors) => {
      const places = [...form.querySelectorAll("[data-error-of]")];
      places.forEach((place) => {
        const words = errors[place.dataset.errorOf] || [];
        place.replaceChildren(...words.map((word) => Object.assign(document.createElement("span"), { textContent: word })));
        form.elements.namedItem(place.dataset.errorOf)?.setAttribute?.("aria-invalid", String(words.length > 0));
      });
      const known = new Set(places.map((place) => place.dataset.errorOf));
      const rest = Object.entries(errors).filter(([name]) => !known.has(name)).flatMap(([, words]) => words);
      say([rest.length ? "" : form.dataset.wordsWrong, ...rest].join(" ").trim(), "error");
      const first = places.find((place) => place.childElementCount);
      if (errors.answer) form.querySelector("[data-question]").hidden = false;
      if (first) form.elements.namedItem(first.dataset.errorOf)?.focus?.();
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      delete form.dataset.sent;
      if (busy) return;
      busy = true;
      button.disabled = true;
      say(form.dataset.wordsSending, "info");
      try {
        await work.begin();
        const answer = await fetch(window.location.pathname, {
          method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin",
        });
        if (answer.status === 413) say(form.dataset.wordsBig, "error");
        else {
          const said = await answer.json();
          if (said.url) {
            forget();
            window.location.assign(said.url);
            return;
          }
          work.renew(said.challenge);
          mark(said.errors || {});
        }
      } catch (error) {
        say(error instanceof TypeError ? form.dataset.wordsLost : form.dataset.wordsTrouble, "error");
      }
      busy = false;
      button.disabled = false;
    });
  }

  function locating(form) {
    const button = form.querySelector("[data-here]");
    const status = form.querySelector("[data-status]");
    if (!button || !navigator.geolocation) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      status.textContent = form.dataset.wordsPositioning;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          form.elements.namedItem("lng").value = coords.longitude.toFixed(6);
          form.elements.namedItem("lat").value = coords.latitude.toFixed(6);
          form.requestSubmit();
        },
        () => { status.textContent = form.dataset.wordsNoPosition; },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
      );
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.documentElement.classList.add("has-js");
    const report = document.getElementById("public-report");
    if (report) sending(report);
    const who = document.getElementById("who-form");
    if (who) locating(who);
  });
})();
