/* Legend, clicks and pop-ups of a plan's map, and its view at the start. */
"use strict";
const planMap = (() => {
  const {
    territories, measures, sides, accounts, sideNames, listed, isNamed, isMoved, shown,
    element, number, short, percent, repOf, whose, latLng, corners,
  } = planData;
  const { pointLayers } = planLayers;
  const WIDE = 1250;
  const NARROW = 640;
  let map, legend, trail;

  function rows(pairs) {
    const table = element("table");
    for (const [head, ...cells] of pairs) {
      const row = table.insertRow();
      row.append(element("th", head));
      cells.forEach((cell) => row.append(element("td", cell, cells.length > 1 ? "number" : "")));
    }
    return table;
  }

  function openTerritory(k, at) {
    const territory = territories[k];
    const side = sides[shown.side];
    const box = element("div");
    box.append(element("h2", `${territory.id} · ${territory.name}`));
    box.append(element("p", territory.rep === null ? "vacant: no rep holds this territory"
      : [territory.rep, territory.manager && `manager ${territory.manager}`,
        territory.skills.join(", ")].filter(Boolean).join(" · ")));
    box.append(rows([
      ["accounts", number(side.accounts[k]), ""],
      ...measures.map((m, q) => [`${m.name}, ${m.unit}`, number(side.totals[k][q]),
        m.classes ? percent(side.deviation[k][q]) : ""]),
    ]));
    box.append(element("p", `${sideNames[shown.side]} alignment, against target`));
    L.popup({ maxWidth: 340 }).setLatLng(at).setContent(box).openOn(map);
  }

  function openAccount(a) {
    const [before, after] = [accounts.today[a], accounts.plan[a]];
    const box = element("div");
    box.append(element("h2", accounts.name[a]));
    const state = [accounts.id[a], isMoved.has(a) && "changes hands", isNamed.has(a) && "named account"];
    box.append(element("p", state.filter(Boolean).join(" · ")));
    const km = (side) => accounts.km[side][a] === null ? "–" : `${number(accounts.km[side][a])} km`;
    box.append(rows([
      ["today", whose(before)], ["proposed", whose(after)],
      ...measures.map((m, q) => [m.name, `${number(accounts.activity[q][a])} ${m.unit}`]),
      ["distance", before < 0 ? km("plan") : `${km("today")} → ${km("plan")}`],
      ["placed by", accounts.places[accounts.placed_by[a]]],
    ]));
    const ends = [before, after].filter((k) => k >= 0 && territories[k].at);
    L.popup({ maxWidth: 340 }).setLatLng(latLng(a)).setContent(box).openOn(map);
    trail = L.layerGroup(ends.map((k) => L.polyline([latLng(a), territories[k].at], {
      interactive: false, color: "#20262e", weight: 1.5, dashArray: k === after ? null : "5 4",
    }))).addTo(map);
  }

  function accountAt(point) {
    let found = null;
    let least = 7;
    for (const layer of pointLayers) {
      if (!map.hasLayer(layer)) continue;
      for (const marker of layer.markers) {
        if (!marker._map) continue;
        const distance = map.latLngToLayerPoint(marker.getLatLng()).distanceTo(point);
        if (distance < least) [least, found] = [distance, marker.account];
      }
    }
    return found;
  }

  function refresh() {
    for (const layer of pointLayers) layer.restyle();
    const side = sides[shown.side];
    const body = legend.querySelector(".legend-body");
    const measure = measures[shown.measure];
    const what = measure ? `Deviation of ${measure.name} from target` : "Territories";
    legend.querySelector("summary").textContent = `${what}, ${sideNames[shown.side]}`;
    body.replaceChildren();
    if (measure) {
      const classes = element("div", "", "classes");
      [...measure.classes].reverse().forEach(([label, colour]) => {
        const swatch = element("span", "", "swatch");
        swatch.style.background = colour;
        classes.append(swatch, element("span", label));
      });
      body.append(classes);
    }
    const table = element("table");
    const head = table.createTHead().insertRow();
    ["territory", "rep", "accounts", ...listed.map((q) => measures[q].name)]
      .forEach((text) => head.append(element("th", text)));
    listed.forEach((q, i) => { head.cells[i + 3].title = measures[q].unit; });
    const rowsOf = table.createTBody();
    territories.forEach((territory, k) => {
      const row = rowsOf.insertRow();
      const go = element("button");
      const swatch = element("span", "", "swatch");
      swatch.style.background = measure
        ? measure.classes[side.classes[shown.measure][k]][1] : territory.colour;
      go.type = "button";
      go.append(swatch, territory.id);
      go.addEventListener("click", () => visit(k));
      row.insertCell().append(go);
      row.append(element("td", repOf(k), territory.rep === null ? "vacant" : ""));
      row.append(element("td", number(side.accounts[k])));
      listed.forEach((q) => {
        const cell = element("td", short(side.totals[k][q]));
        if (measures[q].classes) cell.append(" ", element("span", percent(side.deviation[k][q]), "off"));
        row.append(cell);
      });
    });
    body.append(table);
    fit();
  }

  /* The legend takes what is left of the map's height. */
  function fit() {
    const body = legend.querySelector(".legend-body");
    const bottom = map.getContainer().getBoundingClientRect().bottom;
    body.style.maxHeight = `${Math.max(80, bottom - legend.getBoundingClientRect().top - 60)}px`;
  }

  function visit(k) {
    const side = sides[shown.side];
    const bounds = L.latLngBounds(side.shapes[k].flatMap((rings) => corners(rings[0])));
    if (bounds.isValid()) map.fitBounds(bounds.pad(0.2), { animate: false });
    openTerritory(k, side.labels[k] ?? territories[k].at ?? map.getCenter());
  }

  const OPEN = "leaflet-control-layers-expanded";
  const layerControl = () => map.getContainer().querySelector(".leaflet-control-layers");

  /* On a narrow map layers and legend wait behind a button, so that there is a map to see. */
  function arrange(bounds) {
    const { x: width } = map.getSize();
    layerControl().classList.toggle(OPEN, width >= NARROW);
    legend.open = width >= WIDE;
    fit();
    const panel = map.getContainer().querySelector(".leaflet-top.leaflet-right").offsetWidth;
    map.fitBounds(bounds, {
      animate: false, paddingTopLeft: [8, 8], paddingBottomRight: [width >= NARROW ? panel : 8, 8],
    });
    map.overview = map.getZoom();
  }

  function everything() {
    const bounds = L.latLngBounds(accounts.id.map((_, a) => latLng(a)));
    territories.forEach(({ at }) => at && bounds.extend(at));
    sides.plan.shapes.forEach((polygons) => polygons.forEach((rings) =>
      corners(rings[0]).forEach((at) => bounds.extend(at))));
    return bounds;
  }

  function addLegend() {
    const control = L.control({ position: "topright" });
    control.onAdd = () => {
      legend = element("details", "", "legend");
      legend.append(element("summary"), element("div", "", "legend-body"));
      L.DomEvent.disableClickPropagation(legend).disableScrollPropagation(legend);
      return legend;
    };
    control.addTo(map);
  }

  function start(onto) {
    map = onto;
    planLayers.panes(map);
    map.attributionControl.setPrefix("Leaflet");
    addLegend();
    map.on("click", (event) => {
      const a = accountAt(event.layerPoint);
      const k = event.originalEvent.target.dataset?.territory;
      if (a !== null) openAccount(a);
      else if (k !== undefined) openTerritory(Number(k), event.latlng);
      if (map.getSize().x < NARROW) layerControl().classList.remove(OPEN);
    });
    L.DomEvent.on(layerControl().querySelector(".leaflet-control-layers-toggle"), "click", (event) => {
      L.DomEvent.preventDefault(event);
      layerControl().classList.add(OPEN);
    });
    map.on("sidechange", refresh);
    map.on("territory", ({ k, at }) => openTerritory(k, at));
    map.on("zoomend", () => pointLayers.forEach((layer) => layer.restyle()));
    map.on("popupclose", () => { trail?.remove(); trail = null; });
    refresh();
    const bounds = everything();
    arrange(bounds);
    // A frame may learn its size late; once the reader has touched the map, the view is theirs.
    let touched = false;
    for (const event of ["pointerdown", "wheel", "keydown"]) {
      map.getContainer().addEventListener(event, () => { touched = true; }, { capture: true, passive: true });
    }
    map.on("resize", () => (touched ? fit() : arrange(bounds)));
    new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(map.getContainer());
  }

  return { ...planLayers, start };
})();
