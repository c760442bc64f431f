/* The legend of a plan's map: the key of the colours, always in sight, and a table that folds. */
"use strict";
const planLegend = (() => {
  const {
    territories, measures, sides, sideNames, listed, counted, shown, element, number, short, percent, repOf,
  } = planData;
  const { blended } = planLayers;

  /* `visit(k)` goes to a territory; `moved()` is called when the table was folded or unfolded. */
  function create(visit, moved) {
    const box = element("div", "", "legend");
    const key = element("div", "", "key");
    const table = element("details");
    table.append(element("summary"), element("div", "", "legend-body"));
    table.addEventListener("toggle", moved);
    box.append(key, table);

    function refresh() {
      const measure = measures[shown.measure];
      key.replaceChildren(...(measure ? keyOf(measure) : []));
      table.querySelector("summary").textContent = `Territories, ${sideNames[shown.side]}`;
      table.querySelector(".legend-body").replaceChildren(rows(measure, visit));
    }
    return { box, table, refresh };
  }

  function swatchOf(colour) {
    const swatch = element("span", "", "swatch");
    swatch.style.background = blended(colour);
    return swatch;
  }

  function keyOf(measure) {
    const classes = element("div", "", "classes");
    [...measure.classes].reverse().forEach(([label, colour]) => {
      const line = element("span");
      line.append(swatchOf(colour), label);
      classes.append(line);
    });
    return [element("h2", `Deviation of ${measure.name} from target, ${sideNames[shown.side]}`), classes];
  }

  function rows(measure, visit) {
    const side = sides[shown.side];
    const table = element("table");
    const head = table.createTHead().insertRow();
    const counts = counted ? [] : [["accounts", "", (k) => [number(side.accounts[k])]]];
    const columns = [...counts, ...listed.map((q) => [measures[q].name, measures[q].unit, (k) => [
      short(side.totals[k][q]),
      ...(measures[q].classes ? [" ", element("span", percent(side.deviation[k][q]), "off")] : []),
    ]])];
    for (const [title, unit] of [["territory", ""], ["rep", ""], ...columns]) {
      const cell = element("th", title);
      if (unit && unit !== title) cell.append(element("small", unit));
      head.append(cell);
    }
    const body = table.createTBody();
    territories.forEach((territory, k) => {
      const row = body.insertRow();
      const go = element("button");
      go.type = "button";
      go.append(swatchOf(measure ? measure.classes[side.classes[shown.measure][k]][1] : territory.colour), territory.id);
      go.addEventListener("click", () => visit(k));
      row.insertCell().append(go);
      const rep = element("td", repOf(k), territory.rep === null ? "vacant" : "");
      rep.title = repOf(k);
      row.append(rep);
      columns.forEach(([, , cells]) => row.insertCell().append(...cells(k)));
    });
    return table;
  }

  return { create };
})();
