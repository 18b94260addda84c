/* Maps. Every <div class="map" data-map …> becomes a Leaflet map, on a plain ground unless tiles are set.
   Pages write it with {% load maps %}{% map label="…" within=node.pk … %} and add the files with
   {% map_styles %} (in the head) and {% map_scripts %} (at the end); grids/templatetags/maps.py fills in the words,
   tiles, attribution and approval number (审图号).

   To show
     data-boundaries="URL"         GeoJSON FeatureCollection; properties id, name, code, kind, url, own (true: the node itself)
     data-boundaries-id="ID"       the same from a {{ …|json_script:"ID" }} element, without a request
     data-highlight="PK"           the feature drawn strongly, and the view opens on it
     data-marker="LNG,LAT"         one pin (WGS-84); data-marker-label names it
     data-no-links                 areas are not links
   To pick a point (click, or Enter at the middle of the focused map, or type into the two fields)
     data-pick-lng="#id_lng" data-pick-lat="#id_lat"   fields to fill; what they hold already is shown
     data-pick-accuracy="#id_accuracy_m"               field for the reading's accuracy in metres; emptied by a click
     data-locate="URL"             grids:locate; asked after each pick
     data-locate-output="#ID"      element (aria-live) that says the grid's name
     data-position-button="#ID"    a button that takes the browser's position; data-position-auto asks for it at once
   Events, from the element
     map:ready   {map, areas}      areas: the Leaflet layer of the boundaries, once they are there
     map:picked  {lng, lat, accuracy, grid}   grid: {id, name, code, path, url}, or null outside every grid,
                                   or undefined when nobody could be asked
   Without JavaScript there is no map: the page beside it says the same as a list or as fields. */
"use strict";

(() => {
  const PIN =
    '<svg viewBox="0 0 24 32" width="30" height="40" aria-hidden="true" focusable="false">' +
    '<path class="map-pin-body" d="M12 31C12 31 23 19 23 11.5A11 11 0 0 0 1 11.5C1 19 12 31 12 31Z"/>' +
    '<circle class="map-pin-eye" cx="12" cy="11.5" r="4"/></svg>';
  const CLOSE_ZOOM = 16;
  const DECIMALS = 6;

  const target = (element, name) => {
    const selector = element.dataset[name];
    return selector ? document.querySelector(selector) : null;
  };
  const pin = (latlng) =>
    L.marker(latlng, {
      icon: L.divIcon({ className: "map-pin", html: PIN, iconSize: [30, 40], iconAnchor: [15, 39] }),
      keyboard: false,
      interactive: false,
    });
  const say = (element, text) => {
    let note = element.querySelector(".map-note");
    if (!note) {
      note = document.createElement("p");
      note.className = "map-note";
      note.setAttribute("role", "status");
      element.append(note);
    }
    note.textContent = text;
    note.hidden = !text;
  };
  const json = async (url, signal) => {
    const answer = await fetch(url, { headers: { Accept: "application/json" }, signal, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  function base(element, words) {
    const options = { zoomControl: false, attributionControl: false, minZoom: 3, maxZoom: 19 };
    // Without tiles any zoom is sharp, so areas fill the map; tiles are drawn for whole ones.
    const map = L.map(element, { ...options, zoomSnap: element.dataset.tiles ? 1 : 0.25 });
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    const { tiles, attribution, approval } = element.dataset;
    if (tiles) L.tileLayer(tiles, { maxZoom: 19, subdomains: "01234567" }).addTo(map);
    if (attribution || approval) {
      const control = L.control.attribution({ prefix: false }).addTo(map);
      [attribution, approval].filter(Boolean).forEach((text) => {
        const plain = document.createElement("span");
        plain.textContent = text;
        control.addAttribution(plain.innerHTML);
      });
    }
    L.control.scale({ imperial: false }).addTo(map);
    map.setView([35.4, 116.6], 11);
    return map;
  }

  // The middle of an area's largest part.
  function middleOf(layer, map) {
    const parts = layer.feature.geometry.type === "MultiPolygon" ? layer.getLatLngs() : [layer.getLatLngs()];
    const size = ([ring]) => {
      const bounds = L.latLngBounds(ring);
      return (bounds.getEast() - bounds.getWest()) * (bounds.getNorth() - bounds.getSouth());
    };
    const largest = parts.reduce((best, part) => (size(part) > size(best) ? part : best));
    return L.PolyUtil.polygonCenter(largest[0], map.options.crs);
  }

  // A name is written on its area only where it fits there, the largest areas first, so that none lies on another.
  function nameAreas(map, areas) {
    const written = [];
    const rows = areas
      .getLayers()
      .filter((layer) => map.hasLayer(layer) && !layer.feature.properties.own && layer.feature.properties.name);
    const width = (layer) => {
      const bounds = layer.getBounds();
      return map.latLngToLayerPoint(bounds.getNorthEast()).x - map.latLngToLayerPoint(bounds.getSouthWest()).x;
    };
    rows.sort((a, b) => width(b) - width(a));
    rows.forEach((layer) => {
      const { name } = layer.feature.properties;
      const needed = [...name].reduce((sum, sign) => sum + (sign.codePointAt(0) > 0x2e80 ? 13 : 8), 10);
      const place = middleOf(layer, map);
      const middle = map.latLngToLayerPoint(place);
      const box = L.bounds(middle.subtract([needed / 2, 10]), middle.add([needed / 2, 10]));
      const fits = width(layer) > needed && !written.some((other) => other.overlaps(box));
      if (fits) written.push(box);
      if (fits && !layer.label) {
        layer.label = L.tooltip({ permanent: true, direction: "center", className: "map-label", interactive: false })
          .setLatLng(place)
          .setContent(Object.assign(document.createElement("span"), { textContent: name }))
          .addTo(map);
      } else if (!fits && layer.label) {
        layer.label.remove();
        layer.label = null;
      }
    });
  }

  function draw(element, map, collection) {
    const { highlight } = element.dataset;
    const links = !("noLinks" in element.dataset) && !element.dataset.pickLng;
    const areas = L.geoJSON(collection, {
      filter: (feature) => Boolean(feature.geometry),
      style: ({ properties }) => ({
        className:
          "map-area" +
          (properties.own ? " map-area-own" : "") +
          (String(properties.id) === highlight ? " map-area-here" : ""),
        interactive: !properties.own && !element.dataset.pickLng,
        bubblingMouseEvents: true,
      }),
      onEachFeature: (feature, layer) => {
        const { name, url, own } = feature.properties;
        if (own) return;
        if (links) {
          layer.bindTooltip(Object.assign(document.createElement("span"), { textContent: name }), { sticky: true });
          if (url) layer.on("click", () => window.location.assign(url));
        }
      },
    }).addTo(map);
    areas.eachLayer((layer) => layer.feature.properties.own && layer.bringToBack());
    let here = null;
    areas.eachLayer((layer) => {
      if (String(layer.feature.properties.id) === highlight) here = layer.bringToFront();
    });
    if (areas.getLayers().length === 0) return areas;
    element.frame = (here || areas).getBounds();
    if (!element.dataset.marker && !element.picked) map.fitBounds(element.frame, { padding: [12, 12] });
    map.on("zoomend", () => nameAreas(map, areas));
    nameAreas(map, areas);
    return areas;
  }

  function picking(element, map, words) {
    const lng = target(element, "pickLng");
    const lat = target(element, "pickLat");
    if (!lng || !lat) return;
    const accuracyField = target(element, "pickAccuracy");
    const output = target(element, "locateOutput");
    let marker = null;
    let circle = null;
    let asked = null;

    const tell = (text, state) => {
      if (!output) return;
      output.textContent = text;
      output.dataset.state = state;
    };
    const locate = async (point) => {
      const { locate: url } = element.dataset;
      if (!url) return undefined;
      asked?.abort();
      const mine = (asked = new AbortController());
      tell(words.locating, "waiting");
      try {
        const { grid } = await json(`${url}?lng=${point.lng}&lat=${point.lat}&crs=wgs84`, mine.signal);
        tell(grid ? grid.path : words.outside, grid ? "found" : "outside");
        return grid;
      } catch (error) {
        if (error.name === "AbortError") throw error;
        tell(words.unknown, "unknown");
        return undefined;
      }
    };
    const show = (point, accuracy) => {
      element.picked = true;
      marker?.remove();
      circle?.remove();
      marker = pin([point.lat, point.lng]).addTo(map);
      circle = accuracy
        ? L.circle([point.lat, point.lng], { radius: accuracy, className: "map-accuracy", interactive: false }).addTo(map)
        : null;
    };
    const pick = async (latlng, accuracy = null) => {
      const wrapped = latlng.wrap();
      const point = { lng: Number(wrapped.lng.toFixed(DECIMALS)), lat: Number(wrapped.lat.toFixed(DECIMALS)) };
      lng.value = point.lng;
      lat.value = point.lat;
      if (accuracyField) accuracyField.value = accuracy === null ? "" : Math.round(accuracy);
      show(point, accuracy);
      await announce(point, accuracy);
    };
    const announce = async (point, accuracy) => {
      try {
        const grid = await locate(point);
        element.dispatchEvent(new CustomEvent("map:picked", { bubbles: true, detail: { ...point, accuracy, grid } }));
      } catch {
        /* a later pick took its place */
      }
    };
    const fromFields = (move) => {
      if (lng.value === "" || lat.value === "") return;
      const point = { lng: Number(lng.value), lat: Number(lat.value) };
      if (!Number.isFinite(point.lng) || !Number.isFinite(point.lat)) return;
      show(point, null);
      if (move) map.setView([point.lat, point.lng], Math.max(map.getZoom(), CLOSE_ZOOM));
      announce(point, null);
    };

    element.classList.add("map-picks");
    map.on("click", (event) => pick(event.latlng));
    element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === element) {
        event.preventDefault();
        pick(map.getCenter());
      }
    });
    [lng, lat].forEach((field) => field.addEventListener("change", () => fromFields(true)));
    fromFields(true);

    const button = target(element, "positionButton");
    const takePosition = () => {
      if (!navigator.geolocation) return tell(words.noPosition, "unknown");
      tell(words.positioning, "waiting");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          const latlng = L.latLng(coords.latitude, coords.longitude);
          map.setView(latlng, Math.max(map.getZoom(), CLOSE_ZOOM));
          pick(latlng, coords.accuracy);
        },
        () => element.picked || tell(words.noPosition, "unknown"),
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
      );
    };
    button?.addEventListener("click", takePosition);
    if ("positionAuto" in element.dataset && lng.value === "") takePosition();
  }

  // On paper the map has a size of its own (map.css), so it is laid out for it before printing, and back afterwards.
  function printing(element, map) {
    const lay = (onPaper) => {
      element.classList.toggle("map-on-paper", onPaper);
      map.invalidateSize({ animate: false });
      if (element.frame) map.fitBounds(element.frame, { padding: [12, 12], animate: false });
    };
    window.addEventListener("beforeprint", () => lay(true));
    window.addEventListener("afterprint", () => lay(false));
  }

  async function start(element) {
    if (element.started) return;
    element.started = true;
    const words = JSON.parse(element.dataset.words || "{}");
    if (!window.L) return say(element, words.failed);
    const map = base(element, words);
    element.map = map;
    if (element.dataset.marker) {
      const [lng, lat] = element.dataset.marker.split(",").map(Number);
      pin([lat, lng]).addTo(map);
      map.setView([lat, lng], CLOSE_ZOOM);
    }
    picking(element, map, words);
    printing(element, map);
    new ResizeObserver(() => map.invalidateSize()).observe(element);
    let areas = null;
    try {
      const inline = element.dataset.boundariesId && document.getElementById(element.dataset.boundariesId);
      if (inline) areas = draw(element, map, JSON.parse(inline.textContent));
      else if (element.dataset.boundaries) areas = draw(element, map, await json(element.dataset.boundaries));
      if (areas && areas.getLayers().length === 0) say(element, words.empty);
    } catch {
      say(element, words.failed);
    }
    element.dispatchEvent(new CustomEvent("map:ready", { bubbles: true, detail: { map, areas } }));
  }

  const startAll = (root) => root.querySelectorAll("[data-map]").forEach(start);
  document.addEventListener("DOMContentLoaded", () => startAll(document));
  document.addEventListener("htmx:load", (event) => startAll(event.target.parentNode || document));
})();
