/* One map of plans side by side: territories in the colours of their matches, names, accounts. */
"use strict";
const compareMap = (() => {
  const data = JSON.parse(document.getElementById("compare-data").textContent);
  const { areas: hasAreas, ids, colours, sides, dots, lines } = data;
  const DEGREES = 1e5;
  const MAX_ZOOM = 18;
  const HOUSE = "M2 9.2 10 2.5l8 6.7v8.3h-5.6v-5H7.6v5H2z";
  const tool = (id) => document.getElementById(`map-${id}`);
  const measure = () => tool("colours").value === "" ? null : Number(tool("colours").value);

  const element = (tag, text = "", kind = "") => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const number = (value) => value === null ? "–" : value.toLocaleString("en-US", {
    maximumFractionDigits: Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2,
  });
  const percent = (share) => {
    if (share === null) return "–";
    const text = Math.abs(share * 100).toLocaleString("en-US", {
      minimumFractionDigits: 1, maximumFractionDigits: 1,
    });
    return `${text === "0.0" ? "" : share > 0 ? "+" : "−"}${text}%`;
  };

  function corners(steps) {
    const points = [];
    for (let i = 0, lat = 0, lon = 0; i < steps.length; i += 2) {
      lat += steps[i];
      lon += steps[i + 1];
      points.push([lat / DEGREES, lon / DEGREES]);
    }
    return points;
  }
  const dotAt = (a) => [dots.lat[a] / DEGREES, dots.lon[a] / DEGREES];
  const whose = (side, k) => `${side.territories[k].id} · ${side.territories[k].rep ?? "vacant"}`;

  /* The key of the colours below the tools; nothing where colours only tell territories apart. */
  function key() {
    const q = measure();
    tool("key").hidden = q === null;
    if (q === null) return;
    const { name, classes } = sides[0].measures[q];
    const parts = [...classes].reverse().flatMap(([label, colour]) => {
      const swatch = element("span", "", "swatch");
      swatch.style.background = colour;
      return [swatch, ` ${label} `];
    });
    tool("key").replaceChildren(`Deviation of ${name} from target: `, ...parts);
  }

  /* `point(j)` is called with the territory below the pointer, null where there is none. */
  function sideMap(side, s, point) {
    const box = tool(String(s));
    const map = L.map(box, {
      zoomSnap: 0.1, zoomDelta: 0.5, maxZoom: MAX_ZOOM, zoomAnimation: false, fadeAnimation: false,
      markerZoomAnimation: false, zoomControl: s === 0,
    });
    // Without a view, what is put on a map is not drawn.
    map.setView([0, 0], 2);
    map.attributionControl.setPrefix("Leaflet");
    L.control.scale().addTo(map);
    const renderers = {};
    map.createPane("areas").style.zIndex = 400;
    map.createPane("homes").style.zIndex = 590;
    for (const [name, level] of [["lines", 410], ["dots", 430], ["names", 640]]) {
      map.createPane(name).style.zIndex = level;
      // A canvas would catch the clicks meant for what lies below it; clicks are looked up instead.
      map.getPane(name).style.pointerEvents = "none";
      renderers[name] = L.canvas({ pane: name, padding: 0.3 });
    }
    // The territory of each matched number on this side.
    const own = new Map(side.joint.map((j, k) => [j, k]));
    const shapes = new Map();
    const extent = (k) => side.shapes[k].reduce((sum, rings) => {
      const bounds = L.latLngBounds(corners(rings[0]));
      return sum + (bounds.getNorth() - bounds.getSouth()) * (bounds.getEast() - bounds.getWest());
    }, 0);
    const fill = (k) => {
      const q = measure();
      return q === null ? colours[side.joint[k]] : side.measures[q].classes[side.classes[q][k]][1];
    };
    // The smallest last: hulls overlap, and a small one must not vanish below a large one.
    const order = side.shapes.map((_, k) => k).filter((k) => side.shapes[k].length)
      .sort((a, b) => extent(b) - extent(a));
    for (const k of order) {
      const area = L.polygon(side.shapes[k].map((rings) => rings.map(corners)), {
        pane: "areas", className: "area", color: hasAreas ? "#fff" : "#3d4654",
        weight: hasAreas ? 1.2 : 1.5, fillColor: fill(k), fillOpacity: 1,
        dashArray: side.territories[k].rep === null ? "4 3" : null,
      }).addTo(map);
      area.getElement().dataset.territory = side.joint[k];
      area.bindTooltip(() => element("span", whose(side, k)), { sticky: true });
      area.on("mouseover", () => point(side.joint[k])).on("mouseout", () => point(null));
      shapes.set(side.joint[k], area);
    }

    const markers = dots.id.map((_, a) => L.circleMarker(dotAt(a), {
      renderer: renderers.dots, interactive: false, color: "#20262e", weight: 0.7, fillOpacity: 1,
    }));
    // Colours of territories on a map of deviations would mean nothing.
    const dotColour = (a) => measure() !== null ? "#4a5260"
      : dots.of[s][a] < 0 ? "#9AA1A9" : colours[dots.of[s][a]];
    const layers = {
      dots: L.layerGroup(markers),
      names: L.layerGroup(),
      homes: L.layerGroup(side.territories.filter(({ home }) => home).map(({ at, rep, colour }) => {
        const html = `<svg width="16" height="16" viewBox="0 0 20 20" aria-hidden="true"><path d="${HOUSE}" `
          + `fill="${rep === null ? "#fff" : colour}" stroke="#1a1f26" stroke-width="1.8"/></svg>`;
        const icon = L.divIcon({ html, className: "home", iconSize: [16, 16] });
        return L.marker(at, { icon, pane: "homes", interactive: false, keyboard: false });
      })),
    };
    const lineLayers = new Map(Object.entries(lines).map(([name, set]) => [name, L.polyline(set.map(corners), {
      renderer: renderers.lines, interactive: false, color: "#5d6875", weight: 0.8, opacity: 0.75,
    })]));

    /* A name needs some of its part round it; of two that overlap, the larger territory's stays. */
    function place() {
      layers.names.clearLayers();
      if (!map.hasLayer(layers.names)) return;
      const q = measure();
      const taken = [];
      side.labels.map((_, k) => k).filter((k) => side.labels[k])
        .sort((a, b) => side.accounts[b] - side.accounts[a]).forEach((k) => {
          const [lat, lon] = side.labels[k];
          const half = side.spans[k].map((span) => span / 2);
          const [from, to] = [-1, 1].map((sign) => map.latLngToLayerPoint([lat - sign * half[0], lon + sign * half[1]]));
          if (to.distanceTo(from) < 22) return;
          const text = element("span", side.territories[k].id);
          if (q !== null) text.append(element("small", percent(side.deviation[k][q])));
          const icon = L.divIcon({ html: text, className: "territory-label", iconSize: [0, 0] });
          const marker = L.marker([lat, lon], { icon, interactive: false, keyboard: false, pane: "names" });
          layers.names.addLayer(marker);
          const found = text.getBoundingClientRect();
          if (taken.some((other) => found.left < other.right && other.left < found.right
            && found.top < other.bottom && other.top < found.bottom)) layers.names.removeLayer(marker);
          else taken.push(found);
        });
    }

    function restyle() {
      box.classList.toggle("deviations", measure() !== null);
      shapes.forEach((area, j) => area.setStyle({ fillColor: fill(own.get(j)) }));
      markers.forEach((marker, a) => marker.setStyle({ fillColor: dotColour(a) }).setRadius(measure() === null ? 3 : 1.8));
      for (const [name, layer] of Object.entries(layers)) {
        if (tool(name)?.checked) layer.addTo(map);
        else layer.remove();
      }
      document.querySelectorAll(".map-lines").forEach((choice) => {
        const layer = lineLayers.get(choice.value);
        if (choice.checked) layer.addTo(map);
        else layer.remove();
      });
      place();
    }

    function territoryPopup(j, at) {
      const k = own.get(j);
      const content = element("div");
      if (k === undefined) {
        content.append(element("h4", ids[j]), element("p", `not there ${side.when}`));
      } else {
        const { id, name } = side.territories[k];
        content.append(element("h4", name === id ? id : `${id} · ${name}`));
        content.append(element("p", side.territories[k].rep ?? "vacant"));
        const table = element("table");
        const rows = [["accounts", number(side.accounts[k]), ""], ...side.measures.flatMap((m, q) =>
          m.counts && !m.classes ? [] : [[m.name, number(side.totals[k][q]), m.classes ? percent(side.deviation[k][q]) : ""]])];
        for (const [head, ...cells] of rows) {
          const row = table.insertRow();
          row.append(element("th", head), ...cells.map((cell) => element("td", cell, "number")));
        }
        content.append(table);
      }
      open(at ?? (k === undefined ? map.getCenter() : side.labels[k] ?? map.getCenter()), content);
    }

    function accountPopup(a) {
      const k = own.get(dots.of[s][a]);
      const content = element("div");
      content.append(element("h4", dots.name[a]), element("p", dots.id[a]));
      content.append(element("p", k === undefined ? `nobody has it ${side.when}` : whose(side, k)));
      open(dotAt(a), content);
    }

    function open(at, content) {
      L.popup({ autoPan: false, maxWidth: 260, closeButton: true }).setLatLng(at).setContent(content).openOn(map);
    }

    const bounds = L.latLngBounds([]);
    shapes.forEach((area) => bounds.extend(area.getBounds()));
    map.on("zoomend resize", place);
    return { map, box, side, shapes, bounds, restyle, territoryPopup, accountPopup };
  }

  return { data, tool, measure, element, dotAt, key, sideMap };
})();
