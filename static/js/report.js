/* The report page: category chips and search, fields that belong together, and sending without losing anything.
   Without this script the same form is an ordinary one. */
"use strict";

(() => {
  const MOST_FOUND = 12;

  // crypto.randomUUID exists on https only; a district's own network may have none.
  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function categories(block) {
    const select = block.querySelector("select");
    const search = block.querySelector("#category-search");
    const found = block.querySelector("#category-found");
    const chips = [...block.querySelectorAll("[data-chip]")];
    const all = [...select.options].filter((option) => option.value).map((option) => ({ value: option.value, path: option.text }));
    const nameOf = (path) => path.split(" › ").pop();
    let active = -1;

    const mark = () => {
      chips.forEach((chip) => chip.setAttribute("aria-pressed", String(chip.dataset.chip === select.value)));
    };
    const close = () => {
      found.hidden = true;
      search.setAttribute("aria-expanded", "false");
      search.removeAttribute("aria-activedescendant");
      active = -1;
    };
    const choose = (value) => {
      select.value = value;
      const chosen = all.find((one) => one.value === value);
      search.value = chosen && !chips.some((chip) => chip.dataset.chip === value) ? nameOf(chosen.path) : "";
      mark();
      close();
      select.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const option = (one, index) => {
      const item = document.createElement("li");
      item.id = `category-option-${index}`;
      item.role = "option";
      item.dataset.value = one.value;
      const name = Object.assign(document.createElement("b"), { textContent: nameOf(one.path) });
      const path = Object.assign(document.createElement("small"), { textContent: one.path });
      item.append(name, path);
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        choose(one.value);
      });
      return item;
    };
    const look = () => {
      const text = search.value.trim().toLowerCase();
      const words = text.split(/\s+/).filter(Boolean);
      const fits = all.filter(({ path }) => words.every((word) => path.toLowerCase().includes(word)));
      fits.sort((a, b) => Number(nameOf(b.path).toLowerCase().startsWith(text)) - Number(nameOf(a.path).toLowerCase().startsWith(text)));
      found.replaceChildren(...fits.slice(0, MOST_FOUND).map(option));
      if (fits.length === 0) found.append(Object.assign(document.createElement("li"), { textContent: found.dataset.none, className: "quiet" }));
      found.hidden = false;
      search.setAttribute("aria-expanded", "true");
      active = -1;
    };
    const step = (by) => {
      const options = [...found.querySelectorAll("[role=option]")];
      if (options.length === 0) return;
      active = (active + by + options.length) % options.length;
      options.forEach((one, index) => one.setAttribute("aria-selected", String(index === active)));
      options[active].scrollIntoView({ block: "nearest" });
      search.setAttribute("aria-activedescendant", options[active].id);
    };

    chips.forEach((chip) => chip.addEventListener("click", () => choose(chip.dataset.chip)));
    search.addEventListener("input", look);
    search.addEventListener("focus", () => {
      look();
      if (window.matchMedia("(max-width: 640px)").matches) search.scrollIntoView({ block: "start" });
    });
    search.addEventListener("blur", close);
    search.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (found.hidden) look();
        step(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && !found.hidden) {
        event.preventDefault();
        const options = [...found.querySelectorAll("[role=option]")];
        const chosen = options[Math.max(active, 0)];
        if (chosen) choose(chosen.dataset.value);
      } else if (event.key === "Escape") {
        close();
      }
    });
    block.choose = choose;
    select.classList.add("visually-hidden");
    select.tabIndex = -1;
    if (select.value) choose(select.value);
  }

  function shownWith(block) {
    const box = document.querySelector(block.dataset.shownWith);
    const show = () => {
      block.hidden = !box.checked;
    };
    box.addEventListener("change", show);
    show();
  }

  function sending(form) {
    const status = document.querySelector("[data-report-status]");
    const button = form.querySelector("[data-send]");
    const say = (text, kind) => {
      const note = Object.assign(document.createElement("p"), { textContent: text, className: `notice notice-${kind}` });
      status.replaceChildren(...(text ? [note] : []));
      if (text && kind !== "info") status.scrollIntoView({ block: "center" });
    };
    const fieldsOf = () => [...new FormData(form).entries()].filter(([, value]) => !(value instanceof File && value.size === 0));
    const mark = (errors) => {
      form.querySelectorAll("[data-error-of]").forEach((place) => {
        const words = errors[place.dataset.errorOf] || [];
        place.replaceChildren(...words.map((word) => Object.assign(document.createElement("span"), { textContent: word })));
      });
      const places = new Set([...form.querySelectorAll("[data-error-of]")].map((place) => place.dataset.errorOf));
      const elsewhere = Object.entries(errors).filter(([name]) => !places.has(name)).flatMap(([, words]) => words);
      say([form.dataset.wordsWrong, ...elsewhere].join(" "), "error");
      form.querySelectorAll("details").forEach((details) => {
        if ([...details.querySelectorAll("[data-error-of], .field-error")].some((place) => place.childElementCount)) details.open = true;
      });
      const first = [...form.querySelectorAll("[data-error-of]")].find((place) => place.childElementCount);
      first?.scrollIntoView({ block: "center" });
    };
    const renew = () => {
      form.reset();
      form.querySelector("[name=client_uuid]").value = uuid();
      form.querySelectorAll("[data-photos]").forEach((block) => block.setFiles?.([]));
      form.querySelector("[data-category]")?.choose?.("");
      form.querySelectorAll("[data-shown-with]").forEach((block) => (block.hidden = true));
      // The next incident is somewhere else, and about something else: its place is taken anew.
      form.querySelectorAll("[name=lng], [name=lat], [name=facility]").forEach((field) => (field.value = ""));
      const place = document.getElementById("place-words");
      if (place) {
        place.textContent = place.dataset.empty;
        delete place.dataset.state;
      }
      document.getElementById("take-position")?.click();
    };
    const keep = async (fields, words) => {
      try {
        const uuid = form.querySelector("[name=client_uuid]").value;
        await window.Outbox.keep({ uuid, user: Number(form.dataset.user), fields, keptAt: Date.now() });
        renew();
        say(words, "warning");
        document.dispatchEvent(new CustomEvent("outbox:kept"));
      } catch {
        say(form.dataset.wordsNotKept, "error");
      }
    };

    let busy = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      delete form.dataset.sent;
      if (busy) return;
      busy = true;
      button.disabled = true;
      say(form.dataset.wordsSending, "info");
      const fields = fieldsOf();
      const said = await window.Outbox.post(form.action || window.location.href, fields);
      if (said.state === "sent") {
        await window.Outbox.drop(form.querySelector("[name=client_uuid]").value).catch(() => {});
        window.location.assign(said.url);
        return;
      }
      if (said.state === "refused") mark(said.errors);
      else if (said.state === "too-big") say(form.dataset.wordsTooBig, "error");
      else if (said.state === "trouble") say(form.dataset.wordsTrouble, "error");
      else await keep(fields, said.state === "offline" ? form.dataset.wordsKept : form.dataset.wordsSignedOut);
      busy = false;
      button.disabled = false;
    });

    document.addEventListener("outbox:open", ({ detail: entry }) => {
      renew();
      window.Outbox.fill(form, entry.fields);
      form.querySelector("[data-category]")?.choose?.(form.elements.namedItem("category").value);
      mark(entry.errors || {});
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.documentElement.classList.add("has-js");
    document.querySelectorAll("[data-category]").forEach(categories);
    document.querySelectorAll("[data-shown-with]").forEach(shownWith);
    const form = document.getElementById("report-form");
    if (form && window.Outbox) sending(form);
  });
})();
