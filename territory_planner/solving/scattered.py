"""Plans off the map: where no territory need be in one piece, prices decide nearly everything.

Heavy atoms are settled first, the rest is searched among ties; where heavy atoms cost much of the
gap, a program (35) chooses their places.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.solving.anneal import FEASIBLE
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.heavy import settled
from territory_planner.solving.heavy_program import by_program
from territory_planner.solving.improve import Outcome, Start, improve
from territory_planner.solving.land import Land
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.refine import KICKS, refine

SETTLING_SHARE = 0.15
"""Of the time that is left, what settling heavy atoms takes."""

PROGRAM_SHARE = 0.6
"""Of the time that is left, what placing heavy atoms takes, so that a search can follow."""

HEAVY_SHARE = 0.2
DEAR = 0.01
"""Of the gap, and of the bound: where settling heavy atoms costs more, a program places them."""


def scattered(
    model: Model,
    land: Land,
    start: Start,
    relaxation: Relaxation,
    search: Search,
    rng: np.random.Generator,
) -> tuple[Outcome, float]:
    """Return the best assignment found, and a bound on the objective of every assignment.

    Parameters
    ----------
    start
        What is known, where anything is; kept where the search finds nothing better.
    """
    known = _outcome(model, start)
    if np.isfinite(known.value):
        search.improved(known.value, "start")
    now = settled(model, relaxation, search.part(SETTLING_SHARE))
    rise = now.relaxation.bound - relaxation.bound
    is_listed = model.elsewhere is None
    is_dear = is_listed and (now.is_split_by_heavy() or rise > DEAR * relaxation.bound)
    bound = relaxation.bound
    # Any plan comes first; a better one is searched for where heavy atoms lie well.
    kicks = 0 if is_dear else KICKS
    best = refine(model, now.relaxation, now.choice(rng), search, rng, kicks)
    best = min(best, known, key=lambda outcome: outcome.value)
    if np.isfinite(best.value):
        is_dear |= is_listed and HEAVY_SHARE * (best.value - bound) < rise
    if is_dear and not search.has_closed() and not search.is_over():
        timed = search.part(PROGRAM_SHARE)
        best, bound, prices = by_program(model, relaxation, best, timed, rng)
        search.improved_bound(bound, "heavy atoms")
        if np.isfinite(best.value):
            return refine(model, prices, best.of, search, rng), bound
    if not np.isfinite(best.value):
        best = improve(model, land, [replace(start, of=best.of)], search, rng)
    return best, bound


def _outcome(model: Model, start: Start) -> Outcome:
    """Return a start with its value, infinite where it leaves a limit."""
    of = start.of.astype(np.int32)
    is_held = model.violation(of) <= FEASIBLE
    return Outcome(of, model.value(of) if is_held else np.inf)
