"""Compiled search for the best plan made of listed territories.

Every unit lies in one territory of a plan (19): an exact cover, tried unit by unit, the units with
the fewest territories first. The reduced costs of a plan's territories add up to at most the gap,
which leaves little choice after the first few.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[Any]
Bools = NDArray[np.bool_]
Words = NDArray[np.uint64]

WORD = 64


def as_words(rows: Bools) -> Words:
    """Return ``(n_rows, n_words)`` boolean rows packed into words."""
    width = -(-rows.shape[1] // WORD)
    padded = np.zeros((len(rows), width * WORD), dtype=np.bool_)
    padded[:, : rows.shape[1]] = rows
    packed = np.packbits(padded, axis=1, bitorder="little")
    return np.ascontiguousarray(packed).view(np.uint64)


@njit(cache=True, nogil=True)
def _has(words: Words, i: int) -> bool:
    return (words[i // WORD] >> np.uint64(i % WORD)) & np.uint64(1) != 0


@njit(cache=True, nogil=True)
def cover(
    words: Words, reduced: Floats, cost: Floats, start: Ints, listed: Ints, order: Ints,
    n_territories: int, may_be_empty: bool, budget: float, ceiling: float, most_nodes: int,
    best: Ints,
) -> tuple[float, int]:  # fmt: skip
    """Return the value of the best plan below a ceiling, and the nodes looked at; -1 if too many.

    Parameters
    ----------
    words, reduced, cost
        ``(n_listed, n_words)`` units, and reduced cost and cost in km of each listed territory.
    start, listed
        The listed territories that hold each unit, in CSR form, by reduced cost.
    order
        ``(n,)`` the units, those in the fewest territories first.
    budget
        What the reduced costs may add up to below the ceiling.
    best
        ``(n,)`` territories of the best plan; written.
    """
    n, width = len(order), words.shape[1]
    covered = np.zeros((n_territories + 1, width), dtype=np.uint64)
    left, value = np.zeros(n_territories + 1), np.zeros(n_territories + 1)
    place = np.zeros(n_territories + 1, dtype=np.int64)
    at = np.zeros(n_territories + 1, dtype=np.int64)
    chosen = np.zeros(n_territories + 1, dtype=np.int64)
    left[0], at[0] = budget, start[order[0]]
    depth, nodes = 0, 0
    while depth >= 0:
        if depth == n_territories or at[depth] == start[order[place[depth]] + 1]:
            depth -= 1
            continue
        c = listed[at[depth]]
        at[depth] += 1
        if reduced[c] > left[depth]:
            depth -= 1
            continue
        nodes += 1
        if nodes > most_nodes:
            return ceiling, -1
        is_free = True
        for w in range(width):
            if words[c, w] & covered[depth, w]:
                is_free = False
                break
        if not is_free:
            continue
        chosen[depth] = c
        covered[depth + 1] = covered[depth] | words[c]
        left[depth + 1] = left[depth] - reduced[c]
        value[depth + 1] = value[depth] + cost[c]
        # Every unit before this one in the order is covered already.
        after = place[depth] + 1
        while after < n and _has(covered[depth + 1], order[after]):
            after += 1
        depth += 1
        if after < n:
            place[depth], at[depth] = after, start[order[after]]
            continue
        if value[depth] < ceiling and (may_be_empty or depth == n_territories):
            for d in range(depth):
                left[d] -= ceiling - value[depth]
                for i in range(n):
                    if _has(words[chosen[d]], i):
                        best[i] = d
            ceiling = value[depth]
        depth -= 1
    return ceiling, nodes
