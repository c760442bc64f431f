"""Branch and price: the proof that no plan is better, or a better plan.

A branch lets one unit go to some centers only. Each part is bounded by `generation`, thinned by what
its bound rules out, and, once few territories are left, tried out by `enumeration`; else its unit
that is torn between the most distant centers is branched on. The part with the lowest bound is next.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.solving.medians.bound import Dual, possible
from territory_planner.solving.medians.enumeration import try_all
from territory_planner.solving.medians.generation import Generation, Pool
from territory_planner.solving.medians.model import MedianModel
from territory_planner.solving.medians.program import reachable
from territory_planner.solving.progress import Search

THINNINGS = 3


@dataclass(frozen=True, eq=False)
class Proof:
    """What branching knows at its end.

    Parameters
    ----------
    of, value
        The best plan below the ceiling and its value; None and the ceiling when there was none.
    bound
        No plan is better than this, nor than the value.
    may
        ``(n, n)`` the pairs (center, unit) that plans below the value may have.
    """

    of: IntArray | None
    value: float
    bound: float
    may: BoolArray


def thinned(model: MedianModel, may: BoolArray, dual: Dual, ceiling: float) -> BoolArray:
    """Return the pairs (center, unit) that plans below the ceiling may still have."""
    may = may & possible(model, dual, ceiling)
    for _ in range(THINNINGS):
        fewer = reachable(model, may)
        if (fewer == may).all():
            break
        may = fewer
    return may


def branch_and_price(
    model: MedianModel, may: BoolArray, dual: Dual, plans: list[IntArray], ceiling: float,
    search: Search,
) -> Proof | None:  # fmt: skip
    """Return what is proven about plans below the ceiling; None where territories are too many.

    Parameters
    ----------
    plans
        Good plans, whose territories are a beginning.
    """
    pool = Pool(model)
    for of in plans:
        pool.add_plan(of)
    generation = Generation(model, pool)
    best, value = None, ceiling
    open_parts: list[tuple[float, int, BoolArray, Dual]] = [(dual.bound, 0, may, dual)]
    closed, n_parts = np.inf, 1
    while open_parts and not search.is_over():
        bound, _, may, dual = heapq.heappop(open_parts)
        if bound >= value:
            continue
        raised = generation.raised(may, dual, value, search)
        dual = raised.dual
        if n_parts == 1 and not raised.share.any():
            return None
        if dual.bound >= value:
            continue
        may = thinned(model, may, dual, value)
        tried = try_all(model, may, dual, value)
        if tried is not None:
            best, value = (best, value) if tried.of is None else (tried.of, tried.value)
            continue
        parts = _parts(model, may, raised.share)
        if not parts:
            closed = min(closed, dual.bound)
            continue
        for part in parts:
            heapq.heappush(open_parts, (dual.bound, n_parts, part, dual))
            n_parts += 1
        search.improved_bound(min(closed, open_parts[0][0]), "branch and price")
    left = [part for part in open_parts if part[0] < value]
    bound = min([closed, value, *(part[0] for part in left)])
    union = np.zeros(may.shape, dtype=np.bool_)
    for part in left:
        union |= part[2]
    return Proof(best, value, bound, union if np.isinf(closed) else np.ones_like(union))


def _parts(model: MedianModel, may: BoolArray, share: FloatArray) -> list[BoolArray]:
    """Return the two parts of a problem in which one unit goes to these centers, or to those."""
    xy = model.xy
    weight = share / np.maximum(share.sum(axis=0), 1e-12)
    mean = weight.T @ xy
    spread = (weight.T @ (xy**2).sum(axis=1) - (mean**2).sum(axis=1)) * (may.sum(axis=0) > 1)
    # Of units that are torn alike the heavy ones decide more.
    load = (model.activity / np.maximum(model.upper, 1e-300)).max(axis=1, initial=0.0)
    i = int(np.argmax(np.maximum(spread, 0) * (load + 1e-3)))
    centers = np.flatnonzero(may[:, i])
    if len(centers) < 2:
        return []
    offset = xy[centers] - mean[i]
    pull = weight[centers, i] + 1e-6
    _, vectors = np.linalg.eigh((offset * pull[:, None]).T @ offset)
    along = offset @ vectors[:, -1]
    order = np.argsort(along, kind="stable")
    cut = int(np.searchsorted(np.cumsum(pull[order]), 0.5 * pull.sum())) + 1
    cut = min(max(cut, 1), len(centers) - 1)
    parts = []
    for barred in (centers[order[:cut]], centers[order[cut:]]):
        part = may.copy()
        part[barred, i] = False
        parts.append(part & part.diagonal()[:, None])
    return parts
