"""`Swept`: what a sweep found, a few figures for each cell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from territory_planner.config.scenarios import BASE
from territory_planner.domain.plan import Plan
from territory_planner.domain.sweep import Cell, Sweep
from territory_planner.evaluation.proof import is_bounded
from territory_planner.evaluation.scorecard import evaluate_accounts
from territory_planner.scenarios.cell import Inputs
from territory_planner.scenarios.edit import EditError
from territory_planner.scenarios.headcount import headcount_edits, headcount_in_words


@dataclass(frozen=True)
class Figure:
    """A number that each plan of a sweep has.

    Parameters
    ----------
    name, title
        What it is called in files and on the command line, and to a reader.
    unit
        "km", "share" (0–1), "count" or "s".
    better
        Which direction is better; "" where none is.
    """

    name: str
    title: str
    unit: Literal["km", "share", "count", "s"]
    better: Literal["lower", "higher", ""] = "lower"


@dataclass(frozen=True)
class Row:
    """What became of a cell.

    Parameters
    ----------
    cell
        Its values.
    figures
        By name; empty when there is no plan.
    why
        Why there is none.
    run
        The id of its run in the store; empty when it is not kept.
    is_known
        Whether it was planned before this sweep began.
    """

    cell: Cell
    figures: Mapping[str, float] = field(default_factory=dict)
    why: str = ""
    run: str = ""
    is_known: bool = False


@dataclass(frozen=True)
class Swept:
    """What a sweep found.

    Parameters
    ----------
    sweep
        The grid.
    figures
        What is known of each plan.
    rows
        One for each cell, in the grid's order.
    headcounts
        By scenario and headcount, which territories were opened or closed.
    """

    sweep: Sweep
    figures: tuple[Figure, ...]
    rows: tuple[Row, ...]
    headcounts: tuple[tuple[str, str], ...] = ()

    @property
    def failed(self) -> tuple[Row, ...]:
        """The cells without a plan."""
        return tuple(row for row in self.rows if not row.figures)


def figures_of(names: Sequence[str], banded: Collection[str]) -> tuple[Figure, ...]:
    """Return the figures that plans have.

    Parameters
    ----------
    names
        All measures.
    banded
        Those that have a band in any cell.
    """
    return (
        Figure("objective", "objective", "km"),
        Figure("gap", "gap to the bound", "share"),
        Figure("territories", "territories", "count", ""),
        Figure("inside", "territories inside every band", "share", "higher"),
        *(Figure(f"worst.{n}", f"worst deviation in {n}", "share") for n in names if n in banded),
        Figure("distance", "mean distance to the rep", "km"),
        Figure("moved", "accounts that change hands", "count"),
        *(Figure(f"moved.{n}", f"share of {n} that changes hands", "share") for n in names),
        Figure("seconds", "time of the search", "s"),
    )


def cells_in_words(count: int) -> str:
    """Return how many cells there are."""
    return f"{count:,} cell{'s' if count != 1 else ''}"


def measured(plan: Plan, figures: Sequence[Figure]) -> dict[str, float]:
    """Return a plan's figures by name, measured account by account as `compare` does.

    A gap that is not known, for want of a bound, is left out.
    """
    card = evaluate_accounts(plan.problem, plan.alignment, plan.criteria)
    found = {
        "objective": plan.objective,
        "territories": float(plan.problem.n_territories),
        "inside": card.share_inside,
        "distance": card.mean_distance_km,
        "moved": float(card.moved_accounts),
        "seconds": plan.seconds,
    }
    if is_bounded(plan.objective, plan.bound):
        found["gap"] = plan.gap
    for q, name in enumerate(card.measure_names):
        found[f"worst.{name}"] = float(card.worst_deviation[q])
        found[f"moved.{name}"] = float(card.disruption[q])
    return {f.name: float(found[f.name]) for f in figures if f.name in found}


def headcounts_in_words(inputs: Inputs) -> tuple[tuple[str, str], ...]:
    """Return which territories each headcount opens or closes, by scenario where that varies."""
    by_kind = {parameter.kind: parameter.values for parameter in inputs.sweep.parameters}
    told = []
    for scenario in by_kind.get("scenario", (BASE,)):
        problem = inputs.bases[str(scenario)].problem
        for number in by_kind.get("headcount", ()):
            what = f"headcount {number}" + (f" in {scenario}" if "scenario" in by_kind else "")
            try:
                edits = headcount_edits(problem, int(number))
                told.append((what, headcount_in_words(problem, edits)))
            except EditError as error:
                told.append((what, str(error)))
    return tuple(told)
