"""Territories of several sides matched with those of one: by id, else by best overlap.

Ids that both sides have are the same territory. The others are matched so that the pairs share as
many accounts as possible (a maximum weight matching of a sparse bipartite graph); a pair that
shares less than a quarter of the smaller one's accounts is none, and its territories stand alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from territory_planner.domain.arrays import IntArray
from territory_planner.domain.problem import NONE
from territory_planner.scenarios.side import Side, reference, shared_accounts

LEAST_OVERLAP = 0.25
ALONE = 0.5
"""What it is worth to leave a territory alone: less than one account in common."""


@dataclass(frozen=True)
class Match:
    """A territory of one side taken for one of the reference that has another id.

    Parameters
    ----------
    side, territory, other
        The side's index, its territory's, and that of the reference's territory.
    share
        The share of the territory's accounts that the other one has as well.
    """

    side: int
    territory: int
    other: int
    share: float


@dataclass(frozen=True, eq=False)
class Matching:
    """Which territories of several sides are the same.

    Parameters
    ----------
    sides
        What is matched; the first plan is the reference.
    ids
        One id per matched territory: the reference's, then those that only others have.
    joint
        Per side ``(n_territories,)``: index into `ids`.
    matches
        The pairs whose ids differ.
    """

    sides: tuple[Side, ...]
    ids: tuple[str, ...]
    joint: tuple[IntArray, ...]
    matches: tuple[Match, ...]

    def own(self, side: int) -> IntArray:
        """Return ``(len(ids),)``: the side's own index of each, ``NONE`` where it has none."""
        result = np.full(len(self.ids), NONE, dtype=np.int32)
        result[self.joint[side]] = np.arange(len(self.joint[side]))
        return result

    def told(self) -> tuple[str, ...]:
        """Return in words which territories are matched although their ids differ."""
        known = reference(self.sides)
        return tuple(
            f"{self.sides[m.side].problem.territories[m.territory].id} of "
            f"{self.sides[m.side].name} is matched with {known.problem.territories[m.other].id} "
            f"of {known.name}: {m.share:.0%} of its accounts."
            for m in self.matches
        )


def matched(sides: Sequence[Side]) -> Matching:
    """Return which territories of all sides are the same."""
    known = reference(sides)
    ids = [t.id for t in known.problem.territories]
    of_id = {name: k for k, name in enumerate(ids)}
    joint, matches = [], []
    for s, side in enumerate(sides):
        own = [t.id for t in side.problem.territories]
        to = np.array([of_id.get(name, NONE) for name in own], dtype=np.int32)
        # What only an earlier side has is known by now, but is no territory of the reference.
        to[to >= known.problem.n_territories] = NONE
        for k, other, share in _by_overlap(side, known, to):
            to[k] = other
            matches.append(Match(s, k, other, share))
        for k in map(int, np.flatnonzero(to == NONE)):
            if own[k] not in of_id:
                of_id[own[k]] = len(ids)
                ids.append(own[k])
            to[k] = of_id[own[k]]
        joint.append(to)
    return Matching(tuple(sides), tuple(ids), tuple(joint), tuple(matches))


def _by_overlap(side: Side, known: Side, to: IntArray) -> list[tuple[int, int, float]]:
    """Return (territory, the reference's, share of its accounts) of those that have no match."""
    free = np.flatnonzero(to == NONE)
    others = np.setdiff1d(np.arange(known.problem.n_territories), to)
    if not free.size or not others.size:
        return []
    from scipy.sparse import coo_array, eye_array, hstack
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    mine, theirs = shared_accounts(side, known)
    a, b = side.of[mine], known.of[theirs]
    row, column = np.searchsorted(free, a), np.searchsorted(others, b)
    inside = (a != NONE) & (b != NONE) & np.isin(a, free) & np.isin(b, others)
    pairs, count = np.unique(
        np.column_stack([row[inside], column[inside]]), axis=0, return_counts=True
    )
    size = np.bincount(a[a != NONE], minlength=side.problem.n_territories)[free]
    size_other = np.bincount(b[b != NONE], minlength=known.problem.n_territories)[others]
    least = np.minimum(size[pairs[:, 0]], size_other[pairs[:, 1]])
    near = count >= LEAST_OVERLAP * least
    pairs, count = pairs[near], count[near]
    overlap = coo_array(
        (count.astype(np.float64), (pairs[:, 0], pairs[:, 1])), shape=(len(free), len(others))
    )
    # A column of its own lets every territory stay alone, so that a full matching exists.
    alone = eye_array(len(free)) * ALONE
    rows, columns = min_weight_full_bipartite_matching(
        hstack([overlap, alone], format="csr"), maximize=True
    )
    found = []
    shared = {(int(r), int(c)): int(n) for (r, c), n in zip(pairs, count, strict=True)}
    for r, c in zip(rows, columns, strict=True):
        if c < len(others):
            share = shared[int(r), int(c)] / max(int(size[r]), 1)
            found.append((int(free[r]), int(others[c]), share))
    return found
