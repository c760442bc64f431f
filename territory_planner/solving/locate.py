"""Location of free centers (6): cut the map in halves, then alternate balanced cells and medians.

The halves carry equal parts of all weight, so that there are as many centers in a region as its
weight asks for; after Cooper's alternating heuristic for the location-allocation problem, with
cells balanced by prices in the manner of Aurenhammer, Hoffmann & Aronov (1998), doi
10.1007/PL00009187.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial import KDTree

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import METRES, NONE, Problem
from territory_planner.evaluation.compactness import unit_weight
from territory_planner.geography.adjacency import piece_labels
from territory_planner.solving import cells
from territory_planner.solving.progress import Search

STARTS = 24
UNITS_OF_STARTS = 200_000
"""Of all starts together: the more units, the fewer starts."""
STARTS_SHARE = 0.15
"""Of the time limit, after which no other start is begun."""
ROUNDS = 20
"""Of cells and medians."""
HEATS = (0.25, 0.02)
"""First and last temperature of the cells, in mean distances."""
STIFFNESS = 0.1
"""Of the cells' limits, in temperatures."""
PINNED_FROM = 8
"""Round from which on units heavier than a band is wide stay in their cells."""
NEWTON_STEPS = 3
NEWTON_STEPS_ENDS = 12
WITHIN = 0.9
"""Share of the narrowest band that the cells' weights may use."""
EACH_DIRECTION = 3
TURN = 0.5
"""Standard deviation in radians by which a cut turns from the short axis of what it cuts."""
MOST_CENTERS = 3000
"""Centers up to which Newton's method balances the cells; beyond, the halves stand."""
MEDIAN_STEPS = 2


@dataclass(frozen=True, eq=False)
class Located:
    """Where centers stand, and the cells around them.

    Parameters
    ----------
    center
        ``(n_territories, 2)`` in metres.
    of
        ``(n_units,)`` the cell each unit lies in.
    value
        The weighted mean distance to the centers in km, dearer by the balance that is missed.
    price
        ``(n_territories, n_balanced)`` km of objective per unit of activity at which the cells
        are balanced; on the map per share of all distance weight.
    """

    center: FloatArray
    of: IntArray
    value: float
    price: FloatArray


def begun_at(problem: Problem, criteria: Criteria) -> FloatArray:
    """Return ``(n_territories, 2)`` where centers stand or begin; NaN for anywhere."""
    begins = criteria.centers in ("home", "seed")
    return problem.home.copy() if begins else np.full_like(problem.home, np.nan)


def located(
    problem: Problem, criteria: Criteria, search: Search, rng: np.random.Generator
) -> list[Located]:
    """Return several placements of the free centers with their cells, the best first."""
    fixed = begun_at(problem, criteria)
    starts = int(np.clip(UNITS_OF_STARTS // max(problem.n_units, 1), 1, STARTS))
    found = []
    for _ in range(starts):
        found.append(_placed(problem, criteria, fixed, rng))
        if search.seconds > STARTS_SHARE * search.options.time_limit_s:
            break
    return sorted(found, key=lambda placed: placed.value)


def _placed(
    problem: Problem, criteria: Criteria, fixed: FloatArray, rng: np.random.Generator
) -> Located:
    """Return one placement: each part of the map that no edge joins has centers of its own."""
    xy, weight = problem.units.xy / METRES, unit_weight(problem, criteria)
    weight = weight / weight.sum()
    activity, target, total = _balanced(problem, criteria, weight)
    worth = (criteria.worth("distance"), criteria.worth("inertia"))
    share = _share(problem, criteria)
    center = np.tile(np.average(xy, axis=0, weights=weight), (len(share), 1))
    of, value, price = np.zeros(len(xy), dtype=np.int32), 0.0, np.zeros(target.shape)
    for units, territories in _allotted(_part_of(problem, criteria), weight, share):
        mine, parts = weight[units], share[territories]
        cell = _halved(xy[units], mine, parts, rng)
        town = _Town(
            np.ascontiguousarray(xy[units]), mine, np.ascontiguousarray(activity[units]), worth,
            fixed[territories] / METRES, criteria.centers == "home",
        )  # fmt: skip
        held, wanted = town.activity.sum(axis=0), target[territories]
        room = held / np.maximum(wanted.sum(axis=0), 1e-300) * wanted
        center[territories], cell, cost, price[territories] = town.settled(
            cell, _limits(criteria, room)
        )
        of[units] = territories[cell]
        value += cost
    return Located(center * METRES, of, value, price / total)


def _share(problem: Problem, criteria: Criteria) -> FloatArray:
    """Return ``(n_territories,)``: the part of all weight that each territory should have."""
    banded = [problem.measure_index(name) for name in criteria.bands]
    target = problem.target[:, banded] if banded else np.ones((problem.n_territories, 1))
    part = (target / np.maximum(target.sum(axis=0), 1e-300)).mean(axis=1)
    total = part.sum()
    return part / total if total > 0 else np.full(len(part), 1 / len(part))


def _balanced(
    problem: Problem, criteria: Criteria, weight: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what cells are balanced by: activity, targets, and the total of each measure.

    On the map that is the distance weight alone: with one measure the cheapest cell is a matter of
    place, where the prices of several interleave the cells.
    """
    if criteria.contiguous or not criteria.bands:
        return weight[:, None], _share(problem, criteria)[:, None], np.ones(1)
    banded = [problem.measure_index(name) for name in criteria.bands]
    total = np.maximum(problem.activity.sum(axis=0)[banded], 1e-300)
    return problem.activity[:, banded] / total, problem.target[:, banded] / total, total


def _limits(criteria: Criteria, room: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the least and largest activity of each cell: a little inside the bands.

    Where the cells are balanced by one measure for all, inside the narrowest.
    """
    bands = list(criteria.bands.values())
    lower = np.array([band.lower for band in bands])
    upper = np.array([band.upper for band in bands])
    if room.shape[1] != len(bands):
        lower, upper = lower.max(initial=-1.0), upper.min(initial=np.inf)
    largest = np.minimum((1 + WITHIN * upper) * room, np.maximum(room.sum(axis=0), 1e-300))
    return np.maximum(1 + WITHIN * lower, 0.0) * room, np.maximum(largest, room)


def _part_of(problem: Problem, criteria: Criteria) -> IntArray:
    """Return ``(n_units,)``: the part of the map each unit lies in, named accounts the nearest."""
    if not criteria.contiguous:
        return np.zeros(problem.n_units, dtype=np.int32)
    part, named = piece_labels(problem.n_units, problem.map_edges), problem.units.named
    if named.any() and not named.all():
        on_map = np.flatnonzero(~named)
        _, nearest = KDTree(problem.units.xy[on_map]).query(problem.units.xy[named])
        part[named] = part[on_map[nearest]]
    return np.unique(part, return_inverse=True)[1]


def _allotted(
    part: IntArray, weight: FloatArray, share: FloatArray
) -> Iterator[tuple[IntArray, IntArray]]:
    """Yield the units of each part of the map, and the territories that are to divide them.

    The territory with the largest share goes where most weight is still unserved; none is left
    over for a part that would have no territory at all.
    """
    left = np.bincount(part, weight).astype(np.float64)
    chosen = np.zeros(len(share), dtype=np.int64)
    is_served = np.zeros(len(left), dtype=np.bool_)
    order = np.argsort(-share, kind="stable")
    for i, k in enumerate(order):
        must = ~is_served if (~is_served).sum() >= len(order) - i else np.ones_like(is_served)
        chosen[k] = np.flatnonzero(must)[np.argmax(left[must])]
        left[chosen[k]] -= share[k]
        is_served[chosen[k]] = True
    for p in np.flatnonzero(is_served):
        yield np.flatnonzero(part == p), np.flatnonzero(chosen == p)


def _halved(
    xy: FloatArray, weight: FloatArray, share: FloatArray, rng: np.random.Generator
) -> IntArray:
    """Return ``(n_units,)`` cells: halves of halves, each with its share of the weight.

    Each cut runs across the longer axis of what it cuts, turned a little at random.
    """
    of = np.zeros(len(xy), dtype=np.int32)
    rest = [(np.arange(len(xy)), 0, len(share))]
    while rest:
        units, first, last = rest.pop()
        of[units] = first
        if last - first < 2 or not units.size:
            continue
        middle = (first + last) // 2
        mine = weight[units]
        offset = xy[units] - np.average(xy[units], axis=0, weights=mine)
        _, axes = np.linalg.eigh((offset * mine[:, None]).T @ offset)
        angle = np.arctan2(axes[1, 1], axes[0, 1]) + TURN * rng.normal()
        order = np.argsort(offset @ (np.cos(angle), np.sin(angle)), kind="stable")
        one, both = share[first:middle].sum(), share[first:last].sum()
        ratio = one / both if both > 0 else 0.5
        cut = int(np.searchsorted(np.cumsum(mine[order]), ratio * mine.sum()))
        rest += [(units[order[:cut]], first, middle), (units[order[cut:]], middle, last)]
    return of


@dataclass(frozen=True, eq=False)
class _Town:
    """Units whose cells and centers are being settled; positions in km.

    Centers begin where they are ``fixed``, NaN for anywhere, and stay there if they are ``held``.
    """

    xy: FloatArray
    weight: FloatArray
    activity: FloatArray
    worth: tuple[float, float]
    fixed: FloatArray
    held: bool

    def settled(
        self, of: IntArray, limits: tuple[FloatArray, FloatArray]
    ) -> tuple[FloatArray, IntArray, float, FloatArray]:
        """Return centers and cells after some rounds of balance and medians, cost and prices."""
        center = self._means(of, len(self.fixed))
        center, of, free = self._with_fixed(center, of)
        for _ in range(MEDIAN_STEPS):
            cost = self._moved(of, center, free)
        price = np.zeros((len(center), self.activity.shape[1]))
        missed = 0.0
        mean = max(cost / max(float(self.weight.sum()), 1e-300), 1e-9)
        heats = mean * np.geomspace(*HEATS, ROUNDS) if len(center) <= MOST_CENTERS else ()
        heavy, pinned = self._heavy(limits), np.zeros(len(of), dtype=np.bool_)
        for r, heat in enumerate(heats):
            if r >= PINNED_FROM and heavy.size:
                # The heaviest first, so that prices settle before the next are pinned.
                pinned[heavy[: (len(heavy) + 1) // 2]] = True
                heavy = heavy[(len(heavy) + 1) // 2 :]
            near = cells.nearby(center, EACH_DIRECTION)
            steps = NEWTON_STEPS if 0 < r < ROUNDS - 1 else NEWTON_STEPS_ENDS
            missed = cells.balance(
                self.xy, self.weight, self.activity, pinned, of, center, price, limits, near,
                self.worth, float(heat), STIFFNESS * float(heat), steps,
            )  # fmt: skip
            for _ in range(MEDIAN_STEPS):
                cost = self._moved(of, center, free)
        return center, of, cost * (1 + max(missed - cells.BALANCED, 0.0)), price

    def _heavy(self, limits: tuple[FloatArray, FloatArray]) -> IntArray:
        """Return the units heavier than the bands are wide, the heaviest first."""
        width = np.maximum((limits[1] - limits[0]).mean(axis=0), 1e-300)
        widths = (self.activity / width).max(axis=1)
        heavy = np.flatnonzero(widths > 1)
        result: IntArray = heavy[np.argsort(-widths[heavy], kind="stable")]
        return result

    def _moved(self, of: IntArray, center: FloatArray, free: BoolArray) -> float:
        return cells.toward_medians(self.xy, self.weight, of, center, free, self.worth)

    def _means(self, of: IntArray, n: int) -> FloatArray:
        """Return the weighted mean of each cell; of everything for an empty one."""
        total = np.bincount(of, self.weight, n)
        sums = [np.bincount(of, self.weight * self.xy[:, axis], n) for axis in (0, 1)]
        middle = np.average(self.xy, axis=0, weights=self.weight)
        filled = (total > 0)[:, None]
        return np.where(filled, np.column_stack(sums) / np.maximum(total, 1e-300)[:, None], middle)

    def _with_fixed(
        self, center: FloatArray, of: IntArray
    ) -> tuple[FloatArray, IntArray, BoolArray]:
        """Return the centers with the nearest ones moved to where some begin or must stand."""
        free = np.isnan(self.fixed[:, 0])
        if free.all():
            return center, of, free
        held = np.flatnonzero(~free)
        far = np.hypot(*(self.fixed[held][:, None] - center).transpose(2, 0, 1))
        row, column = linear_sum_assignment(far)
        # The cell nearest to a fixed center takes its place, and its name.
        name = np.full(len(center), NONE)
        name[column] = held[row]
        name[name == NONE] = np.flatnonzero(free)
        placed = np.empty_like(center)
        placed[name] = center
        placed[held] = self.fixed[held]
        return placed, name[of].astype(np.int32), free | (not self.held)
