"""The map as a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from territory_planner.reporting import draw_map
from territory_planner.reporting.map import map_page
from tests.reporting.elements import elements_of
from tests.reporting.plans import HOSTILE, small_plan


@pytest.mark.parametrize("areas", [True, False])
def test_draw_map_offline(areas: bool, tmp_path: Path) -> None:
    """No script, style or picture of the map has an address on the internet."""
    path = draw_map(small_plan(areas=areas), tmp_path / "new" / "map.html")
    elements = elements_of(path.read_text("utf-8"))
    loading = [(t, a) for t, a in elements if t in {"script", "style", "link", "img", "iframe"}]
    assert sum(t == "script" for t, _ in loading) >= 3
    assert not [a for _, a in loading if a.get("src") or a.get("href") or a.get("srcset")]


def test_map_page_layers() -> None:
    """Every layer that the plan has something for can be chosen."""
    page = map_page(small_plan())
    for name in (
        "Proposed territories",
        "Current territories",
        "Deviation of workload, proposed",
        "Deviation of workload, current",
        "County lines",
        "Moved accounts (12)",
        "Accounts (24)",
        "Rep homes",
        "Territory names",
    ):
        assert f'"{name}"' in page


def test_map_page_escaped() -> None:
    """No account's name stands in the page as HTML."""
    page = map_page(small_plan())
    assert not [name for name in HOSTILE if "<" in name and name in page]
    assert "State <lines>" not in page


def test_map_page_same() -> None:
    """The same plan gives the same page."""
    assert map_page(small_plan()) == map_page(small_plan())


def test_map_page_max_zoom() -> None:
    """Without tiles the map still says where zooming ends; clusters need to know."""
    assert '"maxZoom": 18' in map_page(small_plan())


def test_map_page_tiles() -> None:
    """Tiles come from the address that was asked for, with their owner named; none without."""
    tiles = "https://tiles.example.com/{z}/{x}/{y}.png"
    assert "tiles.example.com" in map_page(small_plan(), tiles, attribution="<Owner>")
    assert "&lt;Owner&gt;" in map_page(small_plan(), tiles, attribution="<Owner>").replace(
        "\\u0026", "&"
    )
    assert "tileLayer(" not in map_page(small_plan()).split("var map_plan")[-1]
