/* Tables that sort and filter, and a map that prints as it is shown. */
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

  function counted(found, total, seen) {
    const told = (n) => n.toLocaleString("en-US");
    if (found < total) {
      const fit = found ? `${told(found)} of ${told(total)} moves ${found === 1 ? "fits" : "fit"}` : `None of the ${told(total)} moves fits`;
      return seen < found ? `${fit}; the first ${told(seen)} are shown.` : `${fit}.`;
    }
    if (seen < total) return `The first ${told(seen)} of ${told(total)} moves.`;
    return total === 1 ? "The only move." : `All ${told(total)} moves.`;
  }

  function filterable(table) {
    const [text, territory, direction, all, count, rest] =
      ["text", "territory", "direction", "all", "count", "rest"].map((part) => document.getElementById(`moves-${part}`));
    const rows = [...table.tBodies[0].rows];
    const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    let limit = Number(table.dataset.limit);
    const fits = (row) => {
      const wanted = territory.value;
      const ends = wanted && direction.value ? [Number(direction.value)] : [2, 4];
      return (!wanted || ends.some((column) => value(row, column) === wanted))
        && text.value.toLowerCase().split(/\s+/).every((word) => words.get(row).includes(word));
    };
    const show = () => {
      let found = 0;
      for (const row of table.tBodies[0].rows) {
        const fit = fits(row);
        if (fit) found += 1;
        row.classList.toggle("beyond", !fit || found > limit);
      }
      count.textContent = counted(found, rows.length, Math.min(found, limit));
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
  const moves = document.getElementById("moves");
  if (moves) filterable(moves);

  /* The map keeps its size on screen and is scaled as a picture, so that print shows what was seen. */
  const box = document.querySelector(".map");
  const frame = box.querySelector("iframe");
  const PAPER = { width: 1024, height: 620 };
  window.addEventListener("beforeprint", () => {
    const { offsetWidth: width, offsetHeight: height } = frame;
    const scale = Math.min(PAPER.width / width, PAPER.height / height);
    Object.assign(frame.style, {
      width: `${width}px`, height: `${height}px`, transform: `scale(${scale})`, transformOrigin: "0 0",
    });
    Object.assign(box.style, { width: `${width * scale}px`, height: `${height * scale}px` });
  });
  window.addEventListener("afterprint", () => [frame, box].forEach((part) => part.removeAttribute("style")));
})();
