"""The cheapest assignment were there no map: where contiguity costs nothing, it proves a plan.

Prices leave few atoms open where a plan comes near their bound, equation (38) of MODEL.md. Those
are settled by the exact model, all others lie where they are cheapest. A candidate that is left out
is so much dearer that every assignment with it costs more than the bound that is returned.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.problem import NONE
from territory_planner.solving.anneal import FEASIBLE
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.exact import exact
from territory_planner.solving.improve import Outcome
from territory_planner.solving.land import listed_land
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.redraw import regrets
from territory_planner.solving.reduced import lower_bound, priced_atoms
from territory_planner.solving.whole import made_whole

MOST = 2500
"""Candidates beside the cheapest that may be left open."""
EFFORT = 2.0
"""In CP-SAT's deterministic time, of the order of a second."""


@dataclass(frozen=True, eq=False)
class Apart:
    """What is known of assignments whose territories need not be in one piece.

    Parameters
    ----------
    of
        ``(n_atoms,)`` the cheapest found, ``NONE`` for atoms that count nothing; None without one.
    bound
        On every assignment inside the limits.
    """

    of: IntArray | None
    bound: float


def moves_alone_cost(model: Model) -> bool:
    """Return whether each atom has some territory where it costs nothing, and bands are free."""
    dearest = float(model.cost.max(initial=0.0))
    at_home = np.minimum.reduceat(model.cost, model.start[:-1])
    return dearest > 0 and not at_home.any() and not model.slope.any()


def apart(model: Model, relaxation: Relaxation, search: Search) -> Apart:
    """Return the cheapest assignment inside all limits but contiguity, and a bound on all others.

    Parameters
    ----------
    model
        In which being off target costs nothing, and all candidates are listed.
    """
    price, toll = relaxation.price, relaxation.toll
    counts = priced_atoms(model) | (np.maximum.reduceat(model.cost, model.start[:-1]) > 0)
    regret, row = regrets(model, relaxation), model.row_of_candidate
    asked = np.sort(regret[counts[row]])
    most = int(counts.sum()) + MOST
    reach = float(asked[most]) if len(asked) > most else np.inf
    keep = counts[row] & (regret < reach)
    outside = lower_bound(model, price, toll, search.options.workers) + reach
    kept = np.bincount(row[keep], minlength=model.n_atoms)
    if (kept[counts] == 0).any():
        return Apart(None, relaxation.bound)
    settled, asked_of = keep & (kept == 1)[row], np.flatnonzero(kept > 1)
    of = np.full(model.n_atoms, NONE, dtype=np.int32)
    of[row[settled]] = model.territory[settled]
    part = _left(model, asked_of, keep & (kept > 1)[row], settled)
    first = part.territory[part.start[:-1]]
    exactly = search.silent()
    exactly.options = replace(search.options, relative_gap=0.0)
    proof = exact(part, Outcome(first, np.inf), exactly, EFFORT)
    spent = float(model.cost[settled].sum())
    bound = outside if proof.is_infeasible else min(proof.bound + spent, outside)
    bound = max(bound, relaxation.bound) if np.isfinite(bound) else relaxation.bound
    if not np.isfinite(proof.outcome.value):
        return Apart(None, bound)
    of[asked_of] = proof.outcome.of
    return Apart(of, bound)


def _left(model: Model, atoms: IntArray, among: BoolArray, settled: BoolArray) -> Model:
    """Return the model, without a map, of some atoms and candidates, where others lie already.

    Parameters
    ----------
    among, settled
        ``(n_candidates,)`` those of the atoms, and those where the others lie.
    """
    row, counts = model.row_of_candidate, np.zeros(0, dtype=np.int64)
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


def joined(model: Model, center: FloatArray, of: IntArray, start: IntArray) -> Outcome:
    """Return an assignment with its territories joined through atoms that count nothing.

    Not finite where that way leads to no plan.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories, ``NONE`` for atoms that count nothing.
    start
        ``(n_atoms,)`` where those lie at first.
    """
    row = model.row_of_candidate
    stays = model.restricted((of[row] == NONE) | (of[row] == model.territory))
    first = np.where(of == NONE, start, of).astype(np.int32)
    whole = made_whole(stays, listed_land(stays, stays.cost), center, first)
    is_plan = model.is_whole(whole) and model.violation(whole) <= FEASIBLE
    return Outcome(whole, model.value(whole) if is_plan else np.inf)
