"""A first whole assignment for the search to improve on.

On the map it comes from the prices of the compactness measure alone: with one measure the cheapest
territory is a matter of place, so that territories come out nearly whole, where the prices of
several measures interleave them. Off the map each atom lies where the relaxation's prices like it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.problem import NONE
from territory_planner.solving import pricing
from territory_planner.solving.dual import Relaxation, climb
from territory_planner.solving.improve import Start
from territory_planner.solving.land import Land
from territory_planner.solving.locate import Located
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.reduced import reduced_costs
from territory_planner.solving.sample import sampled
from territory_planner.solving.whole import made_whole

ROUGHLY = (0.2, 0.05)
REBUILD = 3.0
SETTLED = 1.0
MEND = 0.1
MENDING = 0.05
"""Share of a full search that mending a known plan takes."""
MOVING = 0.2
"""The same where centers move along."""
WARM = 0.3
"""First heat of chains that polish."""
LED_HEAT, LED_FIRM = 3.0, 10.0
"""First heat and firmness of chains that pay prices: hot, and free to be off their bands."""
EACH = 50
"""Atoms for each territory of the sample that tells the prices of the first assignment."""
FIRM = 300.0
"""Firmness of bands where a plan is nearly inside them: it is not to leave them first."""


def given_start(
    model: Model,
    land: Land,
    center: FloatArray,
    relaxation: Relaxation,
    search: Search,
    known: IntArray | None = None,
) -> Start:
    """Return a start among given centers: every territory on the map whole, and its heat.

    Parameters
    ----------
    known
        ``(n_units,)`` territories to begin from, ``NONE`` where nothing is known.
    """
    if known is not None:
        of = _seated(model, land, center, known)
        return Start(of, center, MEND, effort=MENDING, firmness=FIRM)
    if not model.on_map.any():
        reduced = reduced_costs(model, relaxation.price, relaxation.toll)
        cheapest = pricing.cheapest(model.start, reduced)
        return Start(model.territory[cheapest], center, MEND)
    weight = model.weight[:, None]
    share = model.target.sum(axis=1) if not model.target.size else _shares(model)
    by_place = replace(
        model,
        activity=weight,
        target=share[:, None],
        lower=0.98 * share[:, None],
        upper=1.02 * share[:, None],
        slope=np.zeros((len(share), 1)),
        elsewhere=None,
    )
    prices = climb(sampled(by_place, EACH), search.silent(), temperatures=ROUGHLY)
    reduced = reduced_costs(by_place, prices.price, prices.toll)
    choice = pricing.cheapest(model.start, reduced)
    whole = made_whole(model, land, center, model.territory[choice])
    return Start(whole, center, REBUILD)


def led_start(of: IntArray, center: FloatArray, effort: float) -> Start:
    """Return the start of chains that pay prices, from an assignment that is not yet a plan."""
    return Start(of, center, LED_HEAT, effort=effort, firmness=LED_FIRM)


def warm_start(of: IntArray, center: FloatArray, effort: float) -> Start:
    """Return the start of chains that polish an assignment that is nearly a plan."""
    return Start(of, center, WARM, effort=effort, firmness=FIRM)


def located_start(model: Model, land: Land, located: Located, is_known: bool = False) -> Start:
    """Return a start among centers placed or known: the cells round them, whole on the map."""
    of = _seated(model, land, located.center, located.of)
    heat, effort = (MEND, MOVING) if is_known else (SETTLED, 1.0)
    return Start(of, located.center, heat, effort=effort)


def _seated(model: Model, land: Land, center: FloatArray, of_units: IntArray) -> IntArray:
    """Return ``(n_atoms,)`` the territories of units, whole on the map."""
    of = seated(model, of_units)
    if model.on_map.any() and not (model.is_whole(of) and _all_seated(model, of)):
        of = made_whole(model, land, center, of)
    return of


def _all_seated(model: Model, of: IntArray) -> bool:
    """Return whether every territory has some place on the map, from where it can grow."""
    return len(np.unique(of[model.on_map])) == model.n_territories


def seated(model: Model, of_units: IntArray) -> IntArray:
    """Return ``(n_atoms,)`` the territories of units, be they whole or not.

    An atom of unknown or barred territory gets the cheapest it may have.
    """
    of = np.zeros(model.n_atoms, dtype=np.int32)
    # A group goes where its first unit lies.
    of[model.atom_of[::-1]] = of_units[::-1]
    if len(model.territory):
        barred = model.position(of) == NONE
        cheapest = pricing.cheapest(model.start, model.cost)
        of[barred] = model.territory[cheapest[barred]]
    return of


def _shares(model: Model) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return ``(n_territories,)``: the share of all weight each territory should have."""
    share = model.target / np.maximum(model.target.sum(axis=0), 1e-300)
    middle: np.ndarray[tuple[int], np.dtype[np.float64]] = share.mean(axis=1)
    total = middle.sum()
    return middle / total if total > 0 else np.full(len(middle), 1 / len(middle))
