/* Tables that sort and filter. */
"use strict";
(() => {
  const value = (row, column) => row.cells[column].textContent;
  const amount = (text) => parseFloat(text.replace("−", "-").replace(/[^0-9.-]/g, ""));
  const collator = new Intl.Collator("en", { numeric: true });

  function sortable(table) {
    const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const numeric = head.classList.contains("number");
        const first = numeric ? "descending" : "ascending";
        const second = numeric ? "ascending" : "descending";
        const order = head.getAttribute("aria-sort") === first ? second : first;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", order);
        const sign = order === "ascending" ? 1 : -1;
        const body = table.tBodies[0];
        const keyed = [...body.rows].map((row) => {
          const text = value(row, column);
          return [row, numeric ? amount(text) : text];
        });
        // What is missing stands last either way.
        keyed.sort(([, a], [, b]) => numeric
          ? (isNaN(a) - isNaN(b)) || sign * (a - b) || 0
          : sign * collator.compare(a, b));
        body.append(...keyed.map(([row]) => row));
        table.dispatchEvent(new Event("sorted"));
      });
    });
  }

  /* The words for rows come with the table: "moves", "accounts". */
  function counted(noun, found, total, seen) {
    const told = (n) => n.toLocaleString("en-US");
    if (found < total) {
      const fit = found ? `${told(found)} of ${told(total)} ${noun} ${found === 1 ? "fits" : "fit"}` : `None of the ${told(total)} ${noun} fits`;
      return seen < found ? `${fit}; the first ${told(seen)} are shown.` : `${fit}.`;
    }
    if (seen < total) return `The first ${told(seen)} of ${told(total)} ${noun}.`;
    return total === 1 ? `The only ${noun.replace(/s$/, "")}.` : `All ${told(total)} ${noun}.`;
  }

  function filterable(table) {
    const [text, territory, direction, all, count, rest] =
      ["text", "territory", "direction", "all", "count", "rest"].map((part) => document.getElementById(`${table.id}-${part}`));
    const rows = [...table.tBodies[0].rows];
    const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const ends = [...direction.options].filter((one) => one.value).map((one) => Number(one.value));
    let limit = Number(table.dataset.limit);
    const fits = (row) => {
      const wanted = territory.value;
      const columns = wanted && direction.value ? [Number(direction.value)] : ends;
      return (!wanted || columns.some((column) => value(row, column) === wanted))
        && text.value.toLowerCase().split(/\s+/).every((word) => words.get(row).includes(word));
    };
    const show = () => {
      let found = 0;
      for (const row of table.tBodies[0].rows) {
        const fit = fits(row);
        if (fit) found += 1;
        row.classList.toggle("beyond", !fit || found > limit);
      }
      count.textContent = counted(table.dataset.noun, found, rows.length, Math.min(found, limit));
      rest.hidden = found <= limit;
      // A direction is one of a territory.
      direction.disabled = !territory.value;
      direction.title = territory.value ? "" : "Choose a territory first";
      all.hidden = found <= limit;
    };
    for (const [part, event] of [[text, "input"], [territory, "change"], [direction, "change"]]) {
      part.addEventListener(event, show);
    }
    all.addEventListener("click", () => { limit = Infinity; show(); });
    all.form.addEventListener("submit", (event) => event.preventDefault());
    table.addEventListener("sorted", show);
    show();
  }

  document.querySelectorAll("td.outside").forEach((cell) =>
    cell.classList.toggle("below", amount(cell.textContent) < 0));
  document.querySelectorAll("table.sortable").forEach(sortable);
  document.querySelectorAll("table[data-limit]").forEach(filterable);
})();
