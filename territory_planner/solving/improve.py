"""Improvement: annealing chains that hold the bands by prices and shorten the distances.

How long a chain runs depends on the size alone, so that a seed gives the same plan on any machine
that finishes in time; the clock only makes it cool faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.problem import METRES
from territory_planner.solving import cells
from territory_planner.solving.anneal import FEASIBLE, anneal, total_cost
from territory_planner.solving.chains import run_chains
from territory_planner.solving.land import EACH_SECTOR, Course, Land, Limits
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search

SWEEPS = 1_200_000
"""Of one chain over all borders, divided by the square root of the number of atoms."""
SWEEPS_MOST = 20_000
PASSES = 2
BLOCKS = 40
ROUNDS = 6
COLD = 0.003
SOFT = 30.0
STIFFEN = 100.0
QUENCH_SWEEPS = 30
MEND_BLOCKS = 20
MEND_HEAT = 3.0
"""Last temperatures at which bands that were not reached go on being mended, ever more firmly."""
LEAST_HEAT = 0.5
INSET = 0.002
INSET_MOST = 0.008
SMALL = 1e-3
WORTH_IT = 1e-3
"""Improvement by a round, as a share of the objective, below which no further round is run."""
TIME_SHARE = 0.6
"""Of the time that is left, what the annealing of one round may take."""


@dataclass(frozen=True, eq=False)
class Start:
    """Where a chain begins.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories; each on the map in one piece.
    center
        ``(n_territories, 2)`` in metres.
    heat
        First temperature in mean costs of an atom: 3 rebuilds, 0.1 only mends.
    inset
        By how much of target the bands are aimed at inside their limits.
    effort
        Share of a full chain's length that will do: from a plan of nearly the same problem, little.
    firmness
        Of a band at first: what leaving it by all of its target costs, in distance costs of a
        territory.
    """

    of: IntArray
    center: FloatArray
    heat: float = 1.0
    inset: float = INSET
    effort: float = 1.0
    firmness: float = SOFT


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
    center
        ``(n_territories, 2)`` in metres: where the centers stand in the end.
    """

    of: IntArray
    value: float
    guided: float = np.inf
    center: FloatArray | None = None


def improve(
    model: Model,
    land: Land,
    starts: Sequence[Start],
    search: Search,
    rng: np.random.Generator,
    tries: int = ROUNDS,
    rounds: int = ROUNDS,
) -> Outcome:
    """Return the best assignment that annealing from some starts finds.

    Parameters
    ----------
    starts
        The best first: each worker takes one.
    tries
        How often chains are run without a plan, at the most.
    rounds
        How often chains are run at all.
    """
    guide = _Guide(model, land, starts[0])
    best = guide.outcome(starts[0].of, starts[0].center)
    if np.isfinite(best.value):
        search.improved(best.value, "start")
    if not land.free.size or search.has_closed():
        return best
    found = best
    for r in range(rounds):
        before = best.guided
        origins = [starts[i % len(starts)] for i in range(search.options.workers)]
        ends = run_chains(partial(_chain, guide, search), origins, search, rng)
        found = min(ends, key=lambda end: (end.guided, model.violation(end.of)))
        if found.guided < best.guided:
            best = found
            search.improved(best.value, "annealing")
        if search.is_over() or search.has_closed():
            break
        if np.isfinite(best.guided):
            if before - best.guided < WORTH_IT * best.guided:
                break
            starts = [_next(best, starts[0], starts[0].heat / 3, INSET)]
        elif r + 1 >= tries:
            break
        else:
            inset = min(starts[0].inset + INSET, INSET_MOST)
            starts = [_next(found, starts[0], max(starts[0].heat / 2, LEAST_HEAT), inset)]
    return best if np.isfinite(best.guided) else found


def led(
    model: Model,
    land: Land,
    start: Start,
    reduced: FloatArray,
    search: Search,
    rng: np.random.Generator,
) -> IntArray:
    """Return where chains end that pay the prices of bands and budgets from their first step.

    An augmented Lagrangian: firmness (11) has no more to do than to settle ties. It would find the
    prices by itself, but by then a short chain is cold.

    Parameters
    ----------
    reduced
        ``(n_candidates,)`` reduced costs. What is reached is not yet a plan that is told.
    """
    if not land.free.size:
        return start.of
    guide = _Guide(model, land, start)
    guide.land = guide.land._replace(cost=reduced)
    # What prices make of the objective is no plan's.
    silent = search.silent()
    ends = run_chains(partial(_chain, guide, silent), [start] * search.options.workers, silent, rng)
    return min(ends, key=lambda end: (end.guided, model.violation(end.of))).of


def _next(outcome: Outcome, start: Start, heat: float, inset: float) -> Start:
    center = start.center if outcome.center is None else outcome.center
    effort = start.effort if np.isfinite(outcome.value) else 1.0
    return replace(start, of=outcome.of, center=center, heat=heat, inset=inset, effort=effort)


def _typical(model: Model, land: Land, start: Start) -> float:
    """Return the scale of the objective in km: the start's distance, where there is any at all."""
    value = total_cost(land, start.center / METRES, start.of)
    spread = SMALL * float(model.cost.mean()) * model.n_atoms if model.cost.size else 0.0
    return max(value, spread) or 1.0


class _Guide:
    """What all chains of one search share."""

    def __init__(self, model: Model, land: Land, start: Start) -> None:
        self.model = model
        self.typical = _typical(model, land, start)
        edges = max(model.border_edges(start.of), 1)
        self.land = land._replace(border=model.short_borders * self.typical / edges)

    def outcome(self, of: IntArray, center: FloatArray) -> Outcome:
        """Return an assignment with its values."""
        model, land = self.model, self.land
        if model.violation(of) > FEASIBLE or not model.is_whole(of):
            return Outcome(of, np.inf, center=center)
        off_target = np.abs(model.totals(of) - model.target)
        value = total_cost(land, center / METRES, of)
        value += float((model.slope * off_target).sum())
        return Outcome(of, value, value + land.border * model.border_edges(of), center)

    def limits(self, inset: float, firmness: float) -> Limits:
        """Return the limits as they are held at the beginning."""
        model = self.model
        mean = model.target.mean(axis=0, keepdims=True)
        scale = np.where(model.target > 0, model.target, np.where(mean > 0, mean, 1.0))
        share = scale / np.maximum(model.target.sum(axis=0), scale)
        # One memory order, lest every other one be compiled anew.
        return Limits(
            lower=np.ascontiguousarray(model.lower),
            upper=np.ascontiguousarray(model.upper),
            target=np.ascontiguousarray(model.target),
            slope=np.ascontiguousarray(model.slope),
            scale=np.ascontiguousarray(scale),
            firmness=np.ascontiguousarray(firmness * self.typical * share),
            budget=model.budget,
            toll=np.full(len(model.budget), self.typical),
            inset=inset,
        )

    def course(self, start: Start) -> Course:
        """Return the state of a chain at its start."""
        model, n = self.model, self.model.n_atoms
        of = start.of.astype(np.int32)
        center = np.ascontiguousarray(start.center / METRES)
        carried = np.zeros(len(model.budget))
        if len(model.budget):
            carried = model.moved[model.position(of)].sum(axis=0)
        is_near_asked = not self.land.is_listed and not model.on_map.all()
        near = cells.nearby(center, EACH_SECTOR) if is_near_asked else np.empty((0, 0), np.int32)
        return Course(
            of=of,
            total=np.ascontiguousarray(model.totals(of)),
            carried=carried,
            center=center,
            softness=np.zeros(model.n_territories),
            shift=np.zeros(model.target.shape),
            near=near,
            best=of.copy(),
            best_value=np.array([np.inf]),
            border=np.zeros(n, dtype=np.int32),
            mark=np.zeros(n + 1, dtype=np.int64),
            label=np.zeros(n + 1, dtype=np.int32),
            queue=np.zeros(n + 1, dtype=np.int32),
            now=np.zeros(1, dtype=np.int64),
        )


def _chain(guide: _Guide, search: Search, start: Start, rng: np.random.Generator) -> Outcome:
    """Return the best of one annealing; the last assignment when none was inside every limit."""
    land, limits, course = (
        guide.land,
        guide.limits(start.inset, start.firmness),
        guide.course(start),
    )
    n = guide.model.n_atoms
    hot = start.heat * guide.typical / n
    sweeps = max(1, int(start.effort * min(SWEEPS / np.sqrt(n), SWEEPS_MOST)) // BLOCKS)
    ratio = COLD ** (1 / BLOCKS)
    began, allowed = search.seconds, TIME_SHARE * search.seconds_left()

    def run(n: int, hot: float, cold: float, stiffen: float) -> None:
        anneal(land, limits, course, n, PASSES, hot, cold, stiffen, rng)

    for block in range(BLOCKS):
        if search.is_over():
            break
        run(sweeps, hot, hot * ratio, STIFFEN ** (1 / BLOCKS))
        hot *= ratio
        spent = search.seconds - began
        ahead = spent / (block + 1) * (BLOCKS - block - 1)
        if ahead > max(allowed - spent, 0.0):
            sweeps = max(1, int(sweeps * max(allowed - spent, 0.0) / ahead))
    for _ in range(MEND_BLOCKS):
        if np.isfinite(course.best_value[0]) or search.is_over():
            break
        run(QUENCH_SWEEPS, MEND_HEAT * hot, MEND_HEAT * hot, 1.5)
    if np.isfinite(course.best_value[0]):
        course.of[:] = course.best
        course.total[:] = guide.model.totals(course.of)
        if len(limits.budget):
            course.carried[:] = guide.model.moved[guide.model.position(course.of)].sum(axis=0)
    run(QUENCH_SWEEPS, 0.0, 0.0, 1.0)
    of = course.best if np.isfinite(course.best_value[0]) else course.of
    return guide.outcome(of, course.center * METRES)
