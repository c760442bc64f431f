"""The report as a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from territory_planner.reporting import write_report
from territory_planner.reporting.report import report_page
from tests.reporting.elements import elements_of
from tests.reporting.plans import HOSTILE, planned, small_plan
from tests.worlds import grid_problem


def test_write_report_holds(tmp_path: Path) -> None:
    """One file holds proof, numbers, charts, map, moves, criteria, notes and fingerprints."""
    plan = small_plan()
    path = write_report(plan, tmp_path / "report.html", title="North & <South>")
    page = path.read_text("utf-8")
    assert "<h1>North &amp; &lt;South&gt;</h1>" in page
    assert "This plan is proven to be the best possible." in page
    assert page.count('<svg class="balance"') == 1
    assert 'srcdoc="&lt;!DOCTYPE html&gt;' in page
    assert page.count("<tr><td>A") == 13
    assert "every territory within ±10% of target" in page
    assert "Account &lt;names&gt; are drawn." in page
    assert plan.problem.fingerprint in page
    assert plan.fingerprint in page
    assert "<dt>ortools</dt><dd>9.15</dd>" in page
    assert list(tmp_path.iterdir()) == [path]


def test_report_page_escaped() -> None:
    """No account's name stands in the report as HTML."""
    page = report_page(small_plan())
    assert not [name for name in HOSTILE[:2] if name in page]


def test_report_page_offline() -> None:
    """Nothing in the report, nor in the map inside it, has an address to load from."""
    elements = elements_of(report_page(small_plan()))
    (frame,) = [attributes for tag, attributes in elements if tag == "iframe"]
    for page in (elements, elements_of(frame["srcdoc"] or "")):
        assert sum(tag == "script" for tag, _ in page) >= 1
        assert not [a for tag, a in page if tag != "a" and {"src", "href", "srcset"} & set(a)]


def test_report_page_without_today() -> None:
    """Where nobody serves anybody today, there is no before, and nothing moves."""
    page = report_page(planned(grid_problem("1111", n_territories=2), "AABB"))
    assert "No account has a territory today" in page
    assert 'id="moves-section"' not in page
    assert (
        "Before and after"
        not in page.split("<main>")[1].split('id="balance-section"')[0].split("<caption")[0]
    )


@pytest.mark.parametrize("areas", [True, False])
def test_report_page_prints(areas: bool) -> None:
    """A style for paper repeats table heads and leaves controls out."""
    page = report_page(small_plan(areas=areas))
    paper = page.split("@media print")[1]
    assert "table-header-group" in paper
    assert ".screen" in paper
