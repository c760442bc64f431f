"""The page of a frontier: marks, names, links and crosses, whatever the data is called."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.domain.territory import Measure
from territory_planner.reporting.frontier_chart import COLOURS, Scale, colour_of, single_side
from territory_planner.reporting.frontier_page import frontier_page, label_of, named_sentences
from territory_planner.scenarios.frontier import Frontier, Tradeoff
from territory_planner.scenarios.frontier_search import frontier
from tests.reporting.elements import elements_of
from tests.reporting.plans import HOSTILE
from tests.worlds import grid_problem

CRITERIA = Criteria(bands={"workload": Band.within(0.3)})
OPTIONS = SolveOptions(time_limit_s=20, relative_gap=1e-6)


def weighed(problem: Problem | None = None, **wish: object) -> Frontier:
    problem = problem or grid_problem("1532/4213/2521", current="AAAA/ABBB/ABBB", n_territories=2)
    (name,) = [m.name for m in problem.measures]
    criteria = replace(CRITERIA, bands={name: Band.within(0.3)})
    return frontier(problem, criteria, Tradeoff(**{"points": 8} | wish), OPTIONS)  # type: ignore[arg-type]


def links_of(found: Frontier) -> list[str]:
    return [f"points/{n + 1:02d}/report.html" for n in range(len(found.best))]


def test_every_plan_is_a_mark_and_a_row_that_open_it() -> None:
    """Each has its numbers at hand, its link in the chart and in the table, and its number."""
    found = weighed(is_robust=True)
    page = frontier_page(found, links_of(found), "North & <South>")
    assert "<h1>North &amp; &lt;South&gt;</h1>" in page
    anchors = [a for tag, a in elements_of(page) if tag == "a"]
    for n, link in enumerate(links_of(found)):
        chart, table = [a for a in anchors if a.get("href") == link]
        told = chart["data-told"] or ""
        assert told.startswith(f"Plan {n + 1}")
        assert "proven within: 0%" in told or "proven within: 0.0" in told
        assert "expected outside: " in told
        assert chart["aria-label"] == told
        assert "class" not in table
    assert page.count('class="mark"') == len(found.best)
    assert page.count('class="knee"') == (found.knee is not None)
    labels = [label_of(found, p) for p in found.best]
    assert sum("fewest moves" in label for label in labels) == 1
    shown = re.findall(r'<text class="name"[^>]*>([^<]*)</text>', page)
    assert shown == [f"{n}: {label}" for n, label in enumerate(labels, 1) if label]
    assert "The fewest moves that bring everyone inside the band: plan " in page
    assert "The best plan that moves no more than " in page


def test_nothing_is_claimed_of_fewer_moves_where_nothing_is_proven() -> None:
    """A search that ended before its fewest moves were sought has no bound, not one of 0%."""
    current = "AAAA/AAAA/AABB"
    found = weighed(grid_problem("1532/4213/2521", current=current, n_territories=2))
    (told,) = [one for one in named_sentences(found) if one.startswith("The fewest moves")]
    assert "No plan inside the band moves less than " in told
    unproven = tuple(
        replace(p, plan=replace(p.plan, stages=())) if p.plan is not None else p
        for p in found.points
    )
    (told,) = [
        one
        for one in named_sentences(replace(found, points=unproven))
        if one.startswith("The fewest moves")
    ]
    assert told.endswith("Whether fewer would do is not known.")


def test_without_pages_to_open_nothing_is_a_link() -> None:
    """Marks are still reached by the keyboard, and nothing asks to open what is not there."""
    found = weighed()
    page = frontier_page(found)
    marks = [a for tag, a in elements_of(page) if tag == "a" and a.get("class") == "point"]
    assert [(a.get("href"), a["tabindex"]) for a in marks] == [(None, "0")] * len(found.best)
    assert "open it for its report" not in page
    assert "Open a plan" not in page


def test_a_level_without_a_plan_is_a_hollow_cross_with_its_reason() -> None:
    """Above the plot, at what was asked; in a table, with the whole reason; and no mark."""
    found = weighed(grid_problem("46", current="AB", n_territories=2), axes=("balance", "travel"))
    page = frontier_page(found, links_of(found))
    anchors = [a for tag, a in elements_of(page) if tag == "a"]
    crosses = [a for a in anchors if "missing" in (a.get("class") or "")]
    assert len(crosses) == len(found.missing) > 0
    for cross in crosses:
        assert "No alignment satisfies these criteria together" in (cross["data-told"] or "")
        assert cross["href"] == "#missing"
    at = [float(x) for x in re.findall(r'class="cross".*?translate\((\S+) ', page)]
    asked = [p.level.scale for p in found.missing]
    assert [x for _, x in sorted(zip(asked, at, strict=True))] == sorted(at)
    assert page.count('class="mark"') == len(found.best) == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(name: str) -> None:
    """A measure may be called anything; nothing of it is run."""
    problem = grid_problem("15/42", current="AA/AB", n_territories=2)
    few = {"points": 2, "axes": ("travel", "disruption")}
    found = weighed(replace(problem, measures=(Measure(name, "h"),)), **few)
    page = frontier_page(found, links_of(found), name)
    inside = elements_of(page)
    other = weighed(problem, **few)
    plain = elements_of(frontier_page(other, links_of(other), "plain"))
    assert sum(tag == "script" for tag, _ in inside) == 1
    assert {tag for tag, _ in inside} == {tag for tag, _ in plain}
    assert not [a for _, a in inside if any(key.startswith("on") for key in a)]


def test_nothing_is_loaded_or_drawn_between_plans() -> None:
    """No address but links, and no line from one mark to the next."""
    found = weighed()
    page = frontier_page(found, links_of(found))
    elements = elements_of(page)
    assert not [a for tag, a in elements if tag != "a" and {"src", "href"} & set(a)]
    lines = [a for tag, a in elements if tag == "line"]
    assert {a["class"] for a in lines} == {"grid", "axis"}
    assert not [tag for tag, _ in elements if tag in ("polyline", "polygon", "path")]


def test_colours_change_at_the_project_s_limit() -> None:
    """What uses its band in full is inside; a hair more is not."""
    assert colour_of(1.0) == COLOURS[1]
    assert colour_of(1.0 + 1e-6) == COLOURS[2]
    assert colour_of(0.0) == COLOURS[0]
    assert colour_of(99.0) == COLOURS[3]


def test_ticks_are_round_and_inside() -> None:
    """Whatever the range."""
    assert Scale("travel", 103.2, 130.7).ticks() == [105, 110, 115, 120, 125, 130]
    assert Scale("disruption", 0.0, 0.011).ticks() == pytest.approx(
        [0, 0.002, 0.004, 0.006, 0.008, 0.01]
    )


def test_single_side() -> None:
    """Bands that differ have no half width in common."""
    assert single_side(CRITERIA) == 0.3
    assert single_side(Criteria(bands={"workload": Band(-0.1, 0.2)})) is None
