"""Improvement off the map: among ties, by annealing and by splitting pairs of territories again.

How far a search goes depends on the size alone, so that a seed gives the same plan on any machine
that finishes in time; the clock only cuts it short.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from territory_planner.domain.arrays import BoolArray, IntArray
from territory_planner.solving.anneal import FEASIBLE
from territory_planner.solving.chains import run_chains
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.exchange import exchange
from territory_planner.solving.improve import Outcome
from territory_planner.solving.limits import INSET, limits
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.reduced import worth_of
from territory_planner.solving.resplit import resplit
from territory_planner.solving.ties import Ties, found_ties

WANTED = (28, 40, 14)
"""Atoms that could leave each territory, and as many that could enter it, among the first ties of
one beginning after the other."""

WIDENINGS = 12
"""How often the ties of a territory outside its limits are doubled; fourfold, where few mended."""

HOPELESS = 0.95
IDLE = 1
"""Rounds in a row that may leave more than this share of what was broken before it is given up."""

NEARLY = 0.05
"""Share of territories outside their limits below which the rest of the plan is left alone."""
HOPS, LEFT = 2, 0.2
"""How far round a territory outside its limits atoms are moved then; and what is left of how far
inside them bands are aimed at: the others lend what they have."""

PROPOSALS = 1000
"""Of one annealing, for each atom that has a choice."""

STARTS = 16
START_PROPOSALS = 12_000_000
"""How often the search begins anew, and the proposals of all beginnings together."""

KICK_PROPOSALS = 100
KICKS = 400
PATIENCE = 30
"""Kicks without an improvement after which no further one is tried."""

HOT = 0.1
KICK = 0.02
COOLING = 200.0
"""First temperatures in the mean cost of an atom, and how far one annealing cools."""

PENALTY = 2.0
FIRM = 200.0
STIFFEN = 100.0
"""Penalties in the mean cost of a territory: at first, while pairs are split again, and growth."""

SWEEPS = 50


@dataclass(frozen=True, eq=False)
class _Start:
    """An assignment to search from, and how far above the bound it is.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories.
    broken
        By how much limits are broken, in shares.
    value
        The objective in km, whatever is broken.
    is_split
        Whether no pair of its territories is split better among the ties at hand.
    """

    of: IntArray
    broken: float
    value: float
    is_split: bool = False

    @property
    def rank(self) -> tuple[float, float]:
        """What is to be small: broken limits first, then the objective."""
        return (self.broken if self.broken > FEASIBLE else 0.0), self.value


def refine(
    model: Model,
    relaxation: Relaxation,
    start: IntArray,
    search: Search,
    rng: np.random.Generator,
    kicks: int = KICKS,
) -> Outcome:
    """Return the best assignment found among the ties round a start; inside all limits or not.

    Parameters
    ----------
    relaxation
        Prices at which the start is nearly as cheap as can be.
    start
        ``(n_atoms,)`` territories.
    kicks
        How often the best is heated a little and cooled again, at the most.
    """
    run = partial(_round, model, relaxation, search=search, rng=rng)
    first = _measured(model, start)
    best, ties = _mended(model, relaxation, first, WANTED[0], run, search)
    _tell(best, search)
    each = PROPOSALS * max(len(ties.free), 1) * search.options.workers
    for number in range(1, min(STARTS, START_PROPOSALS // each) if kicks else 1):
        if best is first or search.is_over() or search.has_closed():
            break
        atoms = WANTED[number % len(WANTED)]
        found, others = _mended(model, relaxation, first, atoms, run, search)
        if found.rank < best.rank:
            best, ties = found, others
        _tell(best, search)
    idle = 0
    for _ in range(kicks):
        if best.broken > FEASIBLE or idle >= PATIENCE or not ties.free.size:
            break
        if search.is_over() or search.has_closed():
            break
        found = run(ties, best, KICK_PROPOSALS, KICK)
        idle = 0 if found.rank < best.rank else idle + 1
        best = min(best, found, key=lambda one: one.rank)
        _tell(best, search)
    return Outcome(best.of, best.value if best.broken <= FEASIBLE else np.inf)


def _mended(
    model: Model,
    relaxation: Relaxation,
    start: _Start,
    atoms: int,
    run: Callable[..., _Start],
    search: Search,
) -> tuple[_Start, Ties]:
    """Return where a search from a start ends, and the ties that brought it inside all limits.

    The ties of each territory, this many atoms at first, are widened while it stays outside.
    """
    wanted = np.full(model.n_territories, atoms)
    best, ties = start, found_ties(model, relaxation, start.of, wanted)
    idle = 0
    for _ in range(WIDENINGS):
        if best.broken <= FEASIBLE or not ties.free.size or search.is_over():
            break
        outside = _is_outside(model, best.of)
        if 0 < outside.mean() < NEARLY:
            found = run(_around(ties, outside), best, PROPOSALS, KICK, inset=LEFT * INSET)
        else:
            found = run(ties, best, PROPOSALS, HOT)
        idle = idle + 1 if found.broken > HOPELESS * best.broken else 0
        before, best = best.broken, min(best, found, key=lambda one: one.rank)
        if best.broken <= FEASIBLE or idle > IDLE:
            break
        outside = _is_outside(model, best.of)
        more = 2 if best.broken < 0.5 * before else 4
        wanted = np.where(outside | (not outside.any()), more * wanted, wanted)
        ties = found_ties(model, relaxation, best.of, wanted)
        best = replace(best, is_split=False)
    return best, ties


def _around(ties: Ties, outside: BoolArray) -> Ties:
    """Return the ties of which only those near some territories are free."""
    row = np.repeat(np.arange(len(ties.start) - 1), np.diff(ties.start))
    near, is_free = outside.copy(), np.zeros(len(ties.start) - 1, dtype=np.bool_)
    for _ in range(HOPS):
        is_free[row[near[ties.territory]]] = True
        is_free[np.diff(ties.start) < 2] = False
        near[ties.territory[is_free[row]]] = True
    return ties._replace(free=np.flatnonzero(is_free).astype(np.int32))


def _tell(best: _Start, search: Search) -> None:
    if best.broken <= FEASIBLE:
        search.improved(best.value, "exchanges")


def _measured(model: Model, of: IntArray) -> _Start:
    return _Start(of, model.violation(of), model.value(of))


def _is_outside(model: Model, of: IntArray) -> BoolArray:
    """Return ``(n_territories,)``: whether any of a territory's totals is outside its band."""
    totals = model.totals(of)
    slack = FEASIBLE * np.maximum(model.target, 1e-300)
    outside = (totals < model.lower - slack) | (totals > model.upper + slack)
    return np.asarray(outside.any(axis=1))


def _round(
    model: Model,
    relaxation: Relaxation,
    ties: Ties,
    start: _Start,
    proposals: int,
    hot: float,
    search: Search,
    rng: np.random.Generator,
    inset: float = INSET,
) -> _Start:
    """Return the best end of one annealing a worker, each followed by splitting pairs again."""
    worth = worth_of(model)
    heat = hot * worth / model.n_atoms
    dear = worth / model.n_territories

    def run(start: _Start, own: np.random.Generator) -> _Start:
        of = start.of.astype(np.int32)
        at = _places(ties, of)
        best = of.copy()
        rows = limits(model, relaxation, PENALTY * dear, inset)
        value = exchange(
            of, at, model.activity, ties, rows, proposals * len(ties.free), heat, heat / COOLING,
            STIFFEN, own, best,
        )  # fmt: skip
        if np.isfinite(value):
            of = best
            at = _places(ties, of)
        changed = np.ones(model.n_territories, dtype=np.bool_)
        if start.is_split:
            changed[:] = False
            other = of != start.of
            changed[of[other]] = changed[start.of[other]] = True
        firm = limits(model, relaxation, FIRM * dear, inset)
        resplit(of, at, model.activity, ties, firm, changed, SWEEPS)
        return replace(_measured(model, of), is_split=True)

    ends = run_chains(run, [start] * search.options.workers, search, rng)
    return min(ends, key=lambda end: end.rank)


def _places(ties: Ties, of: IntArray) -> IntArray:
    """Return ``(n_atoms,)``: where each atom's territory stands among the ties."""
    row = np.repeat(np.arange(len(of)), np.diff(ties.start))
    there = np.flatnonzero(ties.territory == of[row])
    result: IntArray = there[np.searchsorted(row[there], np.arange(len(of)))]
    return result
