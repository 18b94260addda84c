/* The areas of the one map: outlines of a level, drawn on a canvas, filled by class with a colour and a pattern, and
   labelled with their figure where it fits, so that colour never stands alone. Used by static/js/onemap.js. */
"use strict";

(() => {
  const DETAILS = [11, 14];
  const CLASSES = 5;
  const TILE = 8;
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const sharpness = () => Math.min(2, window.devicePixelRatio || 1);

  // A small square of the class's colour with its marks, repeated over the area; the legend shows the same square.
  function paint(number) {
    const square = document.createElement("canvas");
    square.width = square.height = TILE;
    const pen = square.getContext("2d");
    pen.fillStyle = style(`--map-class-${number}`);
    pen.fillRect(0, 0, TILE, TILE);
    pen.strokeStyle = pen.fillStyle = style(`--map-mark-${number}`);
    pen.lineWidth = 1;
    const lines = { 3: ["/"], 4: ["/", "\\"], 5: ["/", "\\"] }[number] || [];
    if (number === 2) pen.fillRect(3, 3, 2, 2);
    if (number === 5) pen.lineWidth = 2;
    lines.forEach((way) => {
      pen.beginPath();
      pen.moveTo(way === "/" ? -1 : TILE + 1, TILE + 1);
      pen.lineTo(way === "/" ? TILE + 1 : -1, -1);
      pen.stroke();
    });
    return square;
  }

  // Steps → corners: [lat, lng] in degrees.
  function corners(steps, [x0, y0], scale) {
    const found = [];
    let x = x0;
    let y = y0;
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      found.push([y / scale, x / scale]);
    }
    return found;
  }

  const Labels = L.Layer.extend({
    initialize(areas) {
      this.areas = areas;
    },
    onAdd(map) {
      this.canvas = L.DomUtil.create("canvas", "onemap-labels leaflet-zoom-hide", map.getPane("overlayPane"));
      map.on("moveend zoomend resize", this.draw, this);
      this.draw();
    },
    onRemove(map) {
      map.off("moveend zoomend resize", this.draw, this);
      this.canvas.remove();
    },
    draw() {
      const map = this._map;
      if (!map) return;
      const size = map.getSize();
      const sharp = sharpness();
      L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([0, 0]));
      Object.assign(this.canvas, { width: size.x * sharp, height: size.y * sharp });
      Object.assign(this.canvas.style, { width: `${size.x}px`, height: `${size.y}px` });
      const pen = this.canvas.getContext("2d");
      pen.scale(sharp, sharp);
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.lineJoin = "round";
      pen.lineWidth = 3;
      pen.strokeStyle = style("--map-halo");
      pen.fillStyle = style("--map-label");
      const font = getComputedStyle(document.body).fontFamily;
      const view = map.getBounds();
      const taken = [];
      for (const area of this.areas) {
        if (!area.bounds || !view.intersects(area.bounds)) continue;
        const west = map.latLngToContainerPoint(area.bounds.getSouthWest());
        const east = map.latLngToContainerPoint(area.bounds.getNorthEast());
        const [wide, high] = [east.x - west.x, west.y - east.y];
        if (wide < 14 || high < 12) continue;
        const at = map.latLngToContainerPoint(area.middle);
        const lines = this.lines(pen, font, area, wide - 6, high - 4);
        if (!lines.length) continue;
        const half = Math.max(...lines.map((line) => line.width)) / 2 + 2;
        const tall = lines.length * 8 + 1;
        const box = [at.x - half, at.y - tall, at.x + half, at.y + tall];
        if (taken.some((other) => other[0] < box[2] && box[0] < other[2] && other[1] < box[3] && box[1] < other[3])) continue;
        taken.push(box);
        lines.forEach((line, number) => {
          pen.font = line.font;
          const y = at.y + (number - (lines.length - 1) / 2) * 16;
          pen.strokeText(line.text, at.x, y);
          pen.fillText(line.text, at.x, y);
        });
      }
    },
    // The name and the figure, or the figure, or the class's number: the most that fits.
    lines(pen, font, area, wide, high) {
      const line = (text, weight) => {
        const shown = { text, font: `${weight} 13px ${font}` };
        pen.font = shown.font;
        return { ...shown, width: pen.measureText(text).width };
      };
      const figure = area.text ? line(area.text, 600) : null;
      const name = line(area.name, 400);
      if (name.width <= wide && high >= (figure ? 34 : 17)) return figure ? [name, figure] : [name];
      if (figure && figure.width <= wide && high >= 16) return [figure];
      return area.number && wide >= 8 ? [line(String(area.number), 600)] : [];
    },
  });

  window.onemapAreas = (map, config, { onPick, onState }) => {
    const renderer = L.canvas({ padding: 0.5, tolerance: 2 });
    const kept = new Map();
    let group = null;
    let labels = null;
    let shown = null;
    let isOn = true;
    let figures = null;
    let asked = 0;
    let drawn = ""; // the level whose outlines are shown
    const broken = new Set();
    const tell = (part, isBroken) => {
      broken[isBroken ? "add" : "delete"](part);
      onState({ isBroken: broken.size > 0 });
    };

    const detail = () => DETAILS.filter((zoom) => map.getZoom() > zoom).length;
    const address = (base, given) => `${base}?${new URLSearchParams(given)}`;
    const json = async (url) => {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    };

    async function outlines(level, fine) {
      const key = `${level}-${fine}`;
      if (!kept.has(key)) {
        const url = address(config.boundaries, { within: config.within, level, detail: fine, v: config.version });
        const file = await json(url);
        const read = ([pk, name, x, y, polygons]) => ({
          pk,
          name,
          middle: [(file.o[1] + y) / file.s, (file.o[0] + x) / file.s],
          rings: polygons.map((rings) => rings.map((ring) => corners(ring, file.o, file.s))),
        });
        kept.set(key, file.g.filter((row) => row[4].length).map(read));
      }
      return kept.get(key);
    }

    function look(area) {
      const fill = area.number ? renderer.patterns[area.number] : style("--map-ground");
      return {
        renderer,
        color: style("--map-line"),
        weight: map.getZoom() < 12 ? 0.7 : 1.3,
        fillColor: fill,
        fillOpacity: area.number ? 0.85 : 0.25,
        smoothFactor: 0.5,
        bubblingMouseEvents: false,
      };
    }

    function colour() {
      const pen = document.createElement("canvas").getContext("2d");
      renderer.patterns = {};
      for (let number = 1; number <= CLASSES; number += 1) {
        renderer.patterns[number] = pen.createPattern(paint(number), "repeat");
      }
      const by = new Map((figures?.areas || []).map(([pk, number, text]) => [pk, { number, text }]));
      for (const area of shown || []) {
        Object.assign(area, by.get(area.pk) || { number: 0, text: "" });
        area.layer.setStyle(look(area));
      }
      labels?.draw();
    }

    function draw(areas) {
      group?.remove();
      labels?.remove();
      shown = areas;
      areas.forEach((area) => {
        area.layer = area.layer || L.polygon(area.rings, { renderer, smoothFactor: 0.5, bubblingMouseEvents: false });
        area.bounds = area.layer.getBounds();
        area.layer.off("click").on("click", () => onPick(area));
      });
      group = L.layerGroup(areas.map((area) => area.layer));
      labels = new Labels(areas);
      if (isOn) [group, labels].forEach((layer) => layer.addTo(map));
      colour();
    }

    async function show(level) {
      const mine = (asked += 1);
      try {
        const areas = await outlines(level, detail());
        if (mine !== asked) return;
        if (areas !== shown) draw(areas);
        drawn = level;
        tell("outlines", false);
      } catch {
        if (mine !== asked) return;
        if (drawn !== level) draw([]); // those of another level would pass for what was asked for
        tell("outlines", true);
      }
    }

    return {
      show,
      async fill(given) {
        try {
          figures = given.measure === "none" ? null : await json(address(config.figures, given));
          tell("figures", false);
        } catch {
          figures = null;
          tell("figures", true);
        }
        colour();
        return figures;
      },
      turn(on) {
        isOn = on;
        [group, labels].forEach((layer) => layer && (on ? layer.addTo(map) : layer.remove()));
      },
      recolour: colour,
      bounds: () => L.latLngBounds((shown || []).flatMap((area) => [area.bounds.getSouthWest(), area.bounds.getNorthEast()])),
      paint,
      count: () => (shown || []).length,
    };
  };
})();
