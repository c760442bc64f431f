/* The layers of a plan's map. A layer tells the map what happened; planMap listens. */
"use strict";
const planLayers = (() => {
  const {
    areas: hasAreas, territories, measures, sides, accounts, flows, lines: lineSets, balanced, isNamed,
    shown, element, percent, whose, colourOf, latLng,
  } = planData;
  const { largestFirst, areaColours, area, lineSet, homeIcon } = mapParts;
  const LAND = "#eef1f4";
  /* How strong areas are drawn: territories, deviations, and either below the moved accounts. */
  const OPACITY = { territories: 0.62, deviations: 0.92, faded: 0.3 };
  /* Levels from the overview at which small flows appear, and the flows that are never small. */
  const CLOSER = 1.5;
  const MAIN_FLOWS = 25;
  const pointLayers = new Set();
  let map;

  /* A layer whose parts are made when it is first shown, so that the page opens at once. */
  const Lazy = L.FeatureGroup.extend({
    initialize(build) {
      L.FeatureGroup.prototype.initialize.call(this);
      this._build = build;
    },
    onAdd(onto) {
      panes(onto);
      if (this._build) {
        const build = this._build;
        this._build = null;
        build(this);
      }
      L.FeatureGroup.prototype.onAdd.call(this, onto);
    },
  });

  let renderers;
  function panes(onto) {
    if (map) return;
    map = onto;
    renderers = mapParts.panes(map);
  }

  const opacity = () => shown.measure === null ? OPACITY.territories : OPACITY.deviations;
  const tone = () => {
    map.getPane("areas").style.opacity = shown.moves ? OPACITY.faded : opacity();
  };

  /* A colour as it looks on the map. */
  const blended = (colour) => {
    const alpha = Math.round(255 * opacity()).toString(16);
    return `linear-gradient(${colour}${alpha}, ${colour}${alpha}), ${LAND}`;
  };

  function areas({ side, measure }) {
    const fill = (k) => measure === null ? colourOf(k)
      : measures[measure].classes[sides[side].classes[measure][k]][1];
    const { shapes } = sides[side];
    const layer = new Lazy((group) => {
      for (const k of largestFirst(shapes)) {
        const colours = areaColours(fill(k), measure !== null || !hasAreas);
        const drawn = area(shapes[k], colours, { hasAreas, isVacant: territories[k].rep === null });
        drawn.on("add", () => { drawn.getElement().dataset.territory = k; });
        drawn.bindTooltip(() => element("span", summary(side, k)), { sticky: true });
        group.addLayer(drawn);
      }
    });
    layer.on("add", () => {
      Object.assign(shown, { side, measure });
      tone();
      map.fire("sidechange");
    });
    return layer;
  }

  function summary(side, k) {
    const { deviation } = sides[side];
    const parts = balanced.map((q) => `${measures[q].name} ${percent(deviation[k][q])}`);
    return [whose(k), ...parts].join(" · ");
  }

  function lines({ name }) {
    return new Lazy((group) => group.addLayer(lineSet(lineSets[name], renderers.lines)));
  }

  const dotStyle = (a, k) => {
    const radius = Math.min(6, Math.max(2, map.getZoom() - 2.5));
    return {
      radius: isNamed.has(a) ? radius + 2 : radius,
      weight: isNamed.has(a) ? 2 : radius < 4 ? 0.5 : 1,
      fillColor: colourOf(k),
    };
  };

  function points(layer, chosen, side) {
    layer.markers = chosen.map((a) => {
      const marker = L.circleMarker(latLng(a), {
        renderer: renderers.dots, interactive: false, color: "#20262e", fillOpacity: 1,
        ...dotStyle(a, accounts[side()][a]),
      });
      marker.account = a;
      return marker;
    });
    layer.restyle = () => layer.markers.forEach((m) =>
      m.setStyle(dotStyle(m.account, accounts[side()][m.account])));
    pointLayers.add(layer);
    return layer.markers;
  }

  function accountLayer({ clustered }) {
    return new Lazy((group) => {
      const markers = points(group, accounts.id.map((_, a) => a), () => shown.side);
      if (!clustered) return markers.forEach((marker) => group.addLayer(marker));
      const clusters = L.markerClusterGroup({
        maxClusterRadius: 45, disableClusteringAtZoom: Math.ceil(map.overview) + 4, chunkedLoading: true,
        showCoverageOnHover: false, spiderfyOnMaxZoom: false, animate: false,
        iconCreateFunction: (cluster) => {
          const count = cluster.getChildCount();
          const size = Math.round(16 + 7 * Math.log10(count));
          const icon = element("span", count.toLocaleString("en-US"));
          return L.divIcon({ html: icon, className: "group", iconSize: [size, size] });
        },
      });
      clusters.addLayers(markers);
      return group.addLayer(clusters);
    });
  }

  /* Moved accounts in their new rep's colour; one line for all that move between the same homes. */
  function moves() {
    const small = L.layerGroup();
    const layer = new Lazy((group) => {
      const most = Math.max(1, ...flows.map((flow) => flow[2]));
      flows.forEach(([from, to, count], i) => {
        const [start, end] = [territories[from].at, territories[to].at];
        if (!start || !end) return;
        const path = bow(start, end);
        // Width and strength follow the square root, so that small flows stay in the background.
        const share = Math.sqrt(count / most);
        const width = 0.8 + 6 * share;
        const isMain = i >= flows.length - MAIN_FLOWS;
        const casing = isMain ? [["#20262e", width + 1.4]] : [];
        for (const [color, weight] of [...casing, [colourOf(to), width]]) {
          (isMain ? group : small).addLayer(L.polyline(path, {
            renderer: renderers.flows, interactive: false, color, weight,
            opacity: isMain ? 0.9 : 0.25 + 0.6 * share,
          }));
        }
        if (isMain) group.addLayer(arrow(path, share));
      });
      points(group, accounts.moved, () => "plan").forEach((marker) => group.addLayer(marker));
    });
    const closer = () => {
      if (map.getZoom() >= map.overview + CLOSER) small.addTo(map);
      else small.remove();
    };
    layer.on("add", () => {
      shown.moves = true;
      tone();
      map.on("zoomend", closer);
      closer();
    });
    layer.on("remove", () => {
      shown.moves = false;
      tone();
      map.off("zoomend", closer);
      small.remove();
    });
    return layer;
  }

  /* Bowed to the right, so that the way there and the way back lie apart. */
  function bow(start, end) {
    const [a, b] = [start, end].map((at) => L.CRS.EPSG3857.project(L.latLng(at)));
    const middle = a.add(b).divideBy(2).add(L.point(b.y - a.y, a.x - b.x).multiplyBy(0.12));
    return Array.from({ length: 25 }, (_, i) => {
      const t = i / 24;
      return L.CRS.EPSG3857.unproject(a.multiplyBy((1 - t) ** 2)
        .add(middle.multiplyBy(2 * t * (1 - t))).add(b.multiplyBy(t ** 2)));
    });
  }

  function arrow(path, share) {
    const [a, b] = [path[13], path[15]].map((at) => L.CRS.EPSG3857.project(at));
    const head = element("span", "➤");
    head.style.transform = `rotate(${Math.atan2(a.y - b.y, b.x - a.x)}rad)`;
    head.style.fontSize = `${9 + 9 * share}px`;
    const icon = L.divIcon({ html: head, className: "arrow", iconSize: [14, 14] });
    return L.marker(path[14], { icon, interactive: false, pane: "names" });
  }

  function homes() {
    return new Lazy((group) => territories.forEach((territory, k) => {
      if (!territory.home) return;
      const icon = homeIcon(territory.colour, territory.rep === null);
      const marker = L.marker(territory.at, { icon, pane: "homes", title: whose(k), alt: `Home of ${whose(k)}` });
      marker.on("click", () => map.fire("territory", { k, at: territory.at }));
      group.addLayer(marker);
    }));
  }

  return { areas, lines, accounts: accountLayer, moves, homes, Lazy, panes, pointLayers, blended };
})();
