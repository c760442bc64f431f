"""The page of a frontier as a reader meets it: pointed at, focused, sorted, opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import SolveOptions
from territory_planner.reporting.frontier_page import write_frontier
from territory_planner.scenarios.frontier import Tradeoff
from territory_planner.scenarios.frontier_search import frontier
from tests.reporting.browser import found_programs, opened_browser
from tests.worlds import grid_problem


def test_a_plan_is_chosen_from_the_chart(tmp_path: Path) -> None:
    """Pointing shows numbers, so does the keyboard, heads sort, and a click opens the report."""
    browser, driver = found_programs()
    if browser is None or driver is None:
        pytest.skip("pages are not looked at: there is no chromium and chromedriver here")
    from selenium.webdriver import ActionChains, Keys

    problem = grid_problem("1532/4213/2521", current="AAAA/ABBB/ABBB", n_territories=2)
    criteria = Criteria(bands={"workload": Band.within(0.3)})
    options = SolveOptions(time_limit_s=20, relative_gap=1e-6)
    found = frontier(problem, criteria, Tradeoff(points=6), options)
    links = [f"points/{n + 1:02d}/report.html" for n in range(len(found.best))]
    for link in links:
        (tmp_path / link).parent.mkdir(parents=True)
        (tmp_path / link).write_text(f"<title>{link}</title>", encoding="utf-8")
    page = write_frontier(found, tmp_path / "frontier.html", links)
    with opened_browser(browser, driver, tmp_path / "profile") as chrome:
        chrome.get(page.as_uri())
        tip = chrome.find_element("id", "tip")
        assert not tip.is_displayed()
        marks = chrome.find_elements("css selector", ".frontier a.point")
        for n, link in enumerate(links):
            (mark,) = [m for m in marks if m.get_dom_attribute("href") == link]
            ActionChains(chrome).move_to_element(
                mark.find_element("css selector", ".mark")
            ).perform()
            assert tip.text.startswith(f"Plan {n + 1}")
            assert "proven within" in tip.text
        ActionChains(chrome).send_keys(Keys.ESCAPE).perform()
        assert not tip.is_displayed()
        chrome.execute_script("arguments[0].focus()", marks[0])
        assert tip.is_displayed()
        head = chrome.find_elements("css selector", "#points th button")[2]
        head.click()
        first = chrome.find_element("css selector", "#points tbody tr td")
        assert first.text == f"Plan {len(links)}"
        log = chrome.execute("getLog", {"type": "browser"})["value"]
        assert [entry for entry in log if entry["level"] != "INFO"] == []
        (mark,) = [m for m in marks if m.get_dom_attribute("href") == links[1]]
        mark.find_element("css selector", ".mark").click()
        assert chrome.title == links[1]
