"""Map and report as a reader meets them: in a browser, without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import Plan
from territory_planner.domain.territory import Measure
from territory_planner.reporting import draw_map, write_report
from tests.reporting.plans import HOSTILE, planned, small_plan
from tests.worlds import grid_problem

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

DRAWN = """
const canvas = document.querySelector(`.leaflet-${arguments[0]}-pane canvas`);
if (!canvas) return 0;
const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
copy.drawImage(canvas, 0, 0);
const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
return data.filter((value, i) => i % 4 === 3 && value > 0).length;
"""


@pytest.fixture
def opened(chrome: Chrome, tmp_path: Path) -> Iterator[Callable[..., Chrome]]:
    """Open pages of plans; at the end, none may have had an error."""

    def visit(write: Callable[[Plan, Path], Path], plan: Plan) -> Chrome:
        chrome.get(write(plan, tmp_path / "page.html").as_uri())
        return chrome

    yield visit
    log = chrome.execute("getLog", {"type": "browser"})["value"]
    assert [entry for entry in log if entry["level"] != "INFO"] == []
    assert chrome.execute_script("return window.hacked") is None
    chrome.get("about:blank")


def all_of(chrome: Chrome, selector: str) -> list[WebElement]:
    return list(chrome.find_elements("css selector", selector))


def one(chrome: Chrome, selector: str) -> WebElement:
    return chrome.find_element("css selector", selector)


def popup(chrome: Chrome) -> WebElement:
    """Return the last pop-up, once it has faded in: until then nothing of it counts as shown."""
    from selenium.webdriver.support.ui import WebDriverWait

    seen = (
        "return getComputedStyle([...document.querySelectorAll('.leaflet-popup')].at(-1)).opacity"
    )
    WebDriverWait(chrome, 10).until(lambda there: float(there.execute_script(seen)) == 1.0)
    return all_of(chrome, ".leaflet-popup-content")[-1]


def choose(chrome: Chrome, layer: str) -> None:
    labels = all_of(chrome, ".leaflet-control-layers label")
    next(label for label in labels if label.text.strip().startswith(layer)).click()


def drawn(chrome: Chrome, pane: str) -> int:
    # Leaflet paints a canvas with the next frame.
    chrome.execute_async_script(
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done));"
    )
    return int(chrome.execute_script(DRAWN, pane))


def click_at(chrome: Chrome, script: str) -> None:
    """Click where a script says, in pixels from the map's corner."""
    from selenium.webdriver import ActionChains

    # Pop-ups fade and push the map aside, which would move what is to be clicked.
    chrome.execute_script("map_plan._fadeAnimated = false; map_plan.closePopup(); map_plan.stop();")
    x, y = chrome.execute_script(f"const p = {script}; return [p.x, p.y];")
    box = one(chrome, "#map_plan")
    left, top = x - box.size["width"] / 2, y - box.size["height"] / 2
    ActionChains(chrome).move_to_element_with_offset(box, round(left), round(top)).click().perform()


@pytest.mark.parametrize("areas", [True, False])
def test_map_drawn(opened: Callable[..., Chrome], areas: bool) -> None:
    """The map shows every territory, home and name, the accounts and the first set of lines."""
    chrome = opened(draw_map, small_plan(areas=areas))
    assert len(all_of(chrome, "path.area")) == 3
    assert len(all_of(chrome, ".home")) == 3
    assert [e.text for e in all_of(chrome, ".territory-label") if e.text] == [
        "T1",
        "T2",
        "T3\nvacant",
    ]
    assert drawn(chrome, "dots") > 0
    assert drawn(chrome, "lines") > 0


def test_map_layers(opened: Callable[..., Chrome]) -> None:
    """Every layer can be taken away and brought back, and the legend says what is shown."""
    chrome = opened(draw_map, small_plan())
    for layer, selector in (("Rep homes", ".home"), ("Territory names", ".territory-label")):
        choose(chrome, layer)
        assert all_of(chrome, selector) == []
        choose(chrome, layer)
        assert len(all_of(chrome, selector)) == 3
    choose(chrome, "Accounts")
    assert drawn(chrome, "dots") == 0
    choose(chrome, "Moved accounts")
    assert drawn(chrome, "dots") > 0
    assert drawn(chrome, "flows") > 0
    shapes = {e.get_attribute("d") for e in all_of(chrome, "path.area")}
    choose(chrome, "Current territories")
    assert one(chrome, ".legend summary").text == "Territories, current"
    assert {e.get_attribute("d") for e in all_of(chrome, "path.area")} != shapes


def test_map_deviation(opened: Callable[..., Chrome]) -> None:
    """The layer of deviations fills areas by class, and says the numbers beside the colours."""
    chrome = opened(draw_map, small_plan())
    choose(chrome, "Deviation of workload, current")
    assert "above +20%, outside the band" in one(chrome, ".legend .classes").text
    assert "+125.0%" in one(chrome, ".legend tbody").text
    one(chrome, ".legend summary").click()
    assert not one(chrome, ".legend tbody").is_displayed()
    assert one(chrome, ".legend .classes").is_displayed()
    fills = [e.get_attribute("fill") for e in all_of(chrome, "path.area")]
    assert fills == ["#A63603", "#08519C", "#08519C"]


def test_map_units(opened: Callable[..., Chrome]) -> None:
    """The table beside the map says each measure's unit, and an account's count has none."""
    chrome = opened(draw_map, small_plan())
    heads = [cell.text.split("\n") for cell in all_of(chrome, ".legend th")]
    units = {m.name: m.unit for m in small_plan().problem.measures}
    listed = [head for head in heads if head[0] in units]
    assert listed
    assert all(head == [head[0], units[head[0]]] for head in listed)
    assert ["accounts"] in heads


def test_map_pop_ups(opened: Callable[..., Chrome]) -> None:
    """A click on an account tells its name as text, whatever the name, and where it goes."""
    chrome = opened(draw_map, small_plan())
    choose(chrome, "Rep homes")
    for a, name in enumerate(HOSTILE):
        click_at(chrome, f"map_plan.latLngToContainerPoint(planData.latLng({a}))")
        heading = all_of(chrome, ".leaflet-popup-content h2")[-1]
        assert heading.get_property("textContent") == name
    click_at(chrome, "map_plan.latLngToContainerPoint(planData.latLng(3))")
    told = popup(chrome).text
    assert "changes hands" in told
    assert "today T1 · Rep 1" in told
    assert "proposed T2 · Rep 2" in told


def test_map_territory(opened: Callable[..., Chrome]) -> None:
    """A click on land, or on the legend, tells the territory's totals."""
    chrome = opened(draw_map, small_plan())
    choose(chrome, "Accounts")
    click_at(
        chrome,
        "map_plan.latLngToContainerPoint(planData.latLng(12)).add(L.point(0, 12))",
    )
    assert "T2 · Territory 2" in popup(chrome).text
    all_of(chrome, ".legend tbody button")[2].click()
    told = popup(chrome).text
    assert "T3 · Territory 3" in told
    assert "vacant" in told
    assert "−25.0%" in told


def test_map_counts(opened: Callable[..., Chrome]) -> None:
    """A measure that only counts accounts is told once, in the legend and in pop-ups."""
    problem = grid_problem("1111", current="AAAB", potential="1234")
    measures = (Measure("accounts", "accounts"), problem.measures[1])
    bands = Criteria(bands={"accounts": Band.within(0.5)})
    chrome = opened(draw_map, planned(replace(problem, measures=measures), "AABB", bands))
    assert [e.text for e in all_of(chrome, ".legend th")] == ["territory", "rep", "accounts"]
    one(chrome, ".legend tbody button").click()
    told = [e.text for e in popup(chrome).find_elements("css selector", "th")]
    assert told == ["accounts", "potential, USD/yr"]


def test_map_pop_up_beside(opened: Callable[..., Chrome]) -> None:
    """A pop-up opens beside the legend, not below it, though its place is there."""
    from selenium.webdriver.support.ui import WebDriverWait

    chrome = opened(draw_map, small_plan())
    chrome.execute_script(
        "map_plan.fire('territory', {k: 0, at: map_plan.containerPointToLatLng([1300, 400])})"
    )
    edge = one(chrome, ".legend").rect["x"]
    right = "return document.querySelector('.leaflet-popup').getBoundingClientRect().right"
    WebDriverWait(chrome, 5).until(lambda c: c.execute_script(right) <= edge)


def test_map_clusters(opened: Callable[..., Chrome]) -> None:
    """Above 5,000 accounts, nearby ones are shown as one marker with their number."""
    from selenium.webdriver.support.ui import WebDriverWait

    rows = "/".join(["1" * 72] * 72)
    letters = "/".join(["A" * 36 + "B" * 36] * 72)
    chrome = opened(draw_map, planned(grid_problem(rows, current=letters), letters))
    choose(chrome, "Accounts (5,184)")
    WebDriverWait(chrome, 10).until(lambda c: all_of(c, ".group"))
    counts = [int(e.text.replace(",", "")) for e in all_of(chrome, ".group")]
    assert counts
    assert sum(counts) <= 5184


def test_map_narrow(opened: Callable[..., Chrome]) -> None:
    """On a narrow screen the layers wait behind a button."""
    chrome = opened(draw_map, small_plan())
    try:
        chrome.set_window_size(520, 900)
        chrome.refresh()
        assert not one(chrome, ".leaflet-control-layers-list").is_displayed()
        assert not one(chrome, ".legend tbody").is_displayed()
        one(chrome, ".leaflet-control-layers-toggle").click()
        assert one(chrome, ".leaflet-control-layers-list").is_displayed()
    finally:
        chrome.set_window_size(1400, 1000)


def test_map_paper(opened: Callable[..., Chrome]) -> None:
    """On paper the legend stands below the map, and on screen the view comes back as it was."""
    chrome = opened(draw_map, small_plan())
    view = "const c = map_plan.getCenter(); return [c.lat, c.lng, map_plan.getZoom()]"
    before = chrome.execute_script(view)
    chrome.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    bottom = one(chrome, ".folium-map").rect["y"] + one(chrome, ".folium-map").rect["height"]
    assert one(chrome, ".legend").rect["y"] >= bottom
    chrome.execute_script("window.dispatchEvent(new Event('afterprint'))")
    assert chrome.execute_script(view) == before
    assert len(all_of(chrome, ".leaflet-right .legend")) == 1


def test_map_reset(opened: Callable[..., Chrome]) -> None:
    """Farther out than a level above the whole map there is nothing, and a button leads back."""
    chrome = opened(draw_map, small_plan())
    whole = chrome.execute_script("return map_plan.overview")
    chrome.execute_script("map_plan.setZoom(0, {animate: false})")
    assert chrome.execute_script("return map_plan.getZoom()") == whole - 1
    one(chrome, "[title='Whole map']").click()
    assert chrome.execute_script("return map_plan.getZoom()") == whole


def test_report_wheel(opened: Callable[..., Chrome]) -> None:
    """The wheel over the report's map moves the page until the map was clicked."""
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.actions.wheel_input import ScrollOrigin
    from selenium.webdriver.support.ui import WebDriverWait

    chrome = opened(write_report, small_plan())
    frame = one(chrome, "iframe")
    chrome.execute_script("arguments[0].scrollIntoView({block: 'center'})", frame)

    def turn() -> Any:
        ActionChains(chrome).scroll_from_origin(ScrollOrigin(frame, 0, 0), 0, 40).perform()
        return None

    at = chrome.execute_script("return scrollY")
    zoom = "return document.querySelector('iframe').contentWindow.map_plan.getZoom()"
    start = chrome.execute_script(zoom)
    turn()
    WebDriverWait(chrome, 5).until(lambda c: c.execute_script("return scrollY") > at)
    assert chrome.execute_script(zoom) == start
    ActionChains(chrome).move_to_element_with_offset(frame, -200, 100).click().perform()
    turn()
    WebDriverWait(chrome, 5).until(lambda c: c.execute_script(zoom) < start)


def test_report_map(opened: Callable[..., Chrome]) -> None:
    """The map inside the report is drawn before it is scrolled to, as print needs, and answers."""
    chrome = opened(write_report, small_plan())
    chrome.switch_to.frame(one(chrome, "iframe"))
    assert len(all_of(chrome, "path.area")) == 3
    choose(chrome, "Current territories")
    assert one(chrome, ".legend summary").get_property("textContent") == "Territories, current"
    assert chrome.execute_script("return window.hacked") is None
    chrome.switch_to.default_content()


def column(chrome: Chrome, table: str, head: str) -> list[str]:
    """Return the shown texts of one column of a table."""
    heads = [e.text.rstrip(" ↑↓") for e in all_of(chrome, f"#{table} thead tr:last-child th")]
    cells = all_of(chrome, f"#{table} tbody tr:not(.beyond) td:nth-child({heads.index(head) + 1})")
    return [str(cell.get_property("textContent")) for cell in cells]


def sort_by(chrome: Chrome, table: str, head: str) -> None:
    buttons = all_of(chrome, f"#{table} thead button")
    next(b for b in buttons if b.get_property("textContent") == head).click()


def test_report_sorts(opened: Callable[..., Chrome]) -> None:
    """A click on a column's head sorts by it, numbers as numbers, another click the other way."""
    problem = grid_problem("123456789", current="AAAAAAAAA", n_territories=2)
    chrome = opened(write_report, planned(problem, "AAABBBBBB"))
    sort_by(chrome, "moves", "workload, h/yr")
    assert column(chrome, "moves", "workload, h/yr") == ["9", "8", "7", "6", "5", "4"]
    sort_by(chrome, "moves", "workload, h/yr")
    assert column(chrome, "moves", "workload, h/yr") == ["4", "5", "6", "7", "8", "9"]
    assert one(chrome, "#moves th[aria-sort]").get_attribute("aria-sort") == "ascending"
    sort_by(chrome, "gains", "net")
    assert column(chrome, "gains", "territory") == ["T2", "T1"]


def test_report_filters(opened: Callable[..., Chrome]) -> None:
    """Words, a territory and a direction narrow the list of moves, and it says how far."""
    chrome = opened(write_report, small_plan())
    assert one(chrome, "#moves-count").text == "All 13 moves."
    assert not one(chrome, "#moves-all").is_displayed()

    def chosen(element: str, value: str) -> list[str]:
        chrome.execute_script(
            "const [part, value] = arguments; part.value = value;"
            "part.dispatchEvent(new Event('input')); part.dispatchEvent(new Event('change'));",
            one(chrome, f"#moves-{element}"),
            value,
        )
        return column(chrome, "moves", "account")

    assert chosen("text", "nobody") == ["A23"]
    assert one(chrome, "#moves-count").text == "1 of 13 moves fits."
    assert chosen("text", "rep 2 vacant") == ["A6", "A14", "A22"]
    assert chosen("text", "nothing") == []
    assert one(chrome, "#moves-count").text == "None of the 13 moves fits."
    assert len(chosen("text", "")) == 13
    assert not one(chrome, "#moves-direction").is_enabled()
    assert len(chosen("territory", "T3")) == 4
    assert chosen("direction", "2") == []
    assert len(chosen("territory", "T2")) == 3


def test_report_many_moves(opened: Callable[..., Chrome]) -> None:
    """Of thousands of moves the first hundred are shown, all of them on request."""
    rows = "/".join(["1" * 60] * 50)
    problem = grid_problem(rows, current="/".join(["A" * 60] * 50), n_territories=2)
    chrome = opened(write_report, planned(problem, "/".join(["B" * 60] * 50)))
    assert one(chrome, "#moves-count").text == "The first 100 of 3,000 moves."
    one(chrome, "#moves-all").click()
    assert one(chrome, "#moves-count").text == "All 3,000 moves."
    shown: Any = chrome.execute_script(
        "return document.querySelectorAll('#moves tbody tr:not(.beyond)').length"
    )
    assert shown == 3000
