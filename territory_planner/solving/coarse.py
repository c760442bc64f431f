"""A coarse model: neighbouring atoms taken together, so that one shift moves all of them.

Chains among few large atoms find where borders should run, which shifts of single atoms then mend:
the multilevel method of graph partitioning (Hendrickson & Leland 1995, doi
10.1145/224170.224228).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.solving.atoms import adjacent, merged
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.improve import led
from territory_planner.solving.land import Ints, listed_land
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.reduced import reduced_costs
from territory_planner.solving.start import led_start

Floats = NDArray[np.float64]

TOGETHER = 6
"""Atoms that are taken together, at the most."""
LARGEST = 0.02
"""Of a mean target: what atoms taken together may hold."""
SHARED = 0.5
"""Of the longer list of candidates: what atoms taken together must have in common."""


@dataclass(frozen=True, eq=False)
class Coarse:
    """A model of fewer, larger atoms.

    Parameters
    ----------
    model
        Its atoms go to what all that they are made of may go to.
    part_of
        ``(n_atoms,)`` the coarse atom that each is part of.
    """

    model: Model
    part_of: IntArray

    def taken_from(self, of: IntArray) -> IntArray:
        """Return ``(n_coarse,)``: the territories that each coarse atom's atoms have in common."""
        result = np.empty(self.model.n_atoms, dtype=np.int32)
        result[self.part_of] = of
        return result


def coarse(model: Model, of: IntArray, rng: np.random.Generator) -> Coarse:
    """Return a model in which atoms next to each other are taken together, in a random way.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories: what is taken together lies in one.
    """
    share = model.activity / np.maximum(model.target.mean(axis=0), 1e-300)
    part_of, n = _taken_together(
        rng.permutation(model.n_atoms), share.max(axis=1, initial=0.0), of, model.on_map,
        model.next_start, model.next_atom, model.start, model.territory, model.n_territories,
    )  # fmt: skip
    start, territory, cost, moved = merged(
        model.row_of_candidate, model.territory, part_of, np.bincount(part_of, minlength=n),
        model.n_territories, model.cost, model.moved,
    )  # fmt: skip
    tail = np.repeat(np.arange(model.n_atoms), np.diff(model.next_start))
    next_start, next_atom = adjacent(part_of[tail], part_of[model.next_atom], n)
    activity, on_map = np.zeros((n, model.activity.shape[1])), np.zeros(n, dtype=np.bool_)
    np.add.at(activity, part_of, model.activity)
    on_map[part_of] = model.on_map
    weight = np.bincount(part_of, model.weight, n).astype(np.float64)
    rough = replace(
        model,
        atom_of=part_of[model.atom_of],
        activity=activity,
        start=start,
        territory=territory,
        cost=cost,
        moved=moved,
        weight=weight,
        next_start=next_start,
        next_atom=next_atom,
        on_map=on_map,
        elsewhere=None,
    )
    return Coarse(rough, part_of)


def led_coarsely(
    model: Model,
    center: FloatArray,
    relaxation: Relaxation,
    of: IntArray,
    effort: float,
    search: Search,
    rng: np.random.Generator,
) -> IntArray:
    """Return where chains end that pay prices and move several atoms at once.

    Parameters
    ----------
    center
        ``(n_territories, 2)`` in metres.
    of
        ``(n_atoms,)`` territories, each on the map in one piece.
    effort
        Share of a full chain's length.
    """
    rough = coarse(model, of, rng)
    reduced = reduced_costs(rough.model, relaxation.price, relaxation.toll)
    land = listed_land(rough.model, reduced)
    start = led_start(rough.taken_from(of), center, effort)
    return led(rough.model, land, start, reduced, search, rng)[rough.part_of]


@njit(cache=True, nogil=True)
def _taken_together(
    order: Ints, size: Floats, of: Ints, on_map: Ints, next_start: Ints, next_atom: Ints,
    start: Ints, territory: Ints, n_territories: int,
) -> tuple[Ints, int]:  # fmt: skip
    """Return the coarse atom of each atom, and their number.

    Parameters
    ----------
    order
        ``(n_atoms,)`` in which they look for company.
    size
        ``(n_atoms,)`` in mean targets.
    """
    n = len(order)
    part_of, count = np.full(n, -1, dtype=np.int32), 0
    members, held = np.empty(TOGETHER, dtype=np.int64), np.zeros(n_territories, dtype=np.int64)
    for a in order:
        if part_of[a] >= 0:
            continue
        part_of[a], members[0], n_members, at = count, a, 1, 0
        total, most = size[a], start[a + 1] - start[a]
        held[:] = 0
        held[territory[start[a] : start[a + 1]]] = 1
        while on_map[a] and at < n_members < TOGETHER:
            member = members[at]
            at += 1
            for e in range(next_start[member], next_start[member + 1]):
                b = next_atom[e]
                if part_of[b] >= 0 or of[b] != of[a] or total + size[b] > LARGEST:
                    continue
                shared = 0
                for j in range(start[b], start[b + 1]):
                    shared += held[territory[j]] == n_members
                if shared < SHARED * max(most, start[b + 1] - start[b]):
                    continue
                for j in range(start[b], start[b + 1]):
                    held[territory[j]] += held[territory[j]] == n_members
                part_of[b], members[n_members] = count, b
                n_members += 1
                total += size[b]
                if n_members == TOGETHER:
                    break
        count += 1
    return part_of, count
