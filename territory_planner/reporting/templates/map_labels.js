/* Territories' names on a plan's map: in their part with most accounts, and off homes and counts. */
"use strict";
const planLabels = (() => {
  const { territories, sides, shown, percent } = planData;
  const { Lazy } = planLayers;
  /* Where a name may go: its place, then beside it, in its own widths and heights. */
  const PLACES = [
    [0, 0], [0, -0.9], [0, 0.9], [0.8, 0], [-0.8, 0], [0.7, -0.8], [-0.7, -0.8], [0.7, 0.8], [-0.7, 0.8],
  ];
  const SMALLEST = 22;

  function labels() {
    let map = null;
    let waiting = 0;
    const layer = new Lazy(() => layer.place());

    layer.place = () => {
      const { labels: at, spans, accounts, deviation } = sides[shown.side];
      layer.clearLayers();
      at.forEach((point, k) => {
        if (!point) return;
        const note = shown.measure !== null ? percent(deviation[k][shown.measure])
          : territories[k].rep === null ? "vacant" : "";
        const marker = mapParts.nameMarker(point, territories[k].id, note);
        marker.part = mapParts.partCorners(point, spans[k]);
        marker.size = accounts[k];
        layer.addLayer(marker);
      });
      if (map) thin();
    };

    /* A label needs some of its part round it; of two that overlap, the larger territory's stays. */
    function thin() {
      const boxesOf = (kind) => [...map.getContainer().querySelectorAll(kind)]
        .map((part) => part.getBoundingClientRect());
      const homes = boxesOf(".home svg");
      const taken = boxesOf(".group");
      const texts = layer.getLayers().sort((a, b) => b.size - a.size)
        .map((marker) => [marker, marker.getElement().firstChild]);
      for (const [, text] of texts) text.style.transform = "";
      const boxes = texts.map(([, text]) => text.getBoundingClientRect());
      texts.forEach(([marker, text], i) => {
        const [from, to] = marker.part.map((corner) => map.latLngToLayerPoint(corner));
        const room = to.subtract(from);
        const { width, height } = boxes[i];
        const places = PLACES.map(([x, y]) => [x * width, y * height]).filter(([x, y]) =>
          Math.abs(x) < Math.max(1, room.x * 0.33) && Math.abs(y) < Math.max(1, room.y * 0.33));
        const stands = (blocks) => places.find((place) => blocks.every(isClear(boxes[i], place)));
        const place = Math.hypot(room.x, room.y) > SMALLEST
          ? stands([...taken, ...homes]) ?? stands(taken) : undefined;
        text.style.visibility = place ? "" : "hidden";
        if (!place) return;
        text.style.transform = `translate(-50%, -50%) translate(${place[0]}px, ${place[1]}px)`;
        taken.push(new DOMRect(boxes[i].x + place[0], boxes[i].y + place[1], width, height));
      });
    }

    const isClear = (box, [x, y]) => (other) => box.right + x < other.left || box.left + x > other.right
      || box.bottom + y < other.top || box.top + y > other.bottom;

    /* Counts come and go after the zoom has ended. */
    const later = ({ layer: other }) => {
      if (waiting || layer.hasLayer(other)) return;
      waiting = requestAnimationFrame(() => {
        waiting = 0;
        if (layer._map) thin();
      });
    };
    const EVENTS = { zoomend: thin, sidechange: layer.place, layeradd: later, layerremove: later };
    layer.on("add", () => {
      map = layer._map;
      map.on(EVENTS);
      thin();
    });
    layer.on("remove", () => map.off(EVENTS));
    return layer;
  }

  return { labels };
})();
