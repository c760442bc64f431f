"""Heavy atoms: the few that no trade of light ones makes up for, placed before the rest.

An atom as heavy as a band is wide is split by the relaxation with no whole place nearby, and the
prices that splitting it gave are wrong for every plan. So heavy atoms that are split are settled,
the heaviest first, and prices are climbed again in between. Where that costs more than the gap
allows, a program chooses among all their places (`heavy_program`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.solving.dual import Relaxation, climb
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.reduced import near_cheapest, reduced_costs, size_of, worth_of

SPLIT = 0.99
"""Largest share of the soft choice below which an atom counts as split."""

SOFT = 1e-9
"""Least temperature at which shares are read, in shares of the objective."""

TEMPERATURES = (5e-3, 1e-3, 2e-4, 5e-5, 1e-5)
"""Prices of a settled model lie near those before: they are climbed from there, coldly."""

REACH = 0.3
"""Candidates this much dearer than the cheapest are not looked at, in shares of the objective."""

ROUNDS = 12
FEW_ENOUGH = 50_000
"""Atoms up to which heavy ones are settled: of more, the light ones make up for them."""

RISE = 0.05
"""Growth of the bound at which settling went wrong, and is taken back."""


@dataclass(frozen=True, eq=False)
class Settled:
    """A model with some atoms settled, and its prices.

    Parameters
    ----------
    model
        With fewer candidates than the whole one, all of them among its own.
    relaxation
        Its prices, and the bound on every plan that it holds.
    """

    model: Model
    relaxation: Relaxation

    def choice(self, rng: np.random.Generator) -> IntArray:
        """Return ``(n_atoms,)``: a territory for each atom, drawn by its shares.

        The cheapest of many that cost the same would all be in one place.
        """
        model, n = self.model, self.model.n_atoms
        wanted = np.arange(n) + rng.random(n)
        at = np.searchsorted(np.cumsum(self.shares()), wanted, side="right")
        at = np.clip(at, model.start[:-1], model.start[1:] - 1)
        return model.territory[at].astype(np.int32)

    def shares(self) -> FloatArray:
        """Return ``(n_candidates,)``: the part of its atom each candidate takes, softly."""
        model = self.model
        reduced = reduced_costs(model, self.relaxation.price, self.relaxation.toll)
        first, width = model.start[:-1], np.diff(model.start)
        heat = max(self.relaxation.heat, SOFT) * worth_of(model) * size_of(model)
        least = np.repeat(np.minimum.reduceat(reduced, first), width)
        share = np.exp((least - reduced) / np.repeat(heat, width))
        result: FloatArray = share / np.repeat(np.add.reduceat(share, first), width)
        return result

    def split(self) -> IntArray:
        """Return the atoms that are split, the heaviest first."""
        largest = np.maximum.reduceat(self.shares(), self.model.start[:-1])
        split = np.flatnonzero(largest < SPLIT)
        result: IntArray = split[np.argsort(-weight_of(self.model)[split], kind="stable")]
        return result

    def is_split_by_heavy(self) -> bool:
        """Return whether an atom is split that is as heavy as a band is wide."""
        return bool((weight_of(self.model)[self.split()] >= 1).any())

    def with_only(self, keep: BoolArray, search: Search) -> Settled:
        """Return the model of the candidates to keep, with prices climbed again."""
        model = self.model.restricted(keep)
        return Settled(model, climb(model, search.silent(), self.relaxation, TEMPERATURES))


def weight_of(model: Model) -> FloatArray:
    """Return ``(n_atoms,)``: how heavy each atom is, in widths of the bands; 1 is heavy."""
    held = model.target > 0
    count = np.maximum(held.sum(axis=0), 1)
    target = np.where(held, model.target, 0).sum(axis=0) / count
    width = np.where(held, model.upper - model.lower, 0).sum(axis=0) / count
    scale = np.maximum(width, 1e-2 * target)
    share = np.divide(model.activity, scale, out=np.zeros_like(model.activity), where=scale > 0)
    result: FloatArray = share.max(axis=1, initial=0.0)
    return result


def settled(model: Model, relaxation: Relaxation, search: Search) -> Settled:
    """Return the model with its heavy atoms settled one after the other, none looked at twice."""
    reach = REACH * worth_of(model) * size_of(model)
    _, near = near_cheapest(model, relaxation.price, relaxation.toll, reach, search.options.workers)
    model = model.restricted(near)
    if not relaxation.heat:
        # The prices of a program are a corner's, and balance no soft choice.
        relaxation = climb(model, search.silent(), relaxation, TEMPERATURES)
    best = Settled(model, relaxation)
    heavy = weight_of(model) >= 1
    if not heavy.any() or model.n_atoms > FEW_ENOUGH:
        return best
    for _ in range(ROUNDS):
        split = best.split()
        split = split[heavy[split]]
        if not split.size or search.is_over():
            break
        found = best.with_only(_chosen(best, split[: (len(split) + 1) // 2]), search)
        if found.relaxation.bound > best.relaxation.bound * (1 + RISE):
            break
        best = found
    return best


def _chosen(now: Settled, atoms: IntArray) -> BoolArray:
    """Return which candidates stay when some atoms are settled where their largest share is."""
    start = now.model.start
    keep = np.ones(len(now.model.cost), dtype=np.bool_)
    share = now.shares()
    for a in atoms.tolist():
        keep[start[a] : start[a + 1]] = False
        keep[start[a] + int(np.argmax(share[start[a] : start[a + 1]]))] = True
    return keep
