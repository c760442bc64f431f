"""Plans side by side as a page: what is in it, in the file and in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from territory_planner.reporting import difference_tables, write_comparison
from territory_planner.reporting.compare_page import comparison_page
from territory_planner.scenarios.compare import Comparison, compare
from tests.reporting.elements import elements_of
from tests.reporting.plans import HOSTILE, planned, small_plan
from tests.scenarios.sides import named

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

FIRST = "AAABBBCC/AAABBBCC/AAABBBCC"
OTHER = "AAAABBCC/AAAABBCC/AAAABBCC"


def two_plans(names: tuple[str, str] = ("base", "other"), *, today: bool = True) -> Comparison:
    """Return two plans that differ in the middle: three accounts that T2 loses to T1."""
    problem = small_plan().problem
    return compare([planned(problem, FIRST), planned(problem, OTHER)], names, today)


def data_of(page: str) -> Any:
    (found,) = re.findall(r'id="compare-data">(.*?)</script>', page, re.DOTALL)
    return json.loads(found)


def test_the_page_tells_what_differs(tmp_path: Path) -> None:
    """Numbers with the better marked, gains and losses, accounts with reasons, fingerprints."""
    comparison = two_plans()
    path = write_comparison(comparison, tmp_path / "compare.html", title="North & <South>")
    page = path.read_text("utf-8")
    assert "<h1>North &amp; &lt;South&gt;</h1>" in page
    assert "3 of 24 accounts (12.5%) lie elsewhere in other than in base." in page
    assert page.count(' class="number better"') == sum(len(m.best) for m in comparison.metrics)
    assert page.count("<tr><td>A") == 3
    assert comparison.sides[2].plan.fingerprint in page
    assert list(tmp_path.iterdir()) == [path]


def test_a_plan_beside_today() -> None:
    """The only pair there is; an account that nobody serves today lies elsewhere, too."""
    page = comparison_page(compare([small_plan()]))
    assert "13 of 24 accounts (54.2%) lie elsewhere in plan than today." in page
    assert "nobody serves it today" in page


def test_nothing_is_loaded_and_no_name_is_markup() -> None:
    """Names of plans and accounts are text; nothing has an address to load from."""
    page = comparison_page(two_plans((HOSTILE[0], HOSTILE[1])))
    assert not [name for name in HOSTILE[:2] if name in page]
    elements = elements_of(page)
    assert not [a for tag, a in elements if tag != "a" and {"src", "href", "srcset"} & set(a)]


def test_a_territory_has_one_colour_on_every_map() -> None:
    """Matched territories share it, though their ids and their order differ."""
    problem = small_plan().problem
    swapped = named(problem, ["T2", "T1", "X"])
    letters = FIRST.translate(str.maketrans("AB", "BA"))
    data = data_of(comparison_page(compare([planned(problem, FIRST), planned(swapped, letters)])))
    by_id = [{t["id"]: t["colour"] for t in side["territories"]} for side in data["sides"]]
    today, first, second = by_id
    assert today == first
    assert (second["T1"], second["T2"], second["X"]) == (first["T1"], first["T2"], first["T3"])
    assert len(set(first.values())) == 3


def test_what_is_matched_is_said() -> None:
    """A reader learns which territory is taken for which."""
    problem = small_plan().problem
    other = named(problem, ["T1", "T2", "X"])
    page = comparison_page(compare([planned(problem, FIRST), planned(other, OTHER)], ["a", "b"]))
    assert "X of b is matched with T3 of a: 100% of its accounts." in page


def test_what_is_not_listed_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many accounts are listed, the others are in the files."""
    monkeypatch.setattr(difference_tables, "LISTED", 2)
    monkeypatch.setattr("territory_planner.reporting.compare_page.LISTED", 2)
    page = comparison_page(two_plans())
    assert page.count("<tr><td>A") == 2
    assert "The 2 dearest are listed here, 1 more are not" in page


@pytest.fixture
def opened(chrome: Chrome, tmp_path: Path) -> Iterator[Callable[[Comparison], Chrome]]:
    """Open comparisons; at the end, none may have had an error or asked for anything."""

    def visit(comparison: Comparison) -> Chrome:
        chrome.get(write_comparison(comparison, tmp_path / "compare.html").as_uri())
        return chrome

    yield visit
    log = chrome.execute("getLog", {"type": "browser"})["value"]
    assert [entry for entry in log if entry["level"] != "INFO"] == []
    assert chrome.execute_script("return window.hacked") is None
    assert chrome.execute_script("return performance.getEntriesByType('resource').length") == 0
    chrome.get("about:blank")


VIEWS = """
return compareMaps.views.map(({ map }) => {
  const { lat, lng } = map.getCenter();
  return [lat, lng, map.getZoom()];
});
"""


SEEN = """
return compareMaps.views.map(({ map, bounds }) => map.getBounds().contains(bounds));
"""


def test_maps_print_whole(opened: Callable[[Comparison], Chrome]) -> None:
    """Paper has its own size; every territory is on it, and back on screen."""
    chrome = opened(two_plans())
    assert chrome.execute_script(SEEN) == [True] * 3
    for event, paper in (("beforeprint", True), ("afterprint", False)):
        chrome.execute_script(f"window.dispatchEvent(new Event('{event}'))")
        width = chrome.find_element("css selector", "#map-0").size["width"]
        assert (width == 500) == paper
        assert chrome.execute_script(SEEN) == [True] * 3


def test_maps_move_together(opened: Callable[[Comparison], Chrome]) -> None:
    """One map drawn aside and one zoomed take the others with them."""
    from selenium.webdriver import ActionChains

    chrome = opened(two_plans())
    before = np.array(chrome.execute_script(VIEWS))
    assert len(before) == 3
    assert before == pytest.approx(np.tile(before[0], (3, 1)), abs=1e-4)
    box = chrome.find_element("css selector", "#map-1")
    chrome.execute_script("arguments[0].scrollIntoView()", box)
    drag = ActionChains(chrome).click_and_hold(box).move_by_offset(40, 25).move_by_offset(40, 25)
    drag.release().perform()
    moved = np.array(chrome.execute_script(VIEWS))
    assert (np.abs(moved - before)[:, :2] > 1e-4).all()
    assert moved == pytest.approx(np.tile(moved[1], (3, 1)), abs=1e-4)
    chrome.execute_script(
        "compareMaps.views[2].map.setZoom(compareMaps.views[2].map.getZoom() + 2)"
    )
    zoomed = np.array(chrome.execute_script(VIEWS))
    assert zoomed[:, 2] == pytest.approx(moved[:, 2] + 2)


def test_keys_move_all_maps(opened: Callable[[Comparison], Chrome]) -> None:
    """The arrow keys of one map pan them all."""
    from selenium.webdriver.common.keys import Keys

    chrome = opened(two_plans())
    before = np.array(chrome.execute_script(VIEWS))
    chrome.find_element("css selector", "#map-2").send_keys(Keys.ARROW_RIGHT)
    chrome.execute_async_script("setTimeout(arguments[0], 600)")
    after = np.array(chrome.execute_script(VIEWS))
    assert (after[:, 1] > before[:, 1]).all()
    assert after == pytest.approx(np.tile(after[2], (3, 1)), abs=1e-4)


def test_the_better_is_marked(opened: Callable[[Comparison], Chrome]) -> None:
    """Each row's best sides have a tick that is seen without colour."""
    comparison = two_plans()
    chrome = opened(comparison)
    rows = chrome.find_elements("css selector", "#numbers tbody tr")
    for row, metric in zip(rows, comparison.metrics, strict=True):
        cells = row.find_elements("css selector", "td")
        assert {i for i, cell in enumerate(cells) if "✓" in cell.text} == set(metric.best)


def test_a_territory_is_found_on_every_map(opened: Callable[[Comparison], Chrome]) -> None:
    """A click in the table opens its numbers on each, whatever its name."""
    problem = small_plan().problem
    other = named(problem, ["T1", "T2", "X"])
    plans = [planned(problem, FIRST), planned(other, OTHER)]
    chrome = opened(compare(plans, [HOSTILE[0], HOSTILE[1]]))
    chrome.execute_script("document.querySelectorAll('#gains-0 tbody button')[2].click()")
    popups = chrome.find_elements("css selector", ".leaflet-popup-content h4")
    assert [p.text.split(" ")[0] for p in popups] == ["T3", "T3", "X"]
    assert len(chrome.find_elements("css selector", "path.area.same")) == 3


def test_pop_ups_lie_on_their_maps(opened: Callable[[Comparison], Chrome]) -> None:
    """Wherever a territory's name is, its numbers are not cut off at the edge of a map."""
    chrome = opened(two_plans())
    for _ in range(3):
        chrome.execute_script("compareMaps.views[0].map.panBy([150, 90], { animate: false })")
        chrome.execute_script("compareMaps.views.forEach((view) => view.territoryPopup(0))")
        over = chrome.execute_script(
            "return compareMaps.views.flatMap(({ box }) => {"
            "const pop = box.querySelector('.leaflet-popup').getBoundingClientRect();"
            "const room = box.getBoundingClientRect();"
            "return [room.left - pop.left, room.top - pop.top, pop.right - room.right]; })"
        )
        assert max(over) <= 0


def test_deviations_can_be_shown(opened: Callable[[Comparison], Chrome]) -> None:
    """The colours of every map become classes of deviation, with a key."""
    chrome = opened(two_plans())
    chrome.execute_script(
        "const colours = document.getElementById('map-colours'); colours.value = '0';"
        "colours.dispatchEvent(new Event('change', { bubbles: true }));"
    )
    assert "outside the band" in chrome.find_element("css selector", "#map-key").text
    sides = chrome.execute_script(
        "return compareMaps.views.map(({ side, shapes }) => [...shapes].every(([j, area]) =>"
        "area.options.fillColor === side.measures[0].classes["
        "side.classes[0][side.joint.indexOf(j)]][1]))"
    )
    assert sides == [True, True, True]


def test_a_narrow_screen_is_not_wider_than_itself(opened: Callable[[Comparison], Chrome]) -> None:
    """On a phone the maps stand below one another and the page does not scroll sideways."""
    chrome = opened(two_plans())
    size = chrome.get_window_size()
    try:
        chrome.set_window_size(500, 900)
        wide, seen = chrome.execute_script(
            "return [document.documentElement.scrollWidth, window.innerWidth]"
        )
        assert wide <= seen
        views = np.array(chrome.execute_script(VIEWS))
        assert views == pytest.approx(np.tile(views[0], (3, 1)), abs=1e-4)
        assert all(chrome.execute_script(SEEN))
        lefts = {box.location["x"] for box in chrome.find_elements("css selector", ".side-map")}
        assert len(lefts) == 1
    finally:
        chrome.set_window_size(size["width"], size["height"])


def test_ids_that_only_one_plan_has(opened: Callable[[Comparison], Chrome]) -> None:
    """A territory that is not on a map says so there."""
    problem = small_plan().problem
    fewer = replace(problem, territories=problem.territories)
    gone = named(fewer, ["T1", "T2", "NEW"])
    plans = [planned(problem, FIRST), planned(gone, "CAAABBBB/CAAABBBB/CAAABBBB")]
    chrome = opened(compare(plans, ["a", "b"], today=False))
    rows = chrome.find_elements("css selector", "#gains-0 tbody tr")
    ids = [row.find_element("css selector", "td").text for row in rows]
    assert ids == ["T1", "T2", "T3", "NEW"]
    chrome.execute_script("document.querySelectorAll('#gains-0 tbody button')[3].click()")
    told = [p.text for p in chrome.find_elements("css selector", ".leaflet-popup-content")]
    assert "not there in a" in told[0]
