/* The numbers of the mark that is pointed at or focused, beside it. */
"use strict";
(() => {
  const tip = document.getElementById("tip");
  const show = (point) => {
    const [x, y] = [Number(point.dataset.x), Number(point.dataset.y)];
    tip.textContent = point.dataset.told;
    Object.assign(tip.style, {
      left: x < 55 ? `calc(${x}% + 22px)` : "",
      right: x < 55 ? "" : `calc(${100 - x}% + 22px)`,
      top: y < 60 ? `calc(${y}% + 12px)` : "",
      bottom: y < 60 ? "" : `calc(${100 - y}% + 12px)`,
    });
    tip.hidden = false;
  };
  const hide = () => { tip.hidden = true; };
  document.querySelectorAll(".frontier .point").forEach((point) => {
    for (const event of ["pointerenter", "focus"]) point.addEventListener(event, () => show(point));
    for (const event of ["pointerleave", "blur"]) point.addEventListener(event, hide);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
})();
