/* The one map: switches, legend, cards. The page is templates/onemap/map.html; without this script its list says all of it.
   What is switched on, the level and the measure are remembered for this person in this browser. */
"use strict";

(() => {
  const root = document.querySelector("[data-onemap]");
  if (!root) return;
  const config = JSON.parse(document.getElementById("onemap-config").textContent);
  const { words } = config;
  const form = document.getElementById("onemap-form");
  const panel = document.getElementById("onemap-panel");
  const legend = document.getElementById("onemap-legend");
  const card = document.getElementById("onemap-card");
  const note = document.getElementById("onemap-note");
  const KEPT = `onemap:${config.person}`;
  const NAMES = ["level", "measure"];
  const fill = (text, given) => text.replace(/%\((\w+)\)s/g, (_all, name) => given[name]);

  function remembered() {
    try {
      return JSON.parse(localStorage.getItem(KEPT)) || {};
    } catch {
      return {};
    }
  }
  function remember() {
    const on = [...root.querySelectorAll("[data-layer]")].map((box) => [box.dataset.layer, box.checked]);
    const chosen = NAMES.map((name) => [name, form.elements[name].value]);
    try {
      localStorage.setItem(KEPT, JSON.stringify({ layers: Object.fromEntries(on), ...Object.fromEntries(chosen) }));
    } catch {
      /* a browser that keeps nothing shows the usual next time */
    }
  }
  function recall() {
    const kept = remembered();
    const asked = new URLSearchParams(window.location.search);
    for (const box of root.querySelectorAll("[data-layer]")) {
      if (kept.layers && box.dataset.layer in kept.layers) box.checked = kept.layers[box.dataset.layer];
      if (config.focus?.layer === box.dataset.layer) box.checked = true;
    }
    for (const name of NAMES) {
      const field = form.elements[name];
      const known = [...field.options].some((option) => option.value === kept[name]);
      if (known && !asked.has(name)) field.value = kept[name];
    }
  }

  const chosen = () => Object.fromEntries(new FormData(form));
  const query = () => new URLSearchParams(chosen()).toString();

  // What cannot be shown just now, all in one line.
  const states = new Map();
  function tell(layer, state) {
    states.set(layer, state);
    const shown = root.querySelector(`[data-count="${layer.key}"]`);
    if (shown) shown.textContent = state.count === undefined ? "" : String(state.count);
    const named = (kind) => [...states].filter(([, s]) => s[kind]).map(([l]) => l.label).join(words.and);
    const lines = [["isFar", words.zoomIn], ["isTooMany", words.tooMany], ["isBroken", words.failed]]
      .filter(([kind]) => named(kind))
      .map(([kind, text]) => fill(text, { layers: named(kind) }));
    note.textContent = lines.join(" ");
    note.hidden = lines.length === 0;
  }

  async function openCard(url) {
    const answer = await fetch(`${url}?${query()}`, { headers: { "HX-Request": "true" }, redirect: "error" });
    const body = document.getElementById("onemap-card-body");
    if (!answer.ok) return;
    body.innerHTML = await answer.text();
    card.hidden = false;
    window.htmx?.process(body);
    body.scrollTop = 0;
    body.querySelector("[data-card-title]")?.focus({ preventScroll: true });
    if (window.matchMedia("(max-width: 1100px)").matches) panel.open = false;
  }
  const address = (pattern, pk) => pattern.replace(/\/0\/$/, `/${pk}/`);
  card.addEventListener("click", (event) => {
    if (event.target.closest("[data-closes-card]")) card.hidden = true;
    const link = event.target.closest("a[data-card]");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      openCard(link.getAttribute("href"));
    }
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !card.hidden) {
      card.hidden = true;
      root.querySelector(".onemap-map").focus();
    }
  });

  function describe(figures, areas) {
    legend.hidden = !figures || figures.classes.length === 0;
    if (legend.hidden) return;
    const title = Object.assign(document.createElement("h2"), { textContent: figures.title });
    const list = document.createElement("ul");
    for (const row of figures.classes) {
      const item = document.createElement("li");
      const swatch = document.createElement("canvas");
      Object.assign(swatch, { width: 32, height: 16 });
      const pen = swatch.getContext("2d");
      pen.fillStyle = pen.createPattern(areas.paint(row.number), "repeat");
      pen.fillRect(0, 0, 32, 16);
      swatch.setAttribute("aria-hidden", "true");
      const number = Object.assign(document.createElement("b"), { textContent: row.number });
      const span = Object.assign(document.createElement("span"), { textContent: row.label });
      const count = Object.assign(document.createElement("small"), { textContent: fill(words.areas, { count: row.areas }) });
      count.className = "quiet";
      item.append(swatch, number, span, count);
      list.append(item);
    }
    const meaning = Object.assign(document.createElement("p"), { textContent: `${figures.meaning} · ${figures.period}` });
    meaning.className = "quiet";
    legend.replaceChildren(title, list, meaning);
  }

  function start(map) {
    recall();
    const boundaries = { key: "areas", label: root.querySelector('[data-layer="areas"]').parentElement.textContent.trim() };
    const areas = window.onemapAreas(map, config, {
      onPick: (area) => openCard(address(config.area, area.pk)),
      onState: (state) => tell(boundaries, state),
    });
    const layers = new Map(
      config.layers.map((layer) => [
        layer.key,
        window.onemapPoints(map, config, layer, { onPick: (of, pk) => openCard(address(of.card, pk)), onState: tell }),
      ]),
    );
    const level = () => form.elements.level.value;
    const colour = async () => {
      describe(await areas.fill(chosen()), areas);
      document.getElementById("onemap-list").search = `?${query()}`;
    };
    const look = () => {
      const [west, south, east, north] = config.own || [];
      if (config.focus) map.setView([config.focus.lat, config.focus.lng], 17);
      else if (config.own) map.fitBounds([[south, west], [north, east]], { padding: [12, 12] });
      else if (areas.count()) map.fitBounds(areas.bounds(), { padding: [12, 12] });
    };

    window.onemapKeepApart(map);
    if (config.focus || config.own) look();
    areas.show(level()).then(async () => {
      if (!config.focus && !config.own) look();
      await colour();
      root.dataset.ready = "";
    });
    for (const box of root.querySelectorAll("[data-layer]")) {
      const turn = () => (box.dataset.layer === "areas" ? areas : layers.get(box.dataset.layer)).turn(box.checked);
      turn();
      box.addEventListener("change", () => {
        turn();
        if (box.dataset.layer === "areas") legend.hidden = !box.checked || !legend.children.length;
        remember();
      });
    }
    map.on("zoomend", async () => {
      const wasBroken = states.get(boundaries)?.isBroken;
      await areas.show(level());
      if (wasBroken) await colour();
    });
    form.addEventListener("change", async (event) => {
      if (!event.target.name) return;
      remember();
      if (event.target.name === "level") await areas.show(level());
      await colour();
    });
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => colour());
    if (config.focus) openCard(address(layers.get(config.focus.layer).layer.card, config.focus.pk));
    root.onemap = { map, areas, layers };
  }

  panel.open = window.matchMedia("(min-width: 1101px)").matches;
  document.addEventListener("map:ready", (event) => {
    if (root.contains(event.target)) start(event.detail.map);
  });
})();
