"""A map drawn from a start that is whole but no plan: led by prices, polished, redrawn in parts.

Chains that pay the prices of bands and budgets from their first step need a tenth of the steps of
chains that must find them, and end nearer the bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.solving.coarse import led_coarsely
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.fewest import activity_moved, mended_by_program
from territory_planner.solving.improve import ROUNDS, Outcome, improve
from territory_planner.solving.land import Land
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.redraw import drawn_nearer
from territory_planner.solving.start import warm_start

LED, POLISH = 0.2, 0.05
"""Shares of a full search that chains are led by prices, and polish what came of it."""
SLIGHT = 0.05
"""Sum of what bands are missed by, in targets, below which few moves may hold them again."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """What drawing needs to know.

    Parameters
    ----------
    center
        ``(n_territories, 2)`` in metres.
    """

    model: Model
    land: Land
    center: FloatArray
    relaxation: Relaxation
    search: Search
    rng: np.random.Generator

    def drawn(self, of: IntArray) -> Outcome:
        """Return what comes of an assignment that is whole, be it far from a plan.

        Parameters
        ----------
        of
            ``(n_atoms,)`` territories.
        """
        of = led_coarsely(self.model, self.center, self.relaxation, of, LED, self.search, self.rng)
        return self.nearer(self.polished(of))

    def nearer(self, best: Outcome, will_do: float = 0.0, most: float = np.inf) -> Outcome:
        """Return a plan nearer its bound, if there is any.

        Parameters
        ----------
        will_do, most
            The objective that is good enough, and the parts of the map that are enough.
        """
        model, prices, search = self.model, self.relaxation, self.search
        is_enough = np.isfinite(best.value) and best.value <= will_do
        if is_enough or search.is_over() or search.has_closed():
            return best
        of = drawn_nearer(model, self.center, prices, best.of, search, self.rng, will_do, most)
        if 0 < model.violation(of) <= SLIGHT and not search.is_over():
            few = mended_by_program(activity_moved(model, of), of, of, search)
            of = few.of if np.isfinite(few.value) else of
        best = self.told(of)
        return best if np.isfinite(best.value) else self.polished(of, ROUNDS)

    def told(self, of: IntArray) -> Outcome:
        """Return an assignment as it is, with its values."""
        return self.polished(of, 0)

    def polished(self, of: IntArray, rounds: int = 1) -> Outcome:
        """Return what comes of a few more shifts of single units."""
        start = warm_start(of, self.center, POLISH)
        return improve(self.model, self.land, [start], self.search, self.rng, 1, rounds)
