"""The relaxation: the dual climbed, and, where it is in doubt, the linear program (10).

The program over columns of small reduced cost is priced until done. It proves what the dual leaves
open, that bands cannot be held, and gives small problems prices of zero where nothing binds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray
from territory_planner.solving import lookup
from territory_planner.solving.columns import Program, solve_program
from territory_planner.solving.dual import BOX, EXCESS, TEMPERATURES, Relaxation, climb, reach_at
from territory_planner.solving.model import LongArray, Model
from territory_planner.solving.progress import Search
from territory_planner.solving.reduced import (
    least_anywhere,
    lower_bound,
    priced_atoms,
    reduced_costs,
    size_of,
    worth_of,
)
from territory_planner.solving.sample import is_few, sampled, with_nearest

WARM = 3
"""Temperatures that are left out where prices are known."""

DEAR = 20.0
"""The elastic price of leaving a band, in multiples of the dearest price the dual found."""

SMALL = 20_000
"""Candidates up to which the linear program is solved although the dual has converged."""

PRICING_ROUNDS = 12
EXCESS_ROUNDS = 30
WIDENINGS = 20
"""How often pairs may be listed anew at one temperature."""
HELD_BACK = 0.99
GROWTH, SHRINKING = 2.0, 0.3
"""How far a price may move in the next round of a temperature, beside the last, when it came to the
end of how far it might and goes on, or turns back."""
WARM_REACH, WARM_HEATS = 0.5, 10.0
"""How much dearer than the cheapest a pair may be that is listed for a sample: in shares of the
objective, and in temperatures."""
WIDE_HEAT = 0.1
"""Temperature down to which a sample lists many near pairs besides."""
HOT = (1.0, 0.3)
"""Temperatures before the others where pairs are not all listed: far from one another, the prices
of many territories differ by many times what a choice among near ones does."""
FULL_HEAT = 0.01
"""Temperature down to which prices are of samples, or of all atoms with near pairs alone."""
FEWEST, GRAIN = 10, 2.0
"""Atoms for each territory of a sample: at least these, and these over the temperature, lest the
soft choice jump from atom to atom."""
SAMPLE_SHARE = 0.15
"""Of the time that is left, what the prices of a sample may take."""
PROGRAM_SHARE = 0.3
"""Of the time that is left, what one linear program may take."""

COLUMNS_PER_ATOM = 3
ADDED_PER_ATOM = 2
TIED_SHARE = 0.2
"""Of each atom's second and third candidates, those nearest to a tie: this share of them."""

CLIMB_SHARE = 0.6
"""Of the time, what prices over pairs that are not all listed may take."""

MISSING = 1e-9
TINY = 5e-5
"""Distance between program and bound, as a share, at which no further program is worth it."""


def relax(
    model: Model, search: Search, first: Relaxation | None = None
) -> tuple[Model, Relaxation]:
    """Return the model, widened where prices ask for it, and its relaxation.

    Parameters
    ----------
    first
        Prices to begin from, such as those of a similar problem.
    """
    if model.elsewhere is None:
        best = climb(model, search, first, TEMPERATURES[WARM:] if first else TEMPERATURES)
    else:
        model, best = _widened(model, search)
    # A program over listed pairs alone proves nothing.
    if best.excess > EXCESS or model.elsewhere is not None:
        return model, best
    if best.is_held and len(model.cost) > SMALL:
        return model, best
    reduced = reduced_costs(model, best.price, best.toll)
    active = _near_ties(model, reduced)
    typical = float(model.cost.mean()) * model.n_atoms / model.n_territories
    dear = DEAR * max(float(np.abs(best.price * model.target).max(initial=typical)), 1e-9)
    is_torn = False
    for _ in range(PRICING_ROUNDS):
        program = solve_program(model, active, dear, search.seconds_left() * PROGRAM_SHARE)
        if program is None:
            break
        bound = lower_bound(model, program.price, program.toll)
        # On a par, the program's prices are the cleaner ones: zero where nothing binds.
        is_better = bound >= best.bound - MISSING * abs(best.bound)
        best = replace(
            best,
            price=program.price if is_better else best.price,
            toll=program.toll if is_better else best.toll,
            heat=0.0 if is_better else best.heat,
            bound=max(bound, best.bound),
        )
        search.improved_bound(best.bound, "linear program")
        missing = _missing(model, program)
        is_torn = program.excess > EXCESS
        value = float(model.cost @ program.share)
        if search.is_over() or (not is_torn and value - best.bound < TINY * value):
            break
        if missing.any():
            active |= missing
        elif is_torn:
            dear *= DEAR
        else:
            break
    if is_torn:
        # An elastic program tells nothing while a dearer one might do without.
        least = least_excess(model, search)
        best = replace(best, excess=least.excess if least else 0.0)
    return model, best


def _widened(model: Model, search: Search) -> tuple[Model, Relaxation]:
    """Return the model with pairs listed by what they cost at prices, and those prices.

    Near homes are a poor list where capacity is short: the first prices, of a sample, tell where
    else to look.
    """
    timed, bound = search.part(CLIMB_SHARE), 0.0
    best, colder = _of_samples(model, search)
    for heat in colder:
        room, last = np.full(model.target.shape, BOX), np.zeros(model.target.shape)
        for _ in range(WIDENINGS):
            # Prices move in a round about as far as pairs were listed for.
            reach = reach_at(model, heat)
            model, before = _with_near(model, best, reach, search), best.price
            best = climb(model, timed, best, [heat], repeats=1, room=room)
            bound = max(bound, best.bound)
            if best.is_settled or timed.is_over() or best.excess > EXCESS:
                break
            step = (best.price - before) * model.target.mean(axis=0)
            wall = HELD_BACK * room * reach * worth_of(model) / model.n_territories
            step[np.abs(step) < wall] = 0.0
            # Whole regions may go on for long; what is turned back went too far.
            room *= np.where(step * last > 0, GROWTH, np.where(step * last < 0, SHRINKING, 1.0))
            last = step
        if timed.is_over() or best.excess > EXCESS:
            break
    bound = max(bound, lower_bound(model, best.price, best.toll, search.options.workers))
    search.improved_bound(bound, "prices")
    return model, replace(best, bound=bound)


def _of_samples(model: Model, search: Search) -> tuple[Relaxation, list[float]]:
    """Return prices of samples, and the temperatures at which they are to be those of all."""
    temperatures = [*HOT, *TEMPERATURES]
    best: Relaxation | None = None
    for heat in temperatures[:-1]:
        each = int(max(FEWEST, GRAIN / heat))
        if heat <= FULL_HEAT and is_few(model, each):
            break
        sample = sampled(model, each)
        sample = with_nearest(sample) if heat >= WIDE_HEAT else sample
        if best is not None:
            sample = _with_near(sample, best, max(WARM_REACH, WARM_HEATS * heat), search)
        best = climb(sample, search.part(SAMPLE_SHARE), best, [heat])
        done = heat
    assert best is not None
    return best, [heat for heat in temperatures if heat < done]


def _with_near(model: Model, relaxation: Relaxation, reach: float, search: Search) -> Model:
    """Return the model with all pairs listed that are this near the cheapest of their atom."""
    workers = search.options.workers
    price, toll = relaxation.price, relaxation.toll
    least, _ = least_anywhere(model, price, toll, workers)
    below = least + reach * worth_of(model) * size_of(model)
    if model.elsewhere is None:
        return model
    return model.widened(*model.elsewhere.near(model.activity, price, toll, below, workers))


def least_excess(model: Model, search: Search) -> Program | None:
    """Return the program that leaves bands and budgets by the least, whatever the cost.

    None when time ran out, or when unlisted pairs might do better.
    """
    if model.elsewhere is not None:
        return None
    free = replace(model, cost=np.zeros_like(model.cost), slope=np.zeros_like(model.slope))
    active = _near_ties(model, model.cost)
    for _ in range(EXCESS_ROUNDS):
        program = solve_program(free, active, 1.0, search.seconds_left(), only_excess=True)
        if program is None or program.excess <= EXCESS:
            return program
        missing = _missing(free, program)
        if not missing.any():
            return program
        active |= missing
    return None


def _near_ties(model: Model, reduced: FloatArray) -> BoolArray:
    """Return which candidates enter the first program: each atom's cheapest, and its near ties.

    An atom far from any tie keeps one column, which the program's presolve takes away.
    """
    row, rank = model.row_of_candidate, _rank(model, reduced)
    least = np.zeros(model.n_atoms)
    least[row[rank == 0]] = reduced[rank == 0]
    gap = (reduced - least[row]) / size_of(model)[row]
    rivals = (rank > 0) & (rank < COLUMNS_PER_ATOM) & priced_atoms(model)[row]
    near = np.quantile(gap[rivals], TIED_SHARE) if rivals.any() else 0.0
    active: BoolArray = (rank == 0) | (rivals & (gap <= near))
    return active


def _missing(model: Model, program: Program) -> BoolArray:
    """Return which candidates outside the program would lower its value: each atom's few best."""
    reduced = reduced_costs(model, program.price, program.toll)
    scale = max(float(np.abs(model.cost).mean()), 1e-12)
    least = program.atom_price[model.row_of_candidate] - MISSING - 1e-7 * scale
    below = (reduced < least) & ~program.active
    return below & (_rank(model, np.where(below, reduced, np.inf)) < ADDED_PER_ATOM)


def _rank(model: Model, value: FloatArray) -> LongArray:
    """Return ``(n_candidates,)``: the place of each candidate in its atom's order of value."""
    row = model.row_of_candidate
    order = lookup.ordered(model.start, value)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - model.start[row[order]]
    return rank
