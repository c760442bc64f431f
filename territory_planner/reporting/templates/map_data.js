/* The data of a plan's map, and what its territories and accounts are called and coloured. */
"use strict";
const planData = (() => {
  const data = JSON.parse(document.getElementById("plan-data").textContent);
  const { territories, measures, accounts } = data;
  const NOBODY = "#9AA1A9";
  const sideNames = { plan: "proposed", today: "current" };
  const balanced = measures.flatMap((m, q) => m.classes ? [q] : []);
  /* A mere count of accounts is listed as accounts, unless it has a band. */
  const listed = balanced.length ? balanced : measures.flatMap((m, q) => m.counts ? [] : [q]);
  const counted = balanced.some((q) => measures[q].counts && measures[q].name === "accounts");
  const isNamed = new Set(accounts.named);
  const isMoved = new Set(accounts.moved);
  /* What the map shows: an alignment, and a measure when its deviation is shown. */
  const shown = { side: "plan", measure: null };

  const repOf = (k) => k < 0 ? "nobody" : territories[k].rep ?? "vacant";
  const whose = (k) => k < 0 ? "nobody" : `${territories[k].id} · ${repOf(k)}`;
  const colourOf = (k) => k < 0 ? NOBODY : territories[k].colour;
  const latLng = (a) => mapParts.place(accounts, a);

  return {
    ...data, ...mapTexts, sideNames, balanced, listed, counted, isNamed, isMoved, shown,
    repOf, whose, colourOf, latLng,
  };
})();
