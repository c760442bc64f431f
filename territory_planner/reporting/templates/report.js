/* A map that prints as it is shown. */
"use strict";
(() => {
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
