/* Maps side by side: they move together, and a territory is found on all of them at once. */
"use strict";
const compareMaps = (() => {
  const { data, tool, dotAt, key, sideMap } = compareMap;
  const { element } = mapTexts;
  const { guardWheel } = mapParts;
  const { ids, sides, dots } = data;
  const views = sides.map((side, s) => sideMap(side, s, point));

  function point(j) {
    views.forEach(({ shapes }) => shapes.forEach((area, other) => {
      area.getElement()?.classList.toggle("same", other === j);
    }));
  }

  const whole = L.latLngBounds([]);
  views.forEach(({ bounds }) => whole.extend(bounds));
  dots.id.forEach((_, a) => whole.extend(dotAt(a)));

  /* Whoever moves leads; the others follow and do not lead in turn. */
  let leading = false;
  /* Where all maps are, and whether the reader has taken them there. */
  let view = null;
  let touched = false;
  function follow(leader) {
    if (leading) return;
    leading = true;
    view = [leader.getCenter(), leader.getZoom()];
    views.forEach(({ map }) => {
      if (map !== leader) map.setView(...view, { animate: false });
    });
    leading = false;
  }
  function showAll() {
    const { map } = views[0];
    touched = false;
    map.setMinZoom(0);
    map.fitBounds(whole.isValid() ? whole : [[-60, -170], [75, 170]], { animate: false, padding: [6, 6] });
    const least = map.getZoom() - 1;
    views.forEach((view) => view.map.setMinZoom(least));
    follow(map);
  }

  /* A map that changes its size would stay where its corner was. */
  function fit() {
    leading = true;
    views.forEach(({ map }) => map.invalidateSize({ pan: false }));
    if (touched) views.forEach(({ map }) => map.setView(...view, { animate: false }));
    leading = false;
    if (!touched) showAll();
  }

  function show(j) {
    touched = true;
    const found = views.find(({ shapes }) => shapes.has(j));
    if (found) {
      const bounds = L.latLngBounds([]);
      views.forEach(({ shapes }) => shapes.has(j) && bounds.extend(shapes.get(j).getBounds()));
      views[0].map.fitBounds(bounds.pad(0.15), { animate: false });
      follow(views[0].map);
    }
    point(j);
    views.forEach((view) => view.territoryPopup(j));
  }

  function nearest({ map }, at) {
    if (!tool("dots")?.checked) return null;
    return mapParts.nearest(map, dots.id.map((_, a) => [dotAt(a), a]), at);
  }

  showAll();
  for (const view of views) {
    view.restyle();
    guardWheel(view.box);
    view.map.on("move", () => follow(view.map));
    view.map.on("click", (event) => {
      const a = nearest(view, event.layerPoint);
      const j = event.originalEvent.target.dataset?.territory;
      if (a !== null) views.forEach((other) => other.accountPopup(a));
      else if (j !== undefined) views.forEach((other) => other.territoryPopup(Number(j), event.latlng));
    });
    new ResizeObserver(fit).observe(view.box);
    for (const event of ["pointerdown", "wheel", "keydown"]) {
      view.box.addEventListener(event, () => { touched = true; }, { passive: true });
    }
  }
  /* Paper has a size of its own, which the maps learn before it is laid out. */
  for (const [event, isPaper] of [["beforeprint", true], ["afterprint", false]]) {
    window.addEventListener(event, () => {
      document.body.classList.toggle("paper", isPaper);
      fit();
    });
  }
  tool("tools").addEventListener("change", () => {
    key();
    views.forEach(({ restyle }) => restyle());
  });
  tool("tools").addEventListener("submit", (event) => event.preventDefault());
  tool("whole").addEventListener("click", showAll);

  /* The first cell of each row of gains leads to the maps. */
  const numbers = new Map(ids.map((id, j) => [id, j]));
  document.querySelectorAll("table.gains tbody td:first-child").forEach((cell) => {
    const go = element("button", cell.textContent);
    go.type = "button";
    go.addEventListener("click", () => {
      document.getElementById("maps-section").scrollIntoView();
      show(numbers.get(go.textContent));
    });
    cell.replaceChildren(go);
  });

  return { views, show, showAll };
})();
