"""Improvement: annealing chains that mend the bands and then shorten the distances.

How long a chain runs depends on the size alone, so that a seed gives the same plan on any machine
that finishes in time; the clock only cuts a search short.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.solving import moves
from territory_planner.solving.dual import Relaxation, reduced_costs
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search

PROPOSALS = 60_000_000
"""Of one chain, at least `SWEEPS_LEAST` and at most `SWEEPS_MOST` for each free atom."""

SWEEPS_LEAST = 400
SWEEPS_MOST = 6000
BLOCKS = 40
ROUNDS = 12
COLD = 0.003
STIFFEN = 100.0
QUENCH_SWEEPS = 30
MEND_BLOCKS = 20
MEND_HEAT = 3.0
"""Last temperatures at which bands that were not reached go on being mended, ever more firmly."""
LEAST_HEAT = 0.5
INSET = 0.002
INSET_MOST = 0.008
SMALL = 1e-3
WORTH_IT = 5e-4
"""Improvement by a round, as a share of the objective, below which no further round is run."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """The best assignment of a search: inside every limit when `value` is finite.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories.
    value
        The objective in km; infinite when a limit is broken.
    guided
        The objective plus what the borders are worth to the search.
    trouble
        ``(n_territories, n_banded)`` how much firmer than the rest each band had to be held.
    """

    of: IntArray
    value: float
    guided: float = np.inf
    trouble: FloatArray | None = None


@dataclass(frozen=True, eq=False)
class _Guide:
    """What all chains of one search share.

    Parameters
    ----------
    order
        ``(n_candidates,)`` each atom's candidate positions, the cheapest at prices first.
    free
        The atoms that have a choice.
    warmth
        ``(n_atoms,)`` factors on the temperature: light atoms do not wander.
    border
        Price of each border edge in km.
    """

    order: IntArray
    free: IntArray
    warmth: FloatArray
    border: float

    def outcome(self, model: Model, of: IntArray) -> Outcome:
        """Return an assignment with its values."""
        if model.violation(of) > moves.FEASIBLE or not model.is_whole(of):
            return Outcome(of, np.inf)
        value = model.value(of)
        return Outcome(of, value, value + self.border * model.border_edges(of))


def improve(
    model: Model,
    start: IntArray,
    relaxation: Relaxation,
    search: Search,
    rng: np.random.Generator,
    heat: float = 1.0,
) -> Outcome:
    """Return the best assignment that annealing from a start finds.

    Parameters
    ----------
    start
        ``(n_atoms,)`` territories; each on the map in one piece.
    heat
        First temperature in mean costs of an atom: 3 rebuilds, 0.1 only mends.
    """
    guide = _guide(model, start, relaxation)
    best = guide.outcome(model, start.copy())
    if np.isfinite(best.value):
        search.improved(best.value, "start")
    if not guide.free.size or search.has_closed():
        return best
    effort = _Effort(heat)
    origin = start
    for _ in range(ROUNDS):
        before = best.guided
        chains = rng.spawn(search.options.workers)
        run = partial(_chain, model, origin, guide, search, effort)
        with ThreadPoolExecutor(len(chains)) as pool:
            try:
                ends = list(pool.map(run, chains))
            except KeyboardInterrupt:
                search.stop()
                raise
        found = min(ends, key=lambda end: (end.guided, model.violation(end.of)))
        if found.guided < best.guided:
            best = found
            search.improved(best.value, "annealing")
        if search.is_over() or search.has_closed():
            break
        if np.isfinite(best.guided):
            if before - best.guided < WORTH_IT * best.guided:
                break
            origin, effort = best.of, replace(effort, heat=effort.heat / 3)
        else:
            origin, effort = found.of, effort.firmer(found.trouble)
    return best if np.isfinite(best.guided) else found


@dataclass(frozen=True, eq=False)
class _Effort:
    """How one round of chains goes about it.

    Parameters
    ----------
    heat
        First temperature in mean costs of an atom.
    inset
        By how much of target the bands are aimed at inside their limits.
    trouble
        How much firmer each band is held from the start; None holds all alike.
    """

    heat: float
    inset: float = 0.0
    trouble: FloatArray | None = None

    def firmer(self, trouble: FloatArray | None) -> _Effort:
        """Return the effort after a round that reached no plan: it knows where the trouble is."""
        return _Effort(max(self.heat / 2, LEAST_HEAT), min(self.inset + INSET, INSET_MOST), trouble)


def _guide(model: Model, start: IntArray, relaxation: Relaxation) -> _Guide:
    reduced = reduced_costs(model, relaxation.price, relaxation.toll)
    return _Guide(
        order=np.lexsort((reduced, model.row_of_candidate)).astype(np.int32),
        free=np.flatnonzero(np.diff(model.start) > 1).astype(np.int32),
        warmth=np.minimum(1.0, model.weight * model.n_atoms),
        border=model.short_borders * _typical(model, start) / max(model.border_edges(start), 1),
    )


def _typical(model: Model, of: IntArray) -> float:
    """Return the scale of the objective in km: the start's distance, where there is any at all."""
    spread = SMALL * float(model.cost.mean()) * model.n_atoms
    return max(float(model.cost[model.position(of)].sum()), spread) or 1.0


def _chain(
    model: Model,
    start: IntArray,
    guide: _Guide,
    search: Search,
    effort: _Effort,
    rng: np.random.Generator,
) -> Outcome:
    """Return the best of one annealing; the last assignment when none was inside every limit."""
    of = start.astype(np.int32)
    typical = _typical(model, of)
    hot = effort.heat * typical / model.n_atoms
    penalty: FloatArray = np.full(model.target.shape, typical / model.n_territories)
    if effort.trouble is not None:
        penalty *= effort.trouble
    toll: FloatArray = np.full(len(model.budget), typical)
    best, best_value = of.copy(), np.inf
    per_atom = PROPOSALS // len(guide.free)
    sweeps = int(np.clip(per_atom, SWEEPS_LEAST, SWEEPS_MOST)) // BLOCKS
    ratio = COLD ** (1 / BLOCKS)
    block_best = of.copy()

    def run(n: int, hot: float, cold: float, stiffen: float) -> None:
        nonlocal best_value
        value = moves.anneal(
            of, model.start, model.territory, model.cost, model.moved, guide.order,
            model.activity, model.lower, model.upper, model.target, model.slope, model.budget,
            model.next_start, model.next_atom, model.on_map, guide.free, penalty, toll,
            guide.warmth, guide.border, effort.inset, n, hot, cold, stiffen, rng, block_best,
        )  # fmt: skip
        if value < best_value:
            best[:], best_value = block_best, value

    for _ in range(BLOCKS):
        if search.is_over():
            break
        run(sweeps, hot, hot * ratio, STIFFEN ** (1 / BLOCKS))
        hot *= ratio
    for _ in range(MEND_BLOCKS):
        if np.isfinite(best_value) or search.is_over():
            break
        run(QUENCH_SWEEPS, MEND_HEAT * hot, MEND_HEAT * hot, 1.0)
    if np.isfinite(best_value):
        of[:] = best
    run(QUENCH_SWEEPS, 0.0, 0.0, 1.0)
    outcome = guide.outcome(model, best if np.isfinite(best_value) else of)
    # Only the order of magnitude tells: the penalty of a band missed for long has run away.
    return replace(outcome, trouble=1 + np.log(penalty / penalty.min(initial=np.inf)))
