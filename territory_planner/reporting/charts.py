"""Charts of balance: a bar per territory, today's behind the plan's, with the band drawn in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from territory_planner.domain.plan import Plan
from territory_planner.evaluation.scorecard import Scorecard
from territory_planner.reporting.numbers import percent, quantity
from territory_planner.reporting.pages import environment
from territory_planner.reporting.sentences import band_in_words
from territory_planner.reporting.tables import rep_name
from territory_planner.scenarios.compare import Comparison

LEFT, RIGHT, TOP, HEIGHT, BOTTOM = 48.0, 12.0, 16.0, 230.0, 36.0
WIDTH = 1000.0
FEWEST, NARROWEST = 4, 11.0
"""Bars that share the width even when there are fewer, and the least room of one bar."""

TALLEST = 3.0
"""Multiples of the target at which a bar is cut off, and says so."""


@dataclass(frozen=True)
class Bar:
    """One territory's bars in the picture's units: ``today`` and ``plan`` are the bars' tops."""

    x: float
    label: str
    told: str
    today: float | None
    plan: float
    cut_today: str
    cut_plan: str
    inside: bool


def balance_chart(plan: Plan, comparison: Comparison, q: int, *, with_today: bool) -> str:
    """Return the balance of one banded measure as an SVG element.

    Bars are shares of the territory's target, those of today's fullest territory first.

    Parameters
    ----------
    plan
        The plan.
    comparison
        Today and the plan, side by side.
    q
        The measure's index.
    with_today
        Whether anybody serves any account today.
    """
    problem = plan.problem
    measure = problem.measures[q]
    band = plan.criteria.bands[measure.name]
    today, proposed = comparison.scorecards
    first = today if with_today else proposed
    order = np.argsort(-first.deviation[:, q], kind="stable")
    tallest = max(_tallest(card, q) for card in (first, proposed))
    upper = min(band.upper, TALLEST - 1)
    top = min(TALLEST, 1.08 * max(tallest, 1 + 1.5 * upper, 1.2))
    slot = max((WIDTH - LEFT - RIGHT) / max(problem.n_territories, FEWEST), NARROWEST)

    def y(share: float) -> float:
        return TOP + HEIGHT * (1 - min(max(share, 0.0), top) / top)

    def bar(place: int, k: int) -> Bar:
        before, after = (float(card.deviation[k, q]) + 1 for card in (today, proposed))
        told = f"{problem.territories[k].id}, {rep_name(problem, k)}: "
        told += f"{quantity(proposed.total[k, q])} {measure.unit} ({percent(after)} of target)"
        if with_today:
            told += f", today {quantity(today.total[k, q])} ({percent(before)})"
        return Bar(
            x=LEFT + place * slot,
            label=problem.territories[k].id,
            told=told,
            today=y(before) if with_today else None,
            plan=y(after),
            cut_today=_cut(before, top) if with_today else "",
            cut_plan=_cut(after, top),
            inside=bool(proposed.inside[k, q]),
        )

    inside = int(proposed.inside[:, q].sum())
    ticks = np.arange(0, top + 0.01, 0.5 if top > 1.5 else 0.25)
    svg = environment().get_template("balance.svg")
    return svg.render(
        id=f"balance-{q}",
        title=f"Balance of {measure.name}",
        told=f"{inside} of {problem.n_territories} territories are {band_in_words(band)}. "
        "The same numbers stand in the table of territories.",
        bars=[bar(place, int(k)) for place, k in enumerate(order)],
        ticks=[(y(share), percent(share, 0)) for share in ticks],
        slot=slot,
        width=max(WIDTH, LEFT + RIGHT + slot * problem.n_territories),
        height=TOP + HEIGHT + BOTTOM,
        left=LEFT,
        base=y(0.0),
        target=y(1.0),
        band=(y(1 + upper), y(1 + band.lower)),
    )


def _tallest(card: Scorecard, q: int) -> float:
    """Return the largest share of its target that any territory holds."""
    shares = card.deviation[:, q] + 1
    return float(shares[np.isfinite(shares)].max(initial=0.0))


def _cut(share: float, top: float) -> str:
    """Return how tall a bar would be, when it is cut off."""
    if share <= top:
        return ""
    return percent(share, 0) if np.isfinite(share) else "∞"
