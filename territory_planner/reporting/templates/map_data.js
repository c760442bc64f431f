/* The page's data, and how its numbers and texts are told. Texts go into the page as text, never as HTML. */
"use strict";
const planData = (() => {
  const data = JSON.parse(document.getElementById("plan-data").textContent);
  const { territories, measures, accounts } = data;
  const NOBODY = "#9AA1A9";
  const DEGREES = 1e5;
  const sideNames = { plan: "proposed", today: "current" };
  const balanced = measures.flatMap((m, q) => m.classes ? [q] : []);
  /* A mere count of accounts is listed as accounts, unless it has a band. */
  const listed = balanced.length ? balanced : measures.flatMap((m, q) => m.counts ? [] : [q]);
  const counted = balanced.some((q) => measures[q].counts && measures[q].name === "accounts");
  const isNamed = new Set(accounts.named);
  const isMoved = new Set(accounts.moved);
  /* What the map shows: an alignment, and a measure when its deviation is shown. */
  const shown = { side: "plan", measure: null };

  const element = (tag, text = "", kind = "") => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const number = (value) => value === null ? "–" : value.toLocaleString("en-US", {
    maximumFractionDigits: Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2,
  });
  const short = (value) => value === null ? "–" : Math.abs(value) < 1e5 ? number(value)
    : value.toLocaleString("en-US", { notation: "compact", maximumSignificantDigits: 3 });
  const percent = (share) => {
    if (share === null) return "–";
    const text = Math.abs(share * 100).toLocaleString("en-US", {
      minimumFractionDigits: 1, maximumFractionDigits: 1,
    });
    return `${text === "0.0" ? "" : share > 0 ? "+" : "−"}${text}%`;
  };
  const repOf = (k) => k < 0 ? "nobody" : territories[k].rep ?? "vacant";
  const whose = (k) => k < 0 ? "nobody" : `${territories[k].id} · ${repOf(k)}`;
  const colourOf = (k) => k < 0 ? NOBODY : territories[k].colour;
  const latLng = (a) => [accounts.lat[a] / DEGREES, accounts.lon[a] / DEGREES];

  function corners(steps) {
    const points = [];
    for (let i = 0, lat = 0, lon = 0; i < steps.length; i += 2) {
      lat += steps[i];
      lon += steps[i + 1];
      points.push([lat / DEGREES, lon / DEGREES]);
    }
    return points;
  }

  return {
    ...data, sideNames, balanced, listed, counted, isNamed, isMoved, shown,
    element, number, short, percent, repOf, whose, colourOf, latLng, corners,
  };
})();
