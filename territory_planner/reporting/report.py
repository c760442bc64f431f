"""`write_report`: a plan in one page that can be sent, opened without a network, and printed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from territory_planner.domain.plan import Plan
from territory_planner.evaluation.scorecard import Scorecard
from territory_planner.reporting.charts import balance_chart
from territory_planner.reporting.content import has_today
from territory_planner.reporting.map import map_page
from territory_planner.reporting.pages import page_of, write_whole
from territory_planner.reporting.sentences import (
    changes_in_words,
    criteria_in_words,
    size_in_words,
    verdict,
)
from territory_planner.reporting.tables import (
    comparison_table,
    gains_table,
    moves_table,
    prices_table,
    scorecard_table,
)
from territory_planner.scenarios.compare import Comparison, Metric, compare


@dataclass(frozen=True)
class Headline:
    """One of the numbers at the top of the report."""

    title: str
    before: str
    after: str


def write_report(plan: Plan, path: Path | str, title: str = "Territory plan") -> Path:
    """Write the report of a plan as one HTML file that needs no network, and return its path.

    Parameters
    ----------
    plan
        What to report.
    path
        The file to write, whole or not at all; missing folders are made.
    title
        The report's heading; any text.
    """
    return write_whole(path, report_page(plan, title))


def report_page(plan: Plan, title: str = "Territory plan") -> str:
    """Return the report of a plan as a page.

    Raises
    ------
    NotSelfContainedError
        When something in the page would be loaded from elsewhere.
    """
    problem = plan.problem
    comparison = compare([plan])
    with_today = has_today(problem)
    sides = (0, 1) if with_today else (1,)
    banded = [q for q, m in enumerate(problem.measures) if m.name in plan.criteria.bands]
    charts = [
        (problem.measures[q], balance_chart(plan, comparison, q, with_today=with_today))
        for q in banded
    ]
    return page_of(
        "report.html",
        styles=("report.css",),
        scripts=("tables.js", "report.js"),
        title=title,
        size=size_in_words(plan.problem),
        plan=plan,
        with_today=with_today,
        verdict=verdict(plan),
        changes=changes_in_words(plan),
        headlines=_headlines(plan, comparison) if with_today else [],
        numbers=comparison_table(comparison, sides),
        charts=charts,
        map=map_page(plan),
        scorecard=scorecard_table(plan, comparison, with_today=with_today),
        gains=gains_table(plan) if with_today else None,
        moves=moves_table(plan) if with_today else None,
        prices=prices_table(plan),
        criteria=criteria_in_words(problem, plan.criteria),
        notes=problem.notes,
        facts=_facts(plan),
    )


def _headlines(plan: Plan, comparison: Comparison) -> list[Headline]:
    """Return the numbers a reader wants first, today's and the plan's."""
    today, proposed = comparison.scorecards

    def told(title: str, unit: Any, value: Any) -> Headline:
        both = (float(value(today)), float(value(proposed)))
        metric = Metric(title, unit, both, "lower")
        return Headline(title, metric.shown(0), metric.shown(1))

    found = [told("territories inside every band", "share", lambda card: card.share_inside)]
    for q, measure in enumerate(plan.problem.measures):
        if measure.name in plan.criteria.bands:

            def worst(card: Scorecard, q: int = q) -> float:
                return float(card.worst_deviation[q])

            found.append(told(f"worst deviation in {measure.name}", "share", worst))
    found.append(told("mean distance to the rep", "km", lambda card: card.mean_distance_km))
    return found[:5]


def _facts(plan: Plan) -> list[tuple[str, str]]:
    """Return what identifies the plan: whoever has the same gets the same."""
    options = plan.options
    workers = "1 worker" if options.workers == 1 else f"{options.workers} workers"
    return [
        ("data fingerprint", plan.problem.fingerprint),
        ("plan fingerprint", plan.fingerprint),
        (
            "search",
            f"time limit {options.time_limit_s:g} s, gap asked for {options.relative_gap:.4%}, "
            f"seed {options.seed}, {workers}",
        ),
        *((name, plan.versions[name]) for name in sorted(plan.versions)),
    ]
