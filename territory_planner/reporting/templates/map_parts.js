/* What every map is made of: panes, areas, lines, homes, and a wheel that also moves the page. */
"use strict";
const mapParts = (() => {
  const { element } = mapTexts;
  const DEGREES = 1e5;
  const HOUSE = "M2 9.2 10 2.5l8 6.7v8.3h-5.6v-5H7.6v5H2z";

  const place = ({ lat, lon }, a) => [lat[a] / DEGREES, lon[a] / DEGREES];

  function corners(steps) {
    const points = [];
    for (let i = 0, lat = 0, lon = 0; i < steps.length; i += 2) {
      lat += steps[i];
      lon += steps[i + 1];
      points.push([lat / DEGREES, lon / DEGREES]);
    }
    return points;
  }

  /* Makes a map's panes and returns the renderers of those that are a canvas. */
  function panes(map) {
    // A pane fades as one picture, so that areas that overlap do not mix into a third colour.
    map.createPane("areas").style.zIndex = 400;
    map.createPane("homes").style.zIndex = 590;
    const renderers = {};
    for (const [name, level] of [["lines", 410], ["flows", 420], ["dots", 430], ["names", 640]]) {
      map.createPane(name).style.zIndex = level;
      // A canvas would catch the clicks meant for what lies below it; clicks are looked up instead.
      map.getPane(name).style.pointerEvents = "none";
      renderers[name] = L.canvas({ pane: name, padding: 0.3 });
    }
    return renderers;
  }

  /* The room a shape takes, in square degrees. */
  const extent = (polygons) => polygons.reduce((sum, rings) => {
    const points = corners(rings[0]);
    return sum + Math.abs(points.reduce((twice, [lat, lon], i) => {
      const [nextLat, nextLon] = points[(i + 1) % points.length];
      return twice + lat * nextLon - nextLat * lon;
    }, 0)) / 2;
  }, 0);

  /* The smallest last: hulls overlap, and a small one must not vanish below a large one. */
  function largestFirst(shapes) {
    const extents = shapes.map(extent);
    return shapes.map((_, k) => k).filter((k) => shapes[k].length)
      .sort((a, b) => extents[b] - extents[a]);
  }

  /* White borders part colours; a pale fill, or hulls that overlap, want dark ones. */
  const areaColours = (fillColor, isDarkLined) => ({ fillColor, color: isDarkLined ? "#3d4654" : "#fff" });

  const area = (polygons, colours, { hasAreas, isVacant }) => L.polygon(polygons.map((rings) => rings.map(corners)), {
    pane: "areas", className: "area", weight: hasAreas ? 1.2 : 1.5, ...colours, fillOpacity: 1,
    dashArray: isVacant ? "4 3" : null,
  });

  const lineSet = (set, renderer) => L.polyline(set.map(corners), {
    renderer, interactive: false, color: "#5d6875", weight: 0.8, opacity: 0.75,
  });

  function homeIcon(colour, isVacant) {
    const html = `<svg width="18" height="18" viewBox="0 0 20 20" aria-hidden="true"><path d="${HOUSE}" `
      + `fill="${isVacant ? "#fff" : colour}" stroke="#1a1f26" stroke-width="1.8" `
      + `stroke-linejoin="round"${isVacant ? ' stroke-dasharray="3 2"' : ""}/></svg>`;
    return L.divIcon({ html, className: "home", iconSize: [18, 18] });
  }

  /* A name to be put on a map, with a note below it where there is one. */
  function nameMarker(at, name, note) {
    const text = element("span", name);
    if (note) text.append(element("small", note));
    const icon = L.divIcon({ html: text, className: "territory-label", iconSize: [0, 0] });
    return L.marker(at, { icon, interactive: false, keyboard: false, pane: "names" });
  }

  /* The corners of the part that a name stands in. */
  const partCorners = ([lat, lon], spans) => [-1, 1].map((sign) =>
    L.latLng(lat - sign * spans[0] / 2, lon + sign * spans[1] / 2));

  /* The nearest of some markers' places to a point of the map, null where none is near. */
  function nearest(map, places, point) {
    let [least, found] = [7, null];
    for (const [at, a] of places) {
      const distance = map.latLngToLayerPoint(at).distanceTo(point);
      if (distance < least) [least, found] = [distance, a];
    }
    return found;
  }

  /* The wheel moves the page, and zooms only with Ctrl or after a click on the map. */
  function guardWheel(box) {
    const hint = element("div", "Click the map, or hold Ctrl, to zoom with the wheel", "wheel-hint");
    let clicked = false;
    let timer;
    box.append(hint);
    box.addEventListener("pointerdown", () => { clicked = true; });
    box.addEventListener("pointerleave", () => { clicked = false; });
    box.addEventListener("wheel", (event) => {
      if (clicked || event.ctrlKey || event.metaKey || event.target.closest(".leaflet-control")) return;
      event.stopImmediatePropagation();
      hint.classList.add("on");
      clearTimeout(timer);
      timer = setTimeout(() => hint.classList.remove("on"), 1200);
    }, { capture: true, passive: true });
  }

  return {
    place, corners, panes, largestFirst, areaColours, area, lineSet, homeIcon, nameMarker, partCorners, nearest,
    guardWheel,
  };
})();
