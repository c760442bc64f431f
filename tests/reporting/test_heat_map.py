"""The heat map of a sweep: which tile is where, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from territory_planner.domain.scenario import Scale
from territory_planner.domain.sweep import Parameter, Sweep, Value
from territory_planner.errors import InputError
from territory_planner.exporting.sweep_table import write_sweep
from territory_planner.reporting.heat_map import (
    Tile,
    _sheet,
    _table,
    figure_in_words,
    heat_map_page,
    value_in_words,
    view_of,
    write_heat_map,
)
from territory_planner.scenarios.swept import Figure, Row, Swept, figures_of
from tests.reporting.browser import found_programs, opened_browser
from tests.reporting.elements import elements_of
from tests.reporting.plans import HOSTILE

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

FIGURES = figures_of(["workload", HOSTILE[0]], ["workload"])
NAMES = {figure.name: figure for figure in FIGURES}


def swept(*, scenarios: tuple[str, ...] = ("base", HOSTILE[1])) -> Swept:
    """Return 12 cells: for headcount 4 and ±5% there is no plan, for 5 and ±5% no bound."""
    sweep = Sweep(
        (
            Parameter("scenario", scenarios),
            Parameter("headcount", (4, 5, 6)),
            Parameter("band", (0.05, 0.1)),
        )
    )
    rows = []
    for number, cell in enumerate(sweep):
        figures = {f.name: 0.1 for f in FIGURES}
        figures |= {"objective": 10.0 + number, "territories": float(cell[1]), "inside": 1.0}
        if cell[1:] == (5, 0.05):
            del figures["gap"]
        if cell[1:] == (4, 0.05):
            rows.append(Row(cell, why=f"No alignment:\n  - {HOSTILE[2]}", run=f"run{number}"))
        else:
            rows.append(Row(cell, figures, run=f"run{number}"))
    return Swept(sweep, FIGURES, tuple(rows), (("headcount 4", f"{HOSTILE[3]} closed"),))


def tiles(show: str, x: str = "headcount", y: str = "band") -> list[list[list[Tile]]]:
    """Return the tiles of each panel, row by row."""
    found = swept()
    view = view_of(found.sweep, FIGURES, x, y, show)
    return [[list(row) for _, row in p.rows] for p in _sheet(found, view, NAMES[show]).panels]


def test_tiles_lie_where_they_belong() -> None:
    """X runs from left to right, y from top to bottom, the rest makes panels."""
    first, second = tiles("objective")
    assert [[tile.text for tile in row] for row in first] == [
        ["no plan", "12.00 km", "14.00 km"],
        ["11.00 km", "13.00 km", "15.00 km"],
    ]
    assert [tile.text for tile in second[0]] == ["no plan", "18.00 km", "20.00 km"]
    assert "scenario base, headcount 5, band ±5%\nobjective: 12.00 km\n" in first[0][1].told
    turned = tiles("objective", "band", "headcount")[0]
    assert [tile.text for tile in turned[0]] == ["no plan", "11.00 km"]


def test_one_scale_for_all_panels() -> None:
    """The least and the most of all panels have the ends of the ramp; the best is marked once."""
    first, second = tiles("objective")
    shown = [tile for panel in (first, second) for row in panel for tile in row if tile.fill]
    assert first[1][0].fill == "#F4F4F2"
    assert second[1][2].fill == "#08519C"
    assert second[1][2].ink == "#fff"
    assert [tile.text for tile in shown if tile.is_best] == ["11.00 km"]
    assert len({tile.fill for tile in shown}) == len(shown)


def test_missing_tiles() -> None:
    """A cell without a plan has the number of its reason; a gap that is not known has no colour."""
    first, second = tiles("gap")
    assert (first[0][0].why, second[0][0].why, first[0][0].fill) == (1, 2, "")
    assert "No alignment" in first[0][0].told
    assert (first[0][1].text, first[0][1].fill, first[0][1].why) == ("not known", "", 0)
    # All alike: none is best, and all have one colour.
    assert not any(tile.is_best for row in first for tile in row)
    assert len({tile.fill for row in first for tile in row if tile.fill}) == 1


def test_nothing_found() -> None:
    """A sweep none of whose cells has a plan is drawn, with the reasons."""
    sweep = Sweep((Parameter("headcount", (4, 5)),))
    none = Swept(sweep, FIGURES, tuple(Row(cell, why="It cannot be.") for cell in sweep))
    page = heat_map_page(none, view_of(sweep, FIGURES, "", "", "objective"), "None")
    assert page.count(">It cannot be.</dd>") == 2
    assert '<th scope="col">4</th>' in page


def test_view() -> None:
    """Edges that are not named take the parameters of most values."""
    sweep = swept().sweep
    view = view_of(sweep, FIGURES, "", "", "objective")
    assert (view.x, view.y) == (1, 0)
    assert view_of(sweep, FIGURES, "", "headcount", "gap").x == 0
    assert view_of(Sweep(sweep.parameters[:1]), FIGURES, "", "", "gap").y is None
    with pytest.raises(
        InputError, match=r"(?s)4 problems.*--x bend is not varied\. Did you mean 'band'"
    ):
        view_of(sweep, FIGURES, "bend", "bend", "objectiv")


@pytest.mark.parametrize(
    ("parameter", "value", "told"),
    [
        (Parameter("headcount", ()), 55, "55"),
        (Parameter("band", ()), 0.05, "±5%"),
        (Parameter("band", ()), 0.125, "±12.5%"),
        (Parameter("growth", (), growth=Scale("w", 0)), 0.12, "+12%"),
        (Parameter("growth", (), growth=Scale("w", 0)), -0.1, "−10%"),
        (Parameter("growth", (), growth=Scale("w", 0)), 0.0, "0%"),
        (Parameter("budget", (), "w"), 1.0, "100%"),
        (Parameter("scenario", ()), "base", "base"),
    ],
)
def test_value_in_words(parameter: Parameter, value: Value, told: str) -> None:
    """Shares are percent with a sign that says what they are."""
    assert value_in_words(parameter, value) == told


def test_figure_in_words() -> None:
    """Each unit is shown, and a gap rounded up."""
    assert figure_in_words(NAMES["gap"], 0.00011) == "0.02%"
    assert figure_in_words(NAMES["gap"], None) == "–"
    assert figure_in_words(NAMES["moved"], 1234.0) == "1,234"
    assert figure_in_words(NAMES["seconds"], 1.25) == "1.3 s"
    assert figure_in_words(Figure("x", "x", "share"), 0.1234) == "12.3%"


def test_page_escaped_and_offline() -> None:
    """No name stands in the page as HTML, and nothing is loaded from elsewhere."""
    page = heat_map_page(swept(), view_of(swept().sweep, FIGURES, "", "", "objective"), HOSTILE[1])
    assert not [name for name in HOSTILE[:2] if name in page]
    found = elements_of(page)
    assert sum(tag == "script" for tag, _ in found) == 1
    assert not [a for tag, a in found if tag != "a" and {"src", "href", "srcset"} & set(a)]
    assert {a["href"] for tag, a in found if tag == "a"} >= {"#why-1", "#why-2"}


def test_table(tmp_path: Path) -> None:
    """The table has a row for each cell, and nothing that a spreadsheet would run."""
    text = write_sweep(swept(scenarios=("base", "=1+1")), tmp_path / "new" / "sweep.csv").read_text(
        "utf-8"
    )
    lines = text.splitlines()
    assert lines[0].startswith("scenario,headcount,band,objective,gap,territories,inside,")
    assert text.count("run") == 1 + 12
    assert "\n'=1+1,4,0.1,17.0,0.1,4.0,1.0," in text
    assert "\nbase,5,0.05,12.0,,5.0,1.0," in text
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["sweep.csv"]


def test_table_heads() -> None:
    """The page's table says units once, in its heads, and its cells are numbers alone."""
    table = _table(swept())
    heads = [column.title for column in table.columns]
    assert heads[:6] == ["scenario", "headcount", "band", "objective, km", "gap", "territories"]
    assert heads[-2:] == ["time, s", "run"]
    row = dict(zip(heads, table.rows[1], strict=True))
    assert (row["objective, km"], row["time, s"], row["run"]) == ("11.00", "0.1", "run1")
    assert [span for group, span in table.groups if group == "share that changes hands"] == [2]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Chrome]]:
    """Open the page in a browser; at the end, it may not have had an error."""
    browser, driver = found_programs()
    if browser is None or driver is None:
        pytest.skip("pages are not looked at: there is no chromium on this machine")
    folder = tmp_path_factory.mktemp("heat-map")
    found = swept()
    page = write_heat_map(found, folder / "sweep.html", "A sweep")
    with opened_browser(browser, driver, folder / "profile") as chrome:

        def visit() -> Chrome:
            chrome.get(page.as_uri())
            return chrome

        yield visit
        log = chrome.execute("getLog", {"type": "browser"})["value"]
        assert [entry for entry in log if entry["level"] != "INFO"] == []
        assert chrome.execute_script("return window.hacked") is None


def test_one_figure_is_shown(opened: Callable[[], Chrome]) -> None:
    """The figure that is chosen is the colour, and no other."""
    chrome = opened()

    def shown() -> list[str]:
        sheets = chrome.find_elements("css selector", ".sheet")
        return [str(s.get_attribute("data-figure")) for s in sheets if s.is_displayed()]

    assert shown() == ["objective"]
    chrome.find_element("css selector", "#figure option[value=inside]").click()
    assert shown() == ["inside"]
    missing = [e for e in chrome.find_elements("css selector", "td.missing") if e.is_displayed()]
    assert len(missing) == 2
    assert "repeating-linear-gradient" in missing[0].value_of_css_property("background-image")


def test_four_measures_fit_a_screen(chrome: Chrome, tmp_path: Path) -> None:
    """With four measures, all of them banded, nothing scrolls sideways at 1280 pixels."""
    names = ["workload", "potential", "revenue", "accounts"]
    figures = figures_of(names, names)
    sweep = Sweep(
        (Parameter("headcount", (50, 52, 54, 56, 58, 60)), Parameter("band", (0.02, 0.05, 0.125)))
    )
    told = {f.name: 1234.5 if f.unit in ("km", "count") else 0.1234 for f in figures}
    rows = tuple(Row(cell, told, run="5f7ce687a1cf") for cell in sweep)
    page = write_heat_map(Swept(sweep, figures, rows), tmp_path / "sweep.html")
    size = chrome.get_window_size()
    try:
        chrome.set_window_size(1280, 900)
        chrome.get(page.as_uri())
        wide = chrome.execute_script(
            "return [document.documentElement, ...document.querySelectorAll('.scroll, .panel')]"
            ".map((part) => part.scrollWidth - part.clientWidth)"
        )
        assert max(wide) <= 0
    finally:
        chrome.set_window_size(size["width"], size["height"])
