/* Clicks on a plan's map, what it shows at the start, and how it fits screen and paper. */
"use strict";
const planMap = (() => {
  const { territories, sides, accounts, shown, element, latLng } = planData;
  const { corners } = mapParts;
  const { pointLayers } = planLayers;
  /* Widths in pixels from which the table is unfolded, and from which the layers are. */
  const WIDE = 1100;
  const NARROW = 640;
  const embedded = window.parent !== window;
  let map, legend, trail, whole;
  /* Once the reader has touched the map, the view is theirs. */
  let touched = false;

  const popup = (at, content) => {
    if (isNarrow()) fold();
    const { paddingTopLeft: [left, top], paddingBottomRight: [right] } = padding();
    // Where the panel leaves no room beside it, the map moves as if it were not there.
    const room = map.getSize().x - right > 420;
    L.popup({
      maxWidth: Math.min(340, map.getSize().x - 60),
      autoPanPaddingTopLeft: [room ? left + 40 : left, top + 4],
      autoPanPaddingBottomRight: [room ? right : 8, 24],
    }).setLatLng(at).setContent(content).openOn(map);
  };

  function openTerritory(k, at) {
    popup(at, planPopups.territory(k));
  }

  function openAccount(a) {
    popup(latLng(a), planPopups.account(a));
    trail = planPopups.trail(a).addTo(map);
  }

  function accountAt(point) {
    const markers = [...pointLayers].filter((layer) => map.hasLayer(layer)).flatMap((layer) => layer.markers);
    const places = markers.filter((marker) => marker._map).map((marker) => [marker.getLatLng(), marker.account]);
    return mapParts.nearest(map, places, point);
  }

  /* The legend takes what is left of the map's height, above the scale. */
  function fit() {
    const body = legend.table.querySelector(".legend-body");
    const scale = map.getContainer().querySelector(".leaflet-control-scale").getBoundingClientRect();
    const bottom = legend.box.getBoundingClientRect().left < scale.right + 8 ? scale.top - 8
      : map.getContainer().getBoundingClientRect().bottom - 24;
    const top = legend.table.getBoundingClientRect().top;
    body.style.maxHeight = `${Math.max(80, bottom - top - legend.table.firstChild.offsetHeight - 12)}px`;
  }

  function visit(k) {
    touched = true;
    if (isNarrow()) fold();
    const side = sides[shown.side];
    const bounds = L.latLngBounds(side.shapes[k].flatMap((rings) => corners(rings[0])));
    if (bounds.isValid()) map.fitBounds(bounds.pad(0.2), { animate: false, ...padding() });
    openTerritory(k, side.labels[k] ?? territories[k].at ?? map.getCenter());
  }

  const isTheirs = () => touched || document.documentElement.classList.contains("paper");
  const OPEN = "leaflet-control-layers-expanded";
  const layerControl = () => map.getContainer().querySelector(".leaflet-control-layers");
  const isNarrow = () => map.getSize().x < NARROW;

  function fold() {
    layerControl().classList.remove(OPEN);
    legend.table.open = false;
  }

  /* What the panel covers: the right of a map, the top of a narrow one unless it is unfolded. */
  function padding() {
    const { x: width, y: height } = map.getSize();
    const panel = map.getContainer().querySelector(".leaflet-top.leaflet-right");
    const isTop = isNarrow() && panel.offsetHeight < height * 0.45;
    return {
      paddingTopLeft: [8, isTop ? panel.offsetHeight + 8 : 8],
      paddingBottomRight: [isNarrow() ? 8 : Math.min(panel.offsetWidth + 8, width / 2), 8],
    };
  }

  /* On a narrow map layers and table wait behind a button, so that there is a map to see. */
  function arrange() {
    const { x: width } = map.getSize();
    layerControl().classList.toggle(OPEN, width >= NARROW);
    legend.table.open = width >= WIDE;
    showAll();
  }

  function showAll() {
    touched = false;
    fit();
    map.setMinZoom(0);
    map.fitBounds(whole, { animate: false, ...padding() });
    map.overview = map.getZoom();
    // Farther out there is nothing to see.
    map.setMinZoom(map.overview - 1);
    rescale();
  }

  function rescale() {
    map.getContainer().classList.toggle("far", map.getZoom() < map.overview + 1.25);
    pointLayers.forEach((layer) => layer.restyle());
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
      legend = planLegend.create(visit, () => (isTheirs() ? fit() : showAll()));
      L.DomEvent.disableClickPropagation(legend.box).disableScrollPropagation(legend.box);
      return legend.box;
    };
    control.addTo(map);
  }

  function addReset() {
    const button = element("a", "⤢");
    Object.assign(button, { href: "#", title: "Whole map", role: "button", ariaLabel: "Whole map" });
    L.DomEvent.on(button, "click", L.DomEvent.stop).on(button, "click", showAll);
    map.zoomControl.getContainer().append(button);
  }

  /* On paper the map is all that is shown; by itself it takes a sheet's width, the legend below it. */
  function printable() {
    const root = document.documentElement;
    let restore = null;
    window.addEventListener("beforeprint", () => {
      if (restore) return;
      const [centre, zoom, least, { open }] = [map.getCenter(), map.getZoom(), map.getMinZoom(), legend.table];
      const bounds = touched ? map.getBounds() : whole;
      const home = legend.box.parentNode;
      root.classList.add("paper");
      if (!embedded) document.body.append(legend.box);
      legend.table.open = !embedded;
      map.invalidateSize({ animate: false, pan: false });
      map.setMinZoom(0);
      map.fitBounds(bounds, { animate: false, ...padding() });
      restore = () => {
        root.classList.remove("paper");
        home.append(legend.box);
        legend.table.open = open;
        map.invalidateSize({ animate: false, pan: false });
        map.setView(centre, zoom, { animate: false });
        map.setMinZoom(least);
      };
    });
    window.addEventListener("afterprint", () => {
      restore?.();
      restore = null;
    });
  }

  function start(onto) {
    map = onto;
    planLayers.panes(map);
    map.attributionControl.setPrefix("Leaflet");
    addLegend();
    addReset();
    document.documentElement.classList.toggle("embedded", embedded);
    if (embedded) mapParts.guardWheel(map.getContainer());
    printable();
    map.on("click", (event) => {
      const a = accountAt(event.layerPoint);
      const k = event.originalEvent.target.dataset?.territory;
      if (a !== null) openAccount(a);
      else if (k !== undefined) openTerritory(Number(k), event.latlng);
      if (isNarrow()) fold();
    });
    L.DomEvent.on(layerControl().querySelector(".leaflet-control-layers-toggle"), "click", (event) => {
      L.DomEvent.preventDefault(event);
      layerControl().classList.add(OPEN);
    });
    const told = () => {
      pointLayers.forEach((layer) => layer.restyle());
      legend.refresh();
      if (whole && isNarrow() && !isTheirs()) showAll();
      else fit();
    };
    map.on("sidechange", told);
    map.on("territory", ({ k, at }) => openTerritory(k, at));
    map.on("zoomend", rescale);
    map.on("popupclose", () => { trail?.remove(); trail = null; });
    told();
    whole = everything();
    arrange();
    for (const event of ["pointerdown", "wheel", "keydown"]) {
      map.getContainer().addEventListener(event, ({ target }) => {
        if (!target.closest(".legend, .leaflet-control-layers")) touched = true;
      }, { passive: true });
    }
    // A frame may learn its size late.
    map.on("resize", () => (isTheirs() ? fit() : arrange()));
    new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(map.getContainer());
  }

  return { ...planLayers, ...planLabels, start };
})();
