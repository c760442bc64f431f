"""`Model`: a problem and its criteria as the solver sees them, in sparse arrays.

Units of one keep-together group become one atom. Each atom has a short list of candidate
territories with their costs; what an atom may not do is simply not in its list, equation (5) of
MODEL.md. Costs are in km of the objective, moved activity in shares of the measure's total.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.balance import band_limits
from territory_planner.evaluation.compactness import pair_cost, unit_weight
from territory_planner.evaluation.disruption import moved_shares
from territory_planner.geography.adjacency import piece_labels
from territory_planner.solving import lookup
from territory_planner.solving.atoms import adjacent, atoms, merged
from territory_planner.solving.budgets import budgets, taken
from territory_planner.solving.candidates import NEAREST, NO_PAIRS, eligible_pairs
from territory_planner.solving.elsewhere import Elsewhere, elsewhere
from territory_planner.solving.unlisted import places

LongArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Model:
    """The sparse form of one solve; `a` atoms, `k` territories, `b` banded measures, `d` budgets.

    Parameters
    ----------
    atom_of
        ``(n_units,)`` the atom each unit is part of.
    activity
        ``(n_atoms, n_banded)`` in each measure's unit.
    lower, upper, target
        ``(n_territories, n_banded)`` limits (2) and target of each total.
    slope
        ``(n_territories, n_banded)`` km of objective per unit of activity off target.
    start, territory
        Candidates in CSR form: atom ``a`` may go to ``territory[start[a]:start[a + 1]]``, sorted.
    cost
        ``(n_candidates,)`` km of objective.
    moved
        ``(n_candidates, n_budgets)`` share of each budget's measure, or of what its territory holds
        of it today, that would change hands.
    budget
        ``(n_budgets,)`` limits (3).
    weight
        ``(n_atoms,)`` share of all distance weight.
    next_start, next_atom
        The contiguity graph (4) in CSR form; empty lists for atoms outside contiguity.
    on_map
        ``(n_atoms,)`` whether contiguity applies to the atom.
    edges, unit_on_map
        The same graph between units, and where it applies: a group's units need not touch.
    short_borders
        What the search gives for shorter borders, as a share of the distance cost.
    elsewhere
        The eligible pairs that are not listed; None when the list is complete.
    """

    atom_of: IntArray
    activity: FloatArray
    lower: FloatArray
    upper: FloatArray
    target: FloatArray
    slope: FloatArray
    start: LongArray
    territory: IntArray
    cost: FloatArray
    moved: FloatArray
    budget: FloatArray
    weight: FloatArray
    next_start: LongArray
    next_atom: IntArray
    on_map: BoolArray
    edges: IntArray
    unit_on_map: BoolArray
    short_borders: float
    elsewhere: Elsewhere | None

    @property
    def n_atoms(self) -> int:
        """The number of atoms."""
        return len(self.activity)

    @property
    def n_territories(self) -> int:
        """The number of territories."""
        return len(self.target)

    @property
    def row_of_candidate(self) -> IntArray:
        """Return ``(n_candidates,)``: the atom of each candidate."""
        return np.repeat(np.arange(self.n_atoms, dtype=np.int32), np.diff(self.start))

    def position(self, territory_of: IntArray) -> LongArray:
        """Return ``(n_atoms,)``: where each atom's territory stands in its candidate list.

        ``NONE`` where the territory is not a candidate of the atom.
        """
        return lookup.positions(self.start, self.territory, territory_of)

    def restricted(self, active: BoolArray) -> Model:
        """Return the model with only the given candidates, in their order."""
        start = np.zeros(self.n_atoms + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.row_of_candidate[active], minlength=self.n_atoms), out=start[1:])
        return replace(
            self,
            start=start,
            territory=self.territory[active],
            cost=self.cost[active],
            moved=np.ascontiguousarray(self.moved[active]),
            elsewhere=None,
        )

    def widened(self, atom: IntArray, territory: IntArray) -> Model:
        """Return the model with more candidates: pairs in the order of the list."""
        if self.elsewhere is None:
            return self
        # A pair that is listed after all keeps its listed cost.
        at, new = places(self.start, self.territory, atom, territory)
        at, atom, territory = at[new], atom[new], territory[new]
        may = self.elsewhere.may(atom, territory)
        at, atom, territory = at[may], atom[may], territory[may]
        cost, moved = self.elsewhere.listed(atom, territory)
        more = np.concatenate([[0], np.cumsum(np.bincount(atom, minlength=self.n_atoms))])
        return replace(
            self,
            start=self.start + more,
            territory=np.insert(self.territory, at, territory),
            cost=np.insert(self.cost, at, cost),
            moved=np.ascontiguousarray(np.insert(self.moved, at, moved, axis=0)),
        )

    def totals(self, territory_of: IntArray) -> FloatArray:
        """Return ``(n_territories, n_banded)`` totals of an assignment of atoms."""
        result = np.zeros_like(self.target)
        held = territory_of != NONE
        np.add.at(result, territory_of[held], self.activity[held])
        return result

    def value(self, territory_of: IntArray) -> float:
        """Return objective (0) of an assignment of atoms to candidates, in km."""
        off_target = np.abs(self.totals(territory_of) - self.target)
        return float(self.cost[self.position(territory_of)].sum() + (self.slope * off_target).sum())

    def border_edges(self, territory_of: IntArray) -> int:
        """Return how many edges of the contiguity graph run between two territories."""
        row = np.repeat(np.arange(self.n_atoms), np.diff(self.next_start))
        return int((territory_of[row] != territory_of[self.next_atom]).sum()) // 2

    def pieces(self, territory_of: IntArray) -> IntArray:
        """Return ``(n_units,)`` the piece (4) each unit on the map lies in, ``NONE`` off it."""
        of = territory_of[self.atom_of]
        same = of[self.edges[:, 0]] == of[self.edges[:, 1]]
        return np.where(self.unit_on_map, piece_labels(len(of), self.edges[same]), NONE)

    def is_whole(self, territory_of: IntArray) -> bool:
        """Return whether every territory on the map is one piece (4)."""
        if not self.on_map.any():
            return True
        piece = self.pieces(territory_of)[self.unit_on_map]
        of = territory_of[self.atom_of][self.unit_on_map]
        return len(np.unique(piece)) == len(np.unique(of))

    def missed(self, territory_of: IntArray) -> FloatArray:
        """Return ``(n_territories, n_banded)``: by how much the bands (2) are left, in targets."""
        totals = self.totals(territory_of)
        beyond = np.maximum(self.lower - totals, 0) + np.maximum(totals - self.upper, 0)
        result: FloatArray = beyond / np.where(self.target > 0, self.target, 1.0)
        return result

    def violation(self, territory_of: IntArray) -> float:
        """Return by how much the limits (2) and (3) are left: shares of target, plus of total."""
        result = float(self.missed(territory_of).sum())
        if len(self.budget):
            over = self.moved[self.position(territory_of)].sum(axis=0) - self.budget
            result += float(np.maximum(over, 0).sum())
        return result


def build_model(
    problem: Problem, criteria: Criteria, center: FloatArray, nearest: int = NEAREST
) -> Model:
    """Return the model of a problem whose territories have the given centers.

    Parameters
    ----------
    center
        ``(n_territories, 2)`` in metres: rep homes, or where the free ones stand at present.
    nearest
        Candidates of each unit that are listed where they are too many for all; with none, all
        lists are empty, and any atom may go anywhere.
    """
    atom_of, members = atoms(problem.group)
    first = np.unique(atom_of, return_index=True)[1]
    n, k = len(members), problem.n_territories
    pairs, is_complete = NO_PAIRS, True
    if nearest:
        pairs, is_complete = eligible_pairs(problem, criteria, center, nearest)

    rows = budgets(problem, criteria)
    weight = unit_weight(problem, criteria)
    cost = weight[pairs.unit] / weight.sum() * pair_cost(criteria, pairs.distance_km)
    for price in criteria.disruption:
        if price.cost:
            q = problem.measure_index(price.measure)
            cost += price.cost * moved_shares(problem, pairs.unit, pairs.territory, q)
    moved = taken(problem, criteria, rows, pairs.unit, pairs.territory)
    start, territory, cost, moved = merged(
        pairs.unit, pairs.territory, atom_of, members, k, cost, moved
    )
    banded = [problem.measure_index(name) for name in criteria.bands]
    lower, upper = band_limits(problem, criteria)
    target = np.ascontiguousarray(problem.target[:, banded])
    total = problem.activity.sum(axis=0)[banded]
    # No territory can hold more than there is: an open band ends there.
    upper = np.minimum(upper[:, banded], np.maximum(target, total), order="C")
    slopes = np.array([band.weight for band in criteria.bands.values()])
    slope = np.divide(slopes, k * target, out=np.zeros_like(target), where=target > 0)
    activity = np.zeros((n, len(banded)))
    np.add.at(activity, atom_of, problem.activity[:, banded])
    on_map, unit_on_map = np.zeros(n, dtype=np.bool_), np.zeros(problem.n_units, dtype=np.bool_)
    next_start, next_atom = np.zeros(n + 1, dtype=np.int64), np.empty(0, dtype=np.int32)
    if criteria.contiguous:
        unit_on_map = ~problem.units.named
        on_map[atom_of[unit_on_map]] = True
        next_start, next_atom = _neighbours(problem, atom_of, n)
    return Model(
        atom_of=atom_of,
        activity=activity,
        lower=np.ascontiguousarray(lower[:, banded]),
        upper=upper,
        target=target,
        slope=slope,
        start=start,
        territory=territory,
        cost=cost,
        moved=moved,
        budget=np.array([row.limit for row in rows], dtype=np.float64),
        weight=np.bincount(atom_of, weight, n) / weight.sum(),
        next_start=next_start,
        next_atom=next_atom,
        on_map=on_map,
        edges=problem.map_edges,
        unit_on_map=unit_on_map,
        short_borders=criteria.short_borders,
        elsewhere=None
        if is_complete
        else elsewhere(problem, criteria, center, weight / weight.sum(), first, rows),
    )


def _neighbours(problem: Problem, atom_of: IntArray, n_atoms: int) -> tuple[LongArray, IntArray]:
    """Return the contiguity graph between atoms in CSR form, without named accounts."""
    one, other = atom_of[problem.map_edges].T
    return adjacent(np.concatenate([one, other]), np.concatenate([other, one]), n_atoms)
