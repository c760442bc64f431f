"""`compare`: plans, and today, side by side, all measured account by account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from territory_planner.domain.plan import Plan
from territory_planner.evaluation.rounding import half_up
from territory_planner.evaluation.scorecard import Scorecard
from territory_planner.scenarios.side import Side, reference, shared_accounts, side_of, today_of

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
    sides
        The alignments themselves.
    notes
        What a reader has to know: which accounts only one side has.
    """

    names: tuple[str, ...]
    scorecards: tuple[Scorecard, ...]
    metrics: tuple[Metric, ...]
    sides: tuple[Side, ...]
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the comparison as a table of text, the better value of each row marked."""
        rows = [["", *self.names]]
        for metric in self.metrics:
            cells = [
                f"{metric.shown(i)}{' *' if i in metric.best else '  '}"
                for i in range(len(self.names))
            ]
            rows.append([metric.name, *cells])
        return "\n".join([*aligned(rows), "* better", *self.notes])


def aligned(rows: Sequence[Sequence[str]], left: int = 1) -> list[str]:
    """Return the lines of a table of text: columns of words to the left, of numbers to the right.

    Parameters
    ----------
    rows
        The head first; all of one length.
    left
        How many columns are of words; they stand first.
    """
    width = [max(len(row[c]) for row in rows) for c in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(w) if c < left else cell.rjust(w)
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

    Each side is measured over its own accounts; what differs is told over those that both have.

    Raises
    ------
    ValueError
        When there is nothing to compare, names and plans do not match, the measures differ, or a
        plan has no account in common with the first one.
    """
    if len(plans) + today < 2:
        raise ValueError("a comparison needs two sides: give two plans, or one and today")
    if names and len(names) != len(plans):
        raise ValueError(f"{len(names)} names for {len(plans)} plans")
    measures = [plan.problem.measures for plan in plans]
    if any(m != measures[0] for m in measures):
        raise ValueError("the plans do not have the same measures")
    default = ["plan"] if len(plans) == 1 else [f"plan {i + 1}" for i in range(len(plans))]
    sides = [side_of(p, n) for n, p in zip(names or default, plans, strict=True)]
    if today:
        sides.insert(0, today_of(plans[0]))
    cards = tuple(side.scorecard() for side in sides)
    return Comparison(
        names=tuple(side.name for side in sides),
        scorecards=cards,
        metrics=tuple(_of_served(metric, cards) for metric in _metrics(cards)),
        sides=tuple(sides),
        notes=_about_accounts(sides),
    )


def _about_accounts(sides: Sequence[Side]) -> tuple[str, ...]:
    """Return in words which accounts only one of two sides has; nothing where all are alike."""
    first, told = reference(sides), []
    for side in sides:
        n, m = first.problem.n_accounts, side.problem.n_accounts
        both = len(shared_accounts(first, side)[0])
        if not both:
            raise ValueError("the plans have no account in common")
        if both < max(n, m):
            told.append(
                f"{_accounts(both)} in both {first.name} and {side.name}; only {first.name} has "
                f"{n - both:,} more, only {side.name} {m - both:,}. Each is measured over its own; "
                "what differs is told of those in both."
            )
    return tuple(told)


def _accounts(count: int) -> str:
    return "1 account is" if count == 1 else f"{count:,} accounts are"


def _of_served(metric: Metric, cards: tuple[Scorecard, ...]) -> Metric:
    """Return the metric without values for a side on which nobody serves any account."""
    if metric.name == UNSERVED:
        return metric
    values = [v if c.accounts.any() else None for v, c in zip(metric.values, cards, strict=True)]
    return replace(metric, values=tuple(values))


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
