"""`draw_map`: a plan on a map that opens without the internet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from territory_planner.domain.plan import Plan
from territory_planner.reporting.content import Value, as_json, map_content
from territory_planner.reporting.offline import check_self_contained, head
from territory_planner.reporting.pages import template_text, write_whole

if TYPE_CHECKING:
    from folium import Map

    from territory_planner.reporting.layers import PlanLayer

CLUSTERED_ABOVE = 5000
"""Accounts above which nearby ones are shown as one marker with their number."""

SCRIPTS = tuple(
    f"map_{part}.js"
    for part in ("texts", "parts", "data", "layers", "labels", "legend", "popups", "controls")
)

MAX_ZOOM = 18
"""Where zooming in ends; without tiles nobody else tells Leaflet, and clusters need to know."""


def draw_map(plan: Plan, path: Path | str, tiles: str | None = None, attribution: str = "") -> Path:
    """Write the map of a plan as one HTML file that needs no network, and return its path.

    Parameters
    ----------
    plan
        What to draw; today's alignment is drawn beside it.
    path
        The file to write, whole or not at all; missing folders are made.
    tiles
        Address of background tiles, ``https://.../{z}/{x}/{y}.png``. None draws none: only with
        tiles does the page ask for anything from elsewhere.
    attribution
        What the tiles' owner asks to have shown, as text.
    """
    return write_whole(path, map_page(plan, tiles, attribution))


def map_page(plan: Plan, tiles: str | None = None, attribution: str = "") -> str:
    """Return the map of a plan as a page.

    Raises
    ------
    NotSelfContainedError
        When something in the page would be loaded from elsewhere.
    """
    content = map_content(plan)
    page = _drawn(content, tiles, attribution).get_root().render()
    check_self_contained(page)
    return str(page)


def _drawn(content: Value, tiles: str | None, attribution: str) -> Map:
    from html import escape

    import folium

    from territory_planner.reporting.layers import PlanPage, Verbatim

    chart = folium.Map(tiles=None, zoom_snap=0.25, zoom_delta=0.5, control_scale=True)
    # Folium's own assets would come from servers on the internet; ours are in the page.
    chart.default_js, chart.default_css = [], []
    chart.options["maxZoom"] = MAX_ZOOM
    chart._id = "plan"
    page = PlanPage("Territory map", chart.get_name())
    page.add_child(chart, name="map")
    data = f'<script type="application/json" id="plan-data">{as_json(content)}</script>'
    page.header.add_child(Verbatim(_policy(tiles)), name="policy", index=0)
    page.header.add_child(Verbatim(head()), name="assets")
    style = template_text("map_parts.css") + template_text("map.css")
    page.header.add_child(Verbatim(f"<style>{style}</style>"), name="style")
    page.html.add_child(Verbatim(data), name="data")
    for name in SCRIPTS:
        page.html.add_child(Verbatim(f"<script>{template_text(name)}</script>"), name=name)
    if tiles:
        credit = escape(attribution) or "Background"
        folium.TileLayer(tiles, attr=credit, control=False, max_zoom=MAX_ZOOM).add_to(chart)
    for layer in _layers(content):
        layer.add_to(chart)
    control = folium.LayerControl(collapsed=False)
    # Folium names its elements at random; the same plan is to give the same page.
    control._id = "layers"
    control.add_to(chart)
    return chart


def _layers(content: Value) -> list[PlanLayer]:
    """Return the layers in the order of the layer control."""
    from territory_planner.reporting.layers import PlanLayer

    named = {"plan": "proposed", "today": "current"}
    layers = []
    for side in content["sides"]:
        name, first = f"{named[side].capitalize()} territories", side == "plan"
        settings = {"side": side, "measure": None}
        layers.append(PlanLayer(side, name, "areas", settings, overlay=False, show=first))
    for q, measure in enumerate(content["measures"]):
        for side in content["sides"] if measure["classes"] else ():
            name = f"Deviation of {measure['name']}, {named[side]}"
            settings = {"side": side, "measure": q}
            key = f"deviation_{side}_{q}"
            layers.append(PlanLayer(key, name, "areas", settings, overlay=False, show=False))
    for i, name in enumerate(content["lines"]):
        # More than one set of lines is a grey page at first sight; the others are a click away.
        layers.append(PlanLayer(f"lines_{i}", name, "lines", {"name": name}, show=i == 0))
    accounts = content["accounts"]
    n, moved = len(accounts["id"]), len(accounts["moved"])
    clustered = n > CLUSTERED_ABOVE
    if moved:
        layers.append(PlanLayer("moved", f"Moved accounts ({moved:,})", "moves", show=False))
    layers.append(
        PlanLayer(
            "accounts",
            f"Accounts ({n:,})",
            "accounts",
            {"clustered": clustered},
            show=not clustered,
        )
    )
    if any(t["home"] for t in content["territories"]):
        layers.append(PlanLayer("homes", "Rep homes", "homes"))
    layers.append(PlanLayer("labels", "Territory names", "labels"))
    return layers


def _policy(tiles: str | None) -> str:
    """Return a policy that lets the browser itself refuse what is not in the page."""
    images = "data: https: http:" if tiles else "data:"
    return (
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        f"script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src {images}\">"
    )
