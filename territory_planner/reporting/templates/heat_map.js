/* One figure is shown at a time. */
"use strict";
(() => {
  const choice = document.getElementById("figure");
  const sheets = [...document.querySelectorAll(".sheet")];
  const show = () => sheets.forEach((sheet) => { sheet.hidden = sheet.dataset.figure !== choice.value; });
  choice.addEventListener("change", show);
  show();
})();
