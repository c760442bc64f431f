"""`compare`: plans, and today, side by side, all measured account by account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from territory_planner.domain.plan import Plan
from territory_planner.evaluation.rounding import half_up
from territory_planner.evaluation.scorecard import Scorecard, evaluate_accounts, evaluate_today

Unit = Literal["share", "km", "count"]
UNSERVED = "accounts without a territory"


@dataclass(frozen=True)
class Metric:
    """One row of a comparison: the same number of every side.

    Parameters
    ----------
    name
        What is measured, as a reader sees it.
    unit
        "share" (0–1), "km" or "count".
    values
        One per side; None where it does not apply.
    better
        Which direction is better.
    is_change
        Whether it says something only beside today: what changes hands, and who had no rep.
    """

    name: str
    unit: Unit
    values: tuple[float | None, ...]
    better: Literal["lower", "higher"]
    is_change: bool = False

    @property
    def best(self) -> frozenset[int]:
        """The sides that read better than at least one other, by index."""
        known = {i: v for i, v in enumerate(self.values) if v is not None}
        if len({self.shown(i) for i in known}) < 2:
            return frozenset()
        top = (min if self.better == "lower" else max)(known, key=lambda i: known[i])
        return frozenset(i for i in known if self.shown(i) == self.shown(top))

    def shown(self, side: int) -> str:
        """Return one value as a reader sees it."""
        value = self.values[side]
        if value is None:
            return "–"
        if np.isinf(value):
            return "∞"
        if self.unit == "share":
            return f"{half_up(value * 100, 1)}%"
        return f"{half_up(value, 1):,} km" if self.unit == "km" else f"{half_up(value):,}"


@dataclass(frozen=True)
class Comparison:
    """Two or more alignments side by side.

    Parameters
    ----------
    names
        One per side.
    scorecards
        One per side, measured account by account.
    metrics
        The rows, in the order they are to be shown.
    """

    names: tuple[str, ...]
    scorecards: tuple[Scorecard, ...]
    metrics: tuple[Metric, ...]

    def __str__(self) -> str:
        """Return the comparison as a table of text, the better value of each row marked."""
        rows = [["", *self.names]]
        for metric in self.metrics:
            cells = [
                f"{metric.shown(i)}{' *' if i in metric.best else '  '}"
                for i in range(len(self.names))
            ]
            rows.append([metric.name, *cells])
        return "\n".join([*aligned(rows), "* better"])


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table of text: the first column to the left, the others to the right.

    Parameters
    ----------
    rows
        The head first; all of one length.
    """
    width = [max(len(row[c]) for row in rows) for c in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(w) if c == 0 else cell.rjust(w)
            for c, (cell, w) in enumerate(zip(row, width, strict=True))
        ).rstrip()
        for row in rows
    ]


def compare(plans: Sequence[Plan], names: Sequence[str] = (), today: bool = True) -> Comparison:
    """Return the plans side by side, today's alignment of the first one's problem before them.

    Parameters
    ----------
    plans
        One or more plans over the same measures.
    names
        One per plan; "plan", or "plan 1", "plan 2", ... when left out.
    today
        Whether today's alignment is the first side.

    Raises
    ------
    ValueError
        When there is nothing to compare, names and plans do not match, or the measures or the
        accounts differ.
    """
    if len(plans) + today < 2:
        raise ValueError("a comparison needs two sides: give two plans, or one and today")
    if names and len(names) != len(plans):
        raise ValueError(f"{len(names)} names for {len(plans)} plans")
    measures = [plan.problem.measures for plan in plans]
    if any(m != measures[0] for m in measures):
        raise ValueError("the plans do not have the same measures")
    accounts = [plan.problem.accounts.ids for plan in plans]
    if any(not np.array_equal(ids, accounts[0]) for ids in accounts):
        raise ValueError("the plans do not have the same accounts")
    default = ["plan"] if len(plans) == 1 else [f"plan {i + 1}" for i in range(len(plans))]
    sides = [(n, _measured(p), p) for n, p in zip(names or default, plans, strict=True)]
    if today:
        first = plans[0]
        sides.insert(0, ("today", evaluate_today(first.problem, first.criteria), first))
    cards = tuple(card for _, card, _ in sides)
    metrics = tuple(_of_served(metric, cards) for metric in _metrics(cards))
    return Comparison(tuple(name for name, _, _ in sides), cards, metrics)


def _of_served(metric: Metric, cards: tuple[Scorecard, ...]) -> Metric:
    """Return the metric without values for a side on which nobody serves any account."""
    if metric.name == UNSERVED:
        return metric
    values = [v if c.accounts.any() else None for v, c in zip(metric.values, cards, strict=True)]
    return replace(metric, values=tuple(values))


def _measured(plan: Plan) -> Scorecard:
    return evaluate_accounts(plan.problem, plan.alignment, plan.criteria)


def _metrics(cards: tuple[Scorecard, ...]) -> tuple[Metric, ...]:
    measures = range(len(cards[0].measure_names))
    names = cards[0].measure_names
    rows = [
        Metric("territories inside every band", "share", _each(cards, "share_inside"), "higher")
    ]
    for q in measures:
        if any(card.banded[q] for card in cards):
            worst = tuple(float(card.worst_deviation[q]) for card in cards)
            rows.append(Metric(f"worst deviation in {names[q]}", "share", worst, "lower"))
            spread = tuple(float(card.gini[q]) for card in cards)
            rows.append(Metric(f"Gini coefficient of {names[q]}", "share", spread, "lower"))
    rows.append(Metric("mean distance to the rep", "km", _each(cards, "mean_distance_km"), "lower"))
    farthest = tuple(float(np.max(card.largest_distance_km, initial=0)) for card in cards)
    rows.append(Metric("largest distance to the rep", "km", farthest, "lower"))
    gone = _each(cards, "moved_accounts")
    rows.append(Metric("accounts that change hands", "count", gone, "lower", is_change=True))
    for q in measures:
        moved = tuple(float(card.disruption[q]) for card in cards)
        name = f"share of {names[q]} that changes hands"
        rows.append(Metric(name, "share", moved, "lower", is_change=True))
    left = _each(cards, "unassigned_accounts")
    rows.append(Metric(UNSERVED, "count", left, "lower", is_change=True))
    return tuple(rows)


def _each(cards: tuple[Scorecard, ...], field: str) -> tuple[float | None, ...]:
    return tuple(float(getattr(card, field)) for card in cards)
