/* The points of the one map: each layer is asked for as flat numbers, drawn in clusters, shaped and coloured by sign.
   A layer is asked for whole once; where that is too much, for what is in view. Used by static/js/onemap.js. */
"use strict";

(() => {
  const CLOSE = 18;
  const AROUND = 0.3;

  const icons = new Map();
  function iconOf(layer, number) {
    const key = `${layer.key}-${number}`;
    if (!icons.has(key)) {
      const sign = layer.signs[number];
      const drawn = document.querySelector(`template[data-sign="${key}"]`)?.innerHTML || "";
      const html = `<span class="point-body point-${sign.shape} sign-${sign.tone}">${drawn}</span>`;
      icons.set(key, L.divIcon({ className: "point", html, iconSize: [30, 30] }));
    }
    return icons.get(key);
  }

  // A cluster says how many it holds, in the shape and colour of the gravest one.
  function clusterIcon(layer, cluster) {
    let worst = 0;
    if (layer.isRanked) {
      for (const marker of cluster.getAllChildMarkers()) worst = Math.max(worst, marker.options.sign);
    } else {
      worst = cluster.getAllChildMarkers()[0].options.sign;
    }
    const sign = layer.signs[worst];
    const count = cluster.getChildCount();
    const size = count < 10 ? 34 : count < 100 ? 40 : 46;
    const mark = `<span class="point-body point-${sign.shape} sign-${sign.tone}"></span>`;
    const html = `${mark}<b>${count}</b>`;
    return L.divIcon({ className: `point point-cluster`, html, iconSize: [size, size] });
  }

  window.onemapPoints = (map, config, layer, { onPick, onState }) => {
    const group = L.markerClusterGroup({
      chunkedLoading: true,
      chunkInterval: 30,
      chunkDelay: 10,
      maxClusterRadius: 56,
      disableClusteringAtZoom: CLOSE,
      showCoverageOnHover: false,
      spiderfyOnMaxZoom: true,
      animate: false,
      iconCreateFunction: (cluster) => clusterIcon(layer, cluster),
    });
    let isOn = false;
    let loaded = null; // the bounds that the points are of; "whole" for all of them
    let asked = null;
    let timer = 0;
    let needsBox = layer.minZoom > 0;
    group.on("click", (event) => onPick(layer, event.layer.options.pk));

    function put(file) {
      group.clearLayers();
      const markers = [];
      for (let i = 0; i < file.p.length; i += 4) {
        const [pk, x, y, sign] = file.p.slice(i, i + 4);
        const place = [(file.o[1] + y) / file.s, (file.o[0] + x) / file.s];
        markers.push(L.marker(place, { icon: iconOf(layer, sign), pk, sign, keyboard: false }));
      }
      group.addLayers(markers);
      onState(layer, { count: markers.length });
    }

    async function load(again = false) {
      if (!isOn) return;
      if (map.getZoom() < layer.minZoom) {
        group.clearLayers();
        loaded = null;
        onState(layer, { isFar: true });
        return;
      }
      if (!again && (loaded === "whole" || (loaded && loaded.contains(map.getBounds())))) return;
      const box = needsBox ? map.getBounds().pad(AROUND) : null;
      const given = { within: config.within };
      if (box) given.box = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((n) => n.toFixed(5)).join();
      asked?.abort();
      const mine = (asked = new AbortController());
      try {
        const url = `${layer.points}?${new URLSearchParams(given)}`;
        const answer = await fetch(url, { signal: mine.signal, redirect: "error" });
        if (!answer.ok) throw new Error(String(answer.status));
        const file = await answer.json();
        if (file.more && !needsBox) {
          needsBox = true;
          await load(true);
          return;
        }
        loaded = file.more ? null : box || "whole";
        put(file);
        if (file.more) onState(layer, { isTooMany: true });
      } catch (error) {
        if (error.name !== "AbortError") onState(layer, { isBroken: true });
      }
    }

    map.on("moveend", () => load());
    return {
      layer,
      turn(on) {
        isOn = on;
        clearInterval(timer);
        if (!on) {
          group.remove();
          onState(layer, {});
          return;
        }
        group.addTo(map);
        if (layer.refresh) timer = setInterval(() => document.hidden || load(true), layer.refresh * 1000);
        load();
      },
    };
  };
})();
