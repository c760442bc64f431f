/* How every map tells numbers and texts. Texts go into the page as text, never as HTML. */
"use strict";
const mapTexts = (() => {
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
    : value.toLocaleString("en-US", {
      notation: "compact", minimumSignificantDigits: 3, maximumSignificantDigits: 3,
    });
  const percent = (share) => {
    if (share === null) return "–";
    const text = Math.abs(share * 100).toLocaleString("en-US", {
      minimumFractionDigits: 1, maximumFractionDigits: 1,
    });
    return `${text === "0.0" ? "" : share > 0 ? "+" : "−"}${text}%`;
  };
  /* A measure with its unit, once where both are the same: "workload, h/yr", "accounts". */
  const measureHead = ({ name, unit }) => name === unit ? name : `${name}, ${unit}`;

  return { element, number, short, percent, measureHead };
})();
