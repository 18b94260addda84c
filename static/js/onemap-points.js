/* The points of the one map: each layer is asked for as flat numbers, drawn in clusters, shaped and coloured by sign.
   A layer is asked for whole once; where that is too much, for what is in view. Used by static/js/onemap.js. */
"use strict";

(() => {
  const CLOSE = 18;
  const AROUND = 0.3;
  const ABOVE = 10_000; // more than Leaflet's own order, which is by pixels from the top
  const FARTHEST = 64;

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

  // What is graver lies on top, and what has no grades lies below it.
  const height = (layer, sign) => (layer.isRanked ? (sign + 1) * ABOVE : 0);

  // A cluster says how many it holds, in the shape and colour of the gravest one.
  function clusterIcon(layer, cluster) {
    let worst = 0;
    if (layer.isRanked) {
      for (const marker of cluster.getAllChildMarkers()) worst = Math.max(worst, marker.options.sign);
    } else {
      worst = cluster.getAllChildMarkers()[0].options.sign;
    }
    cluster.options.zIndexOffset = height(layer, worst);
    const sign = layer.signs[worst];
    const count = cluster.getChildCount();
    const size = count < 10 ? 34 : count < 100 ? 40 : 46;
    const mark = `<span class="point-body point-${sign.shape} sign-${sign.tone}"></span>`;
    const html = `${mark}<b>${count}</b>`;
    return L.divIcon({ className: `point point-cluster`, html, iconSize: [size, size] });
  }

  // Where a mark lies on others it is pushed off them, one after the other; back to its place where there is no room.
  function free(place, half, taken) {
    let at = place;
    for (let turn = 0; turn < 12; turn += 1) {
      const other = taken.find((one) => one.at.distanceTo(at) < one.half + half - 0.5);
      if (!other) return at;
      const away = at.subtract(other.at);
      const length = Math.hypot(away.x, away.y);
      const way = length ? away.divideBy(length) : L.point(1, 0);
      at = other.at.add(way.multiplyBy(other.half + half));
      if (at.distanceTo(place) > FARTHEST) break;
    }
    return place;
  }

  // Each layer clusters for itself; here the clusters of all of them are kept apart, so that none hides another. A
  // single mark stays where it is: a cluster stands for many places, and gives way.
  window.onemapKeepApart = (map) => {
    const pane = map.getPane("markerPane");
    const spread = () => {
      const marks = [...pane.querySelectorAll(".point")].map((element) => ({
        element,
        at: L.DomUtil.getPosition(element),
        half: element.offsetWidth / 2,
      }));
      const isCluster = ({ element }) => element.classList.contains("point-cluster");
      const taken = marks.filter((mark) => !isCluster(mark));
      for (const { element, at, half } of marks.filter(isCluster).sort((a, b) => b.half - a.half)) {
        const place = free(at, half, taken);
        element.style.translate = `${place.x - at.x}px ${place.y - at.y}px`;
        taken.push({ at: place, half });
      }
    };
    new MutationObserver(() => requestAnimationFrame(spread)).observe(pane, { childList: true });
    map.on("zoomend", () => requestAnimationFrame(spread));
  };

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
        markers.push(L.marker(place, { icon: iconOf(layer, sign), pk, sign, zIndexOffset: height(layer, sign), keyboard: false }));
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
