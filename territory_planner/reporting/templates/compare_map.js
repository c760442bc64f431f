/* One map of plans side by side: territories in the colours of their matches, names, accounts. */
"use strict";
const compareMap = (() => {
  const { element, number, percent, measureHead } = mapTexts;
  const { area, areaColours, homeIcon, largestFirst, lineSet, nameMarker, partCorners } = mapParts;
  const data = JSON.parse(document.getElementById("compare-data").textContent);
  const { areas: hasAreas, ids, colours, sides, dots, lines } = data;
  const MAX_ZOOM = 18;
  const tool = (id) => document.getElementById(`map-${id}`);
  const measure = () => tool("colours").value === "" ? null : Number(tool("colours").value);

  const dotAt = (a) => mapParts.place(dots, a);
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
    const renderers = mapParts.panes(map);
    // The territory of each matched number on this side.
    const own = new Map(side.joint.map((j, k) => [j, k]));
    const shapes = new Map();
    const coloured = (k) => {
      const q = measure();
      const fill = q === null ? colours[side.joint[k]] : side.measures[q].classes[side.classes[q][k]][1];
      return areaColours(fill, q !== null || !hasAreas);
    };
    for (const k of largestFirst(side.shapes)) {
      const isVacant = side.territories[k].rep === null;
      const drawn = area(side.shapes[k], coloured(k), { hasAreas, isVacant }).addTo(map);
      drawn.getElement().dataset.territory = side.joint[k];
      drawn.bindTooltip(() => element("span", whose(side, k)), { sticky: true });
      drawn.on("mouseover", () => point(side.joint[k])).on("mouseout", () => point(null));
      shapes.set(side.joint[k], drawn);
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
        const icon = homeIcon(colour, rep === null);
        return L.marker(at, { icon, pane: "homes", interactive: false, keyboard: false });
      })),
    };
    const lineLayers = new Map(Object.entries(lines).map(([name, set]) => [name, lineSet(set, renderers.lines)]));

    /* A name needs some of its part round it; of two that overlap, the larger territory's stays. */
    function place() {
      layers.names.clearLayers();
      if (!map.hasLayer(layers.names)) return;
      const q = measure();
      const taken = [];
      side.labels.map((_, k) => k).filter((k) => side.labels[k])
        .sort((a, b) => side.accounts[b] - side.accounts[a]).forEach((k) => {
          const [from, to] = partCorners(side.labels[k], side.spans[k]).map((at) => map.latLngToLayerPoint(at));
          if (to.distanceTo(from) < 22) return;
          const marker = nameMarker(side.labels[k], side.territories[k].id, q === null ? "" : percent(side.deviation[k][q]));
          layers.names.addLayer(marker);
          const found = marker.getElement().firstChild.getBoundingClientRect();
          if (taken.some((other) => found.left < other.right && other.left < found.right
            && found.top < other.bottom && other.top < found.bottom)) layers.names.removeLayer(marker);
          else taken.push(found);
        });
    }

    function restyle() {
      box.classList.toggle("deviations", measure() !== null);
      shapes.forEach((drawn, j) => drawn.setStyle(coloured(own.get(j))));
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
          m.counts && !m.classes ? [] : [[measureHead(m), number(side.totals[k][q]), m.classes ? percent(side.deviation[k][q]) : ""]])];
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

    /* No map moves to show a pop-up whole, for all would move; the pop-up itself is put inside. */
    function inside(popup) {
      const [room, zoom] = [box, box.querySelector(".leaflet-control-zoom")].map((part) => part?.getBoundingClientRect());
      const found = popup.getElement().getBoundingClientRect();
      const down = Math.max(0, room.top + 8 - found.top);
      const left = zoom && found.top + down < zoom.bottom + 8 ? zoom.right + 8 : room.left + 8;
      const right = Math.max(0, left - found.left) || Math.min(0, room.right - 8 - found.right);
      const { x, y } = L.point(popup.options.offset);
      popup.options.offset = [x + right, y + down];
      popup.update();
      popup.getElement().classList.toggle("moved", down > 0 || right !== 0);
    }

    function open(at, content) {
      const popup = L.popup({ autoPan: false, maxWidth: 260 }).setLatLng(at).setContent(content);
      inside(popup.openOn(map));
    }

    const bounds = L.latLngBounds([]);
    shapes.forEach((drawn) => bounds.extend(drawn.getBounds()));
    map.on("zoomend resize", place);
    return { map, box, side, shapes, bounds, restyle, territoryPopup, accountPopup };
  }

  return { data, tool, dotAt, key, sideMap };
})();
