"""`Alignment`: the decision, which territory each unit belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from territory_planner.domain.arrays import IntArray, fingerprint, frozen
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.units import Units


@dataclass(frozen=True, eq=False)
class Alignment:
    """Which territory each unit belongs to.

    Parameters
    ----------
    territory_of
        ``(n_units,)`` territory index of each unit; ``NONE`` only in today's alignment.
    """

    territory_of: IntArray

    def __post_init__(self) -> None:
        array = frozen(self.territory_of, np.int32)
        if array.ndim != 1:
            raise ValueError(f"territory_of has shape {array.shape}, expected (n_units,)")
        object.__setattr__(self, "territory_of", array)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alignment) and np.array_equal(
            self.territory_of, other.territory_of
        )

    def __hash__(self) -> int:
        return hash(fingerprint(self))

    def moved(self, to: Mapping[int, int]) -> Alignment:
        """Return this alignment with the given units in the given territories."""
        changed = self.territory_of.copy()
        for unit, territory in to.items():
            if not 0 <= unit < len(changed):
                raise IndexError(f"there is no unit {unit}; units are 0 to {len(changed) - 1}")
            changed[unit] = territory
        return Alignment(changed)

    def of_accounts(self, problem: Problem) -> IntArray:
        """Return ``(n_accounts,)``: the territory of each account, through its unit."""
        territory: IntArray = self.territory_of[problem.accounts.unit]
        return territory


def accounts_as_units(problem: Problem) -> Problem:
    """Return the problem with each account a basic unit of its own.

    Today's alignment is exact only account by account: accounts of one area may belong to
    different reps. Both today's alignment and a plan's can be measured on the result, by the same
    yardstick. Contiguity, locks, forbidden pairs and groups are left out: they speak of areas.
    """
    accounts = problem.accounts
    n = len(accounts)
    return replace(
        problem,
        units=Units(ids=accounts.ids, xy=accounts.xy, named=np.ones(n, dtype=np.bool_)),
        accounts=replace(accounts, unit=np.arange(n, dtype=np.int32)),
        contiguity=np.empty((0, 2), dtype=np.int32),
        locked=np.full(n, NONE, dtype=np.int32),
        forbidden=np.empty((0, 2), dtype=np.int32),
        group=np.full(n, NONE, dtype=np.int32),
        skill_class=problem.skill_class[accounts.unit],
    )


def today_by_unit(problem: Problem) -> Alignment:
    """Return today's alignment of units, as a map can show it.

    A unit belongs to the territory of most of its accounts; one without a served account, to the
    territory of the nearest unit with some. A named account keeps its own territory.
    """
    accounts, units = problem.accounts, problem.units
    served = accounts.current != NONE
    of = np.full(problem.n_units, NONE, dtype=np.int32)
    pairs, votes = np.unique(
        np.column_stack([accounts.unit[served], accounts.current[served]]),
        axis=0,
        return_counts=True,
    )
    # Written last, the largest vote stays; among equals, the first territory.
    order = np.lexsort((-pairs[:, 1], votes))
    of[pairs[order, 0]] = pairs[order, 1]
    known = np.flatnonzero((of != NONE) & ~units.named)
    empty = np.flatnonzero((of == NONE) & ~units.named)
    if known.size and empty.size:
        from scipy.spatial import cKDTree

        nearest = cKDTree(units.xy[known]).query(units.xy[empty])[1]
        of[empty] = of[known[nearest]]
    return Alignment(of)
