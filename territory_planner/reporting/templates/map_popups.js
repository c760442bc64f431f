/* Pop-ups of a plan's map: a territory's totals, and what happens to an account. */
"use strict";
const planPopups = (() => {
  const {
    territories, measures, sides, accounts, sideNames, counted, isNamed, isMoved, shown,
    element, number, percent, measureHead, whose, latLng,
  } = planData;

  function rows(pairs) {
    const table = element("table");
    for (const [head, ...cells] of pairs) {
      const row = table.insertRow();
      row.append(element("th", head));
      cells.forEach((cell) => row.append(element("td", cell, cells.length > 1 ? "number" : "")));
    }
    return table;
  }

  function heading(text) {
    const head = element("h2", text);
    head.title = text;
    return head;
  }

  function territory(k) {
    const { id, name, rep, manager, skills } = territories[k];
    const side = sides[shown.side];
    const box = element("div");
    box.append(heading(`${id} · ${name}`));
    box.append(element("p", rep === null ? "vacant: no rep holds this territory"
      : [rep, manager && `manager ${manager}`, skills.join(", ")].filter(Boolean).join(" · ")));
    const told = measures.flatMap((m, q) => m.counts && !m.classes ? [] : [[
      measureHead(m), number(side.totals[k][q]),
      m.classes ? percent(side.deviation[k][q]) : "",
    ]]);
    box.append(rows([...(counted ? [] : [["accounts", number(side.accounts[k]), ""]]), ...told]));
    box.append(element("p", `${sideNames[shown.side]} alignment, against target`));
    return box;
  }

  function account(a) {
    const [before, after] = [accounts.today[a], accounts.plan[a]];
    const box = element("div");
    box.append(heading(accounts.name[a]));
    const state = [accounts.id[a], isMoved.has(a) && "changes hands", isNamed.has(a) && "named account"];
    box.append(element("p", state.filter(Boolean).join(" · ")));
    const km = (side) => accounts.km[side][a] === null ? "–" : `${number(accounts.km[side][a])} km`;
    const told = measures.flatMap((m, q) =>
      m.counts ? [] : [[m.name, `${number(accounts.activity[q][a])} ${m.unit}`]]);
    box.append(rows([
      ["today", whose(before)], ["proposed", whose(after)], ...told,
      ["distance", before < 0 ? km("plan") : `${km("today")} → ${km("plan")}`],
      ["placed by", accounts.places[accounts.placed_by[a]]],
    ]));
    return box;
  }

  /* Lines from an account to the homes it leaves and comes to. */
  function trail(a) {
    const [before, after] = [accounts.today[a], accounts.plan[a]];
    const ends = [before, after].filter((k) => k >= 0 && territories[k].at);
    return L.layerGroup(ends.map((k) => L.polyline([latLng(a), territories[k].at], {
      interactive: false, color: "#20262e", weight: 1.5, dashArray: k === after ? null : "5 4",
    })));
  }

  return { territory, account, trail };
})();
