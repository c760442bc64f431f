"""`Scorecard`: what an alignment is worth, per territory and overall, in one record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from territory_planner.domain.alignment import Alignment, accounts_as_units
from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.balance import (
    gini,
    inside_band,
    relative_deviation,
    territory_totals,
)
from territory_planner.evaluation.compactness import (
    largest_distance_km,
    mean_distance_km,
    moment_of_inertia,
    weighted_distance_km,
)
from territory_planner.evaluation.contiguity import pieces
from territory_planner.evaluation.disruption import disruption, moved_accounts
from territory_planner.evaluation.objective import objective


@dataclass(frozen=True, eq=False)
class Scorecard:
    """What an alignment is worth; every entry is one formula of `evaluation`.

    Parameters
    ----------
    territory_ids, measure_names, measure_units
        What the rows and columns of the arrays below stand for.
    banded
        ``(n_measures,)`` whether the measure has a band.
    total, target, deviation
        ``(n_territories, n_measures)`` in each measure's unit; deviation as a share of target.
    inside
        ``(n_territories, n_measures)`` whether each total is inside its band.
    accounts
        ``(n_territories,)`` number of accounts.
    weighted_distance_km, largest_distance_km, moment_of_inertia
        ``(n_territories,)`` compactness; the last in weight × km².
    pieces
        ``(n_territories,)`` pieces of the contiguity graph; None when there is no graph.
    share_inside
        Share of territories that are inside every band.
    gini
        ``(n_measures,)`` Gini coefficient of total over target.
    mean_distance_km
        Weighted mean distance over all units.
    moved_accounts
        Number of accounts whose territory is not today's.
    disruption
        ``(n_measures,)`` share of each measure that changes hands.
    unassigned_accounts
        Number of accounts without a territory: 0 in every plan.
    objective
        In km, as the solver is asked to make small; comparable only between whole alignments.
    """

    territory_ids: tuple[str, ...]
    measure_names: tuple[str, ...]
    measure_units: tuple[str, ...]
    banded: BoolArray
    total: FloatArray
    target: FloatArray
    deviation: FloatArray
    inside: BoolArray
    accounts: IntArray
    weighted_distance_km: FloatArray
    largest_distance_km: FloatArray
    moment_of_inertia: FloatArray
    pieces: IntArray | None
    share_inside: float
    gini: FloatArray
    mean_distance_km: float
    moved_accounts: int
    disruption: FloatArray
    unassigned_accounts: int
    objective: float

    @property
    def worst_deviation(self) -> FloatArray:
        """Return ``(n_measures,)``: the largest absolute deviation of any territory."""
        worst: FloatArray = np.abs(self.deviation).max(axis=0)
        return worst

    @property
    def contiguous_territories(self) -> int | None:
        """Return how many territories are in at most one piece; None when there is no graph."""
        return None if self.pieces is None else int((self.pieces <= 1).sum())


def evaluate(problem: Problem, alignment: Alignment, criteria: Criteria) -> Scorecard:
    """Return the scorecard of an alignment."""
    of_accounts = alignment.of_accounts(problem)
    inside = inside_band(problem, alignment, criteria)
    has_graph = len(problem.contiguity) > 0
    return Scorecard(
        territory_ids=tuple(t.id for t in problem.territories),
        measure_names=tuple(m.name for m in problem.measures),
        measure_units=tuple(m.unit for m in problem.measures),
        banded=np.array([m.name in criteria.bands for m in problem.measures], dtype=np.bool_),
        total=territory_totals(problem, alignment),
        target=problem.target,
        deviation=relative_deviation(problem, alignment),
        inside=inside,
        accounts=np.bincount(
            of_accounts[of_accounts != NONE], minlength=problem.n_territories
        ).astype(np.int32),
        weighted_distance_km=weighted_distance_km(problem, alignment, criteria),
        largest_distance_km=largest_distance_km(problem, alignment, criteria),
        moment_of_inertia=moment_of_inertia(problem, alignment, criteria),
        pieces=pieces(problem, alignment) if has_graph else None,
        share_inside=float(inside.all(axis=1).mean()),
        gini=gini(problem, alignment),
        mean_distance_km=mean_distance_km(problem, alignment, criteria),
        moved_accounts=int(moved_accounts(problem, alignment).sum()),
        disruption=disruption(problem, alignment),
        unassigned_accounts=int((of_accounts == NONE).sum()),
        objective=objective(problem, alignment, criteria),
    )


def evaluate_accounts(problem: Problem, alignment: Alignment, criteria: Criteria) -> Scorecard:
    """Return the scorecard of an alignment, measured account by account.

    Distances are the accounts' own, and areas without an account do not count, so that the result
    can stand beside `evaluate_today`.
    """
    by_account = Alignment(alignment.of_accounts(problem))
    return evaluate(accounts_as_units(problem), by_account, criteria)


def evaluate_today(problem: Problem, criteria: Criteria) -> Scorecard:
    """Return the scorecard of today's alignment, measured account by account."""
    return evaluate(accounts_as_units(problem), Alignment(problem.accounts.current), criteria)
