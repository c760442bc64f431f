"""The page of a stress test: its numbers are those of the draws."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from territory_planner.reporting.numbers import percent
from territory_planner.reporting.stress import stress_page, write_stress
from territory_planner.scenarios.stress import stress
from tests.reporting.elements import elements_of
from tests.reporting.plans import HOSTILE, small_plan

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


def test_the_page_holds_every_chance(tmp_path: Path) -> None:
    """A row and a bar a territory, the weakest first; a bar for each number out of band."""
    plan = small_plan()
    found = stress(plan, demand=0.3, draws=100)
    path = write_stress(plan, found, tmp_path / "stress.html", title="Will <it> last?")
    page = path.read_text("utf-8")
    assert "<h1>Will &lt;it&gt; last?</h1>" in page
    shown = re.findall(r'<tr><td[^>]*>(\w+)</td>.*<td class="number">([^<]*)</td></tr>', page)
    order = np.argsort(found.inside, kind="stable")
    assert shown == [
        (plan.problem.territories[k].id, percent(float(found.inside[k]))) for k in order
    ]
    bars = page.count('<rect class="plan')
    assert bars == plan.problem.n_territories + int(found.out.max() - found.out.min()) + 1
    assert page.count('class="plan outside"') == len(found.weakest)
    assert list(tmp_path.iterdir()) == [path]


def test_the_page_is_escaped_and_whole() -> None:
    """Names are text, and every element is closed."""
    plan = small_plan()
    page = stress_page(plan, stress(plan, draws=5))
    assert not [name for name in HOSTILE[:2] if name in page]
    assert [tag for tag, _ in elements_of(page)].count("svg") == 2


def test_the_table_sorts(chrome: Chrome, tmp_path: Path) -> None:
    """A click on a head sorts by it, and no script of the page fails."""
    plan = small_plan()
    page = write_stress(plan, stress(plan, demand=0.3, draws=100), tmp_path / "stress.html")
    chrome.get(page.as_uri())
    chrome.find_elements("css selector", "#chances th button")[0].click()
    cells = chrome.find_elements("css selector", "#chances tbody td:first-child")
    assert [cell.text for cell in cells] == sorted(t.id for t in plan.problem.territories)
    log = chrome.execute("getLog", {"type": "browser"})["value"]
    assert [entry["message"] for entry in log if entry["level"] != "INFO"] == []
