"""Charts of balance: a bar per territory, today's behind the plan's, with the band drawn in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from territory_planner.domain.plan import Plan
from territory_planner.evaluation.scorecard import Scorecard
from territory_planner.reporting.numbers import percent, quantity
from territory_planner.reporting.pages import environment
from territory_planner.reporting.sentences import band_in_words
from territory_planner.reporting.tables import rep_name
from territory_planner.scenarios.compare import Comparison

LEFT, RIGHT, TOP, HEIGHT, TITLE = 72.0, 12.0, 16.0, 230.0, 24.0
WIDTH = 1000.0
FEWEST, NARROWEST = 4, 11.0
"""Bars that share the width even when there are fewer, and the least room of one bar."""

LETTER, LONGEST = 6.5, 16
"""The width of a letter of a name, and how many of them are shown of one that stands on end."""

SHRUNK = 0.72
"""What a chart that fits a page may be scaled down to on a small screen."""

TALLEST = 3.0
"""Multiples of the target at which a bar is cut off, and says so."""


@dataclass(frozen=True)
class Frame:
    """The room of a chart of bars, in the picture's units.

    Parameters
    ----------
    names
        What stands below the bars, from left to right.
    x_title, y_title
        What the axes show.
    """

    names: Sequence[str]
    x_title: str
    y_title: str

    left, top, base = LEFT, TOP, TOP + HEIGHT

    @property
    def slot(self) -> float:
        """The room of one bar."""
        return max((WIDTH - LEFT - RIGHT) / max(len(self.names), FEWEST), NARROWEST)

    @property
    def width(self) -> float:
        """The picture's width."""
        return max(WIDTH, LEFT + RIGHT + self.slot * len(self.names))

    @property
    def right(self) -> float:
        """Where the lines end."""
        return self.width - RIGHT

    @property
    def is_wide(self) -> bool:
        """Whether the chart is to be scrolled and not to be scaled down."""
        return self.width > WIDTH

    @property
    def least_px(self) -> float:
        """The width below which the chart is not scaled down."""
        return self.width if self.is_wide else self.width * SHRUNK

    @property
    def is_turned(self) -> bool:
        """Whether names stand on end, for want of room beside each other."""
        return max(map(len, self.names), default=0) * LETTER > self.slot or self.slot < 4 * LETTER

    @property
    def height(self) -> float:
        """The picture's height."""
        longest = max((len(self.name(name)) for name in self.names), default=0)
        return self.base + (12 + LETTER * longest if self.is_turned else 20) + TITLE

    def name(self, name: str) -> str:
        """Return as much of a name as is shown."""
        return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"

    def x(self, place: int) -> float:
        """Return where a bar's room begins."""
        return LEFT + place * self.slot

    def y(self, share: float, top: float) -> float:
        """Return the height of a share where ``top`` is the most that is shown."""
        return TOP + HEIGHT * (1 - share / top)


@dataclass(frozen=True)
class Bar:
    """One territory's bars in the picture's units: ``today`` and ``plan`` are the bars' tops."""

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
    ids = [problem.territories[int(k)].id for k in order]
    frame = Frame(ids, x_title="territory", y_title="share of target")

    def y(share: float) -> float:
        return frame.y(min(max(share, 0.0), top), top)

    def bar(k: int) -> Bar:
        before, after = (float(card.deviation[k, q]) + 1 for card in (today, proposed))
        told = f"{problem.territories[k].id}, {rep_name(problem, k)}: "
        told += f"{quantity(proposed.total[k, q])} {measure.unit} ({percent(after)} of target)"
        if with_today:
            told += f", today {quantity(today.total[k, q])} ({percent(before)})"
        return Bar(
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
        bars=[bar(int(k)) for k in order],
        ticks=[(y(share), percent(share, 0)) for share in ticks],
        frame=frame,
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
