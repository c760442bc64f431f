"""Charts of balance."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from territory_planner.domain.plan import Plan
from territory_planner.reporting.charts import LETTER, LONGEST, TITLE, Frame, balance_chart
from territory_planner.scenarios.compare import compare
from tests.reporting.plans import planned, small_plan
from tests.worlds import grid_problem


def drawn(plan: Plan, *, with_today: bool = True) -> ElementTree.Element:
    svg = balance_chart(plan, compare([plan]), 0, with_today=with_today)
    return ElementTree.fromstring(svg)


def rects(svg: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [r for r in svg.iter("rect") if kind in r.get("class", "").split()]


def test_balance_chart_bars() -> None:
    """Each territory has a bar for today and one for the plan, as tall as its share of target."""
    svg = drawn(small_plan())
    (band,) = rects(svg, "band")
    scale = float(band.get("height", "")) / 0.2

    def shares(kind: str) -> list[float]:
        return [float(r.get("height", "")) / scale for r in rects(svg, kind)]

    assert shares("today") == pytest.approx([18 / 8, 3 / 8, 2 / 8], abs=0.01)
    assert shares("plan") == pytest.approx([9 / 8, 9 / 8, 6 / 8], abs=0.01)


def test_balance_chart_outside() -> None:
    """A plan's bar outside the band is told by a sign as well as by its colour."""
    plan = planned(grid_problem("1111", current="AABB"), "AAAB")
    svg = drawn(plan)
    assert len(rects(svg, "outside")) == 2
    assert [t.text for t in svg.iter("text") if t.get("class") == "wrong"] == ["!", "!"]


def test_balance_chart_names() -> None:
    """A hostile name stays text, and every bar can be read aloud."""
    plan = small_plan()
    hostile = replace(plan.problem.territories[0], id="<T&1>", rep="<b>")
    problem = replace(plan.problem, territories=(hostile, *plan.problem.territories[1:]))
    svg = drawn(replace(plan, problem=problem))
    assert any((t.text or "").startswith("<T&1>, <b>: 9 h/yr") for t in svg.iter("title"))
    assert svg.get("role") == "img"


def test_balance_chart_titles() -> None:
    """Each axis says what it shows."""
    titles = [t.text for t in drawn(small_plan()).iter("text") if t.get("class") == "title"]
    assert titles == ["territory", "share of target"]


@pytest.mark.parametrize(
    ("names", "is_turned"),
    [(["T1", "T2"], False), (["T1", "US-WEST-01" * 4], True), ([f"T{k}" for k in range(60)], True)],
)
def test_frame_names(names: list[str], is_turned: bool) -> None:
    """All names lie or all stand, and a name that stands has room above the axis' title."""
    frame = Frame(names, "x", "y")
    assert frame.is_turned == is_turned
    shown = [frame.name(name) for name in names]
    assert max(map(len, shown)) <= LONGEST
    if is_turned:
        assert frame.height - TITLE - frame.base >= 6 + LETTER * max(map(len, shown))
    else:
        assert shown == names


def test_balance_chart_without_today() -> None:
    """Where nobody serves anybody today, only the plan is drawn."""
    svg = drawn(planned(grid_problem("1111", n_territories=2), "AABB"), with_today=False)
    assert not rects(svg, "today")
    assert len(rects(svg, "plan")) == 2


def test_balance_chart_cut() -> None:
    """A bar too tall for the picture is cut, and says how tall it is."""
    problem = grid_problem("9111", current="AAAA", n_territories=2)
    problem = replace(problem, target=np.array([[1.0], [11.0]]))
    svg = drawn(planned(problem, "ABBB"))
    assert "900%" in [t.text for t in svg.iter("text") if t.get("class") == "cut"]
