"""Centers at units, territories all alike: annealing with medoids, a bound, the exact program."""

from __future__ import annotations

import numpy as np

from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE, Problem
from territory_planner.errors import InfeasibleError
from territory_planner.solving.conflict import explained
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.found import Found
from territory_planner.solving.free import with_free_centers
from territory_planner.solving.improve import Outcome
from territory_planner.solving.medians.hunt import Hunt
from territory_planner.solving.medians.model import median_model
from territory_planner.solving.medians.proof import Proof
from territory_planner.solving.medians.resplit import resplit
from territory_planner.solving.medians.starts import near_centers, starts
from territory_planner.solving.model import build_model
from territory_planner.solving.progress import Search
from territory_planner.solving.warm import Known

CHAINS_FIRST = 30
"""Of annealing for each worker, before a bound is sought."""

CHAINS_NEXT = 12
"""After each attempt at a proof."""

CHAINS_MOST = 150
OPENED = 6
"""Sets of centers opened by good prices from which chains begin."""

SPLITS = 10
"""Attempts for each territory to split it and its neighbours better, before more annealing."""

MET = 6
"""How often the best plan is met until more annealing promises little."""

CHASE_SHARE = 0.25
"""Of the time, for the first annealing."""

CLIMB_SHARE = 0.25
"""Of the time that is left then, for the bound."""


def with_unit_centers(
    problem: Problem,
    criteria: Criteria,
    search: Search,
    rng: np.random.Generator,
    known: Known | None = None,
) -> Found:
    """Return the best plan found whose centers are units, and a bound on all of them.

    Parameters
    ----------
    known
        Where to begin, if anywhere.

    Raises
    ------
    InfeasibleError
        When it is proven that there is none.
    """
    model = median_model(problem, criteria)
    begun = starts(problem, criteria, model, search, rng)
    if not begun:
        return with_free_centers(problem, criteria, search, rng, known)
    hunt = Hunt(model, begun, search, rng)
    if known is not None and (known.of != NONE).all():
        hunt.take(known.of)
        hunt.add([known.of])
    proof = Proof(model, hunt, search)
    _chase(hunt, CHAINS_FIRST, MET, search.seconds + CHASE_SHARE * search.seconds_left(), search)
    proof.climb(CLIMB_SHARE * search.seconds_left())
    opened = [near_centers(model, centers) for centers in proof.centers[:OPENED]]
    hunt.add([of for of in opened if (of != NONE).all()])
    met = MET
    while not (proof.is_closed or search.is_over() or search.has_closed()):
        resplit(hunt, search, rng, SPLITS * model.n_territories, np.inf)
        _chase(hunt, CHAINS_NEXT, met, np.inf, search)
        proof.narrow()
        proof.settle()
        if hunt.chains >= CHAINS_MOST * search.options.workers:
            break
        met = CHAINS_MOST
    center = problem.units.xy[model.centers(hunt.best)]
    if not np.isfinite(hunt.value):
        if np.isinf(proof.bound):
            raise InfeasibleError(explained(problem, criteria, center, search))
        if not search.is_over():
            return with_free_centers(problem, criteria, search, rng, known)
    sparse = build_model(problem, criteria, center, nearest=0)
    prices = Relaxation(np.zeros_like(sparse.target), np.zeros(len(sparse.budget)), 0.0)
    return Found(sparse, prices, Outcome(hunt.best, hunt.value), proof.bound)


def _chase(hunt: Hunt, chains: int, met: int, until: float, search: Search) -> None:
    """Anneal until the best plan has been met often, or the chains or the time are used up."""
    last = min(hunt.chains + chains * search.options.workers, CHAINS_MOST * search.options.workers)
    while hunt.chains < last and not search.is_over() and search.seconds < until:
        if hunt.times_met >= met and not hunt.has_starts:
            break
        hunt.run()
