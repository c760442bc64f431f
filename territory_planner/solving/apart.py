"""The cheapest assignment were there no map: where contiguity costs nothing, it proves a plan.

Prices leave few atoms open that are not much dearer elsewhere. Those are settled by the exact
model, and all others lie where they are cheapest (38). A candidate that is left out is so much
dearer that no assignment with it is below the bound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from territory_planner.domain.arrays import BoolArray, IntArray
from territory_planner.domain.problem import NONE
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.exact import exact
from territory_planner.solving.improve import Outcome
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.redraw import regrets
from territory_planner.solving.reduced import lower_bound, priced_atoms

OPEN = 2500
"""Candidates beside each atom's cheapest that are open."""
EFFORT = 1.5
"""In CP-SAT's deterministic time, of the order of a second."""


@dataclass(frozen=True, eq=False)
class Apart:
    """What is known of assignments whose territories need not be in one piece.

    Parameters
    ----------
    bound
        In km, on all of them that are inside the other limits.
    atoms, open
        Those that are open, and which ``(n_candidates,)`` they have.
    part
        The model of them alone, without a map.
    best
        The cheapest assignment of the part; not finite where none was found.
    others
        ``(n_atoms,)`` where all others lie, ``NONE`` for those that are open or count nothing.
    """

    bound: float
    atoms: IntArray
    open: BoolArray
    part: Model
    best: Outcome
    others: IntArray

    def with_part(self, of: IntArray) -> IntArray:
        """Return ``(n_atoms,)`` an assignment of the part and where all others lie."""
        whole = self.others.copy()
        whole[self.atoms] = of
        return whole


def counts_for_nothing(model: Model) -> BoolArray:
    """Return ``(n_atoms,)``: whether it is all one to limits and objective where the atom lies."""
    dearest = np.maximum.reduceat(model.cost, model.start[:-1])
    nothing: BoolArray = ~priced_atoms(model) & (dearest == 0)
    return nothing


def apart(model: Model, relaxation: Relaxation, search: Search) -> Apart:
    """Return the cheapest assignment inside all limits but contiguity, and a bound on all others.

    Parameters
    ----------
    model
        In which being off target costs nothing, and all candidates are listed.
    """
    regret, row = regrets(model, relaxation), model.row_of_candidate
    counts = ~counts_for_nothing(model)
    asked, most = regret[counts[row]], int(counts.sum()) + OPEN
    reach = float(np.partition(asked, most)[most]) if len(asked) > most else np.inf
    # One of each atom's cheapest is always kept.
    kept = counts[row] & ((regret < reach) | (regret <= 0))
    choices = np.bincount(row[kept], minlength=model.n_atoms)
    settled, among = kept & (choices == 1)[row], kept & (choices > 1)[row]
    others = np.full(model.n_atoms, NONE, dtype=np.int32)
    others[row[settled]] = model.territory[settled]
    atoms = np.flatnonzero(choices > 1)
    part = _left_open(model, atoms, among, settled)
    first = Outcome(part.territory[part.start[:-1]], np.inf)
    proof = exact(part, first, search.exactly(), EFFORT)
    price, toll = relaxation.price, relaxation.toll
    outside = lower_bound(model, price, toll, search.options.workers) + reach
    inside = np.inf if proof.is_infeasible else proof.bound + float(model.cost[settled].sum())
    bound = max(min(inside, outside), relaxation.bound)
    # That there is no assignment at all is for others to prove, and to explain.
    bound = bound if np.isfinite(bound) else relaxation.bound
    return Apart(bound, atoms, among, part, proof.outcome, others)


def _left_open(model: Model, atoms: IntArray, among: BoolArray, settled: BoolArray) -> Model:
    """Return the model of some atoms, without a map, that is left where others lie already.

    Parameters
    ----------
    among, settled
        ``(n_candidates,)`` the candidates of the atoms, and those where others lie.
    """
    row = model.row_of_candidate
    counts = np.bincount(row[among], minlength=model.n_atoms)[atoms]
    taken = np.zeros_like(model.target)
    np.add.at(taken, model.territory[settled], model.activity[row[settled]])
    nowhere = np.zeros(len(atoms), dtype=np.bool_)
    return replace(
        model,
        atom_of=np.arange(len(atoms), dtype=np.int32),
        activity=model.activity[atoms],
        lower=model.lower - taken,
        upper=model.upper - taken,
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        territory=model.territory[among],
        cost=model.cost[among],
        moved=np.ascontiguousarray(model.moved[among]),
        budget=model.budget - model.moved[settled].sum(axis=0),
        weight=model.weight[atoms],
        next_start=np.zeros(len(atoms) + 1, dtype=np.int64),
        next_atom=np.zeros(0, dtype=np.int32),
        on_map=nowhere,
        edges=np.zeros((0, 2), dtype=np.int32),
        unit_on_map=nowhere,
    )
