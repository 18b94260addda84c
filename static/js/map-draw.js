/* Drawing a boundary on a map of map.js, with Leaflet.draw. The map's element carries
     data-draw="#id_boundary"    the field that holds the GeoJSON geometry; what it holds is shown and can be edited
     data-draw-crs="#id_crs"     the select of its coordinate system; the map shows and writes WGS-84 only
     data-draw-id="PK"           the area of data-boundaries that is being drawn, and so is not shown twice
   The field stays the truth: it can be typed into, and is what is sent. */
"use strict";

(() => {
  const DECIMALS = 6;

  function speak(words) {
    const { draw, edit } = L.drawLocal;
    draw.toolbar.buttons.polygon = words.drawArea;
    Object.assign(draw.toolbar.actions, { title: words.cancel, text: words.cancel });
    Object.assign(draw.toolbar.finish, { title: words.finish, text: words.finish });
    Object.assign(draw.toolbar.undo, { title: words.undo, text: words.undo });
    Object.assign(draw.handlers.polygon.tooltip, {
      start: words.drawStart,
      cont: words.drawNext,
      end: words.drawEnd,
    });
    draw.handlers.polyline.error = words.crossing;
    Object.assign(edit.toolbar.actions.save, { title: words.done, text: words.done });
    Object.assign(edit.toolbar.actions.cancel, { title: words.cancel, text: words.cancel });
    Object.assign(edit.toolbar.actions.clearAll, { title: words.removeAll, text: words.removeAll });
    Object.assign(edit.toolbar.buttons, {
      edit: words.editArea,
      editDisabled: words.nothingDrawn,
      remove: words.removeArea,
      removeDisabled: words.nothingDrawn,
    });
    Object.assign(edit.handlers.edit.tooltip, { text: words.editHint, subtext: "" });
    edit.handlers.remove.tooltip.text = words.removeHint;
  }

  const round = (value) =>
    Array.isArray(value) ? value.map(round) : Number(value.toFixed(DECIMALS));

  // The polygons of a geometry, a Feature or a collection of one, each by itself, so that each can be edited.
  function polygons(text) {
    const read = JSON.parse(text);
    const feature = read.type === "FeatureCollection" ? read.features[0] : read;
    const geometry = feature.type === "Feature" ? feature.geometry : feature;
    if (geometry.type === "Polygon") return [geometry.coordinates];
    if (geometry.type === "MultiPolygon") return geometry.coordinates;
    throw new TypeError(geometry.type);
  }

  function start(element, map, areas) {
    const field = document.querySelector(element.dataset.draw);
    const crs = document.querySelector(element.dataset.drawCrs);
    const words = JSON.parse(element.dataset.words);
    speak(words);
    areas?.eachLayer((layer) => {
      layer.off("click").unbindTooltip();
      layer.getElement()?.classList.remove("leaflet-interactive");
      if (String(layer.feature.properties.id) === element.dataset.drawId) layer.remove();
    });
    const drawn = new L.FeatureGroup().addTo(map);
    const style = { className: "map-area map-area-here" };
    const control = new L.Control.Draw({
      position: "topright",
      draw: {
        polygon: { allowIntersection: false, showArea: false, shapeOptions: style },
        polyline: false,
        rectangle: false,
        circle: false,
        circlemarker: false,
        marker: false,
      },
      edit: { featureGroup: drawn, poly: { allowIntersection: false } },
    });
    map.addControl(control);

    const show = () => {
      drawn.clearLayers();
      if (!field.value.trim() || crs.value !== "wgs84") return;
      try {
        polygons(field.value).forEach((coordinates) => {
          const latlngs = L.GeoJSON.coordsToLatLngs(coordinates, 1);
          drawn.addLayer(L.polygon(latlngs, style));
        });
        if (drawn.getLayers().length) map.fitBounds(drawn.getBounds(), { padding: [30, 30], maxZoom: 17 });
      } catch {
        drawn.clearLayers(); // the server says what is wrong with it
      }
    };
    const write = () => {
      const parts = drawn.getLayers().map((layer) => round(layer.toGeoJSON().geometry.coordinates));
      const geometry =
        parts.length === 1
          ? { type: "Polygon", coordinates: parts[0] }
          : { type: "MultiPolygon", coordinates: parts };
      field.value = parts.length ? JSON.stringify(geometry) : "";
      crs.value = "wgs84";
    };

    map.on(L.Draw.Event.CREATED, (event) => {
      drawn.addLayer(event.layer);
      write();
    });
    // Each moved corner counts at once, so that saving without "Done" loses nothing; stopping undoes what was cancelled.
    map.on([L.Draw.Event.EDITVERTEX, L.Draw.Event.EDITSTOP, L.Draw.Event.DELETESTOP].join(" "), write);
    // An area of which only the last click is missing is sent as it stands.
    let pen = null;
    map.on(L.Draw.Event.DRAWSTART, () => {
      pen = control._toolbars[L.DrawToolbar.TYPE]._activeMode.handler;
    });
    map.on(L.Draw.Event.DRAWSTOP, () => (pen = null));
    field.form.addEventListener("submit", () => pen?.completeShape(), { capture: true });
    field.addEventListener("change", show);
    crs.addEventListener("change", show);
    show();
    element.drawn = drawn;
  }

  document.addEventListener("map:ready", (event) => {
    if (event.target.dataset.draw && window.L?.Control.Draw) start(event.target, event.detail.map, event.detail.areas);
  });
})();
