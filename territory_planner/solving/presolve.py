"""Presolve: conflicts that need no search, each named with its two numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE, Problem
from territory_planner.errors import Conflict
from territory_planner.evaluation.balance import BAND_TOLERANCE, band_limits
from territory_planner.geography.adjacency import piece_labels
from territory_planner.solving.model import Model

SHOWN = 5


def conflicts(problem: Problem, criteria: Criteria) -> list[Conflict]:
    """Return every conflict that is plain from the data; an empty list promises nothing."""
    return [
        *_no_territories(problem),
        *_nowhere_to_go(problem),
        *_split_locks(problem),
        *_totals(problem, criteria),
        *_heavy_locks(problem, criteria),
        *_heavy_units(problem, criteria),
        *_apart(problem, criteria),
    ]


def stranded(problem: Problem, criteria: Criteria, model: Model) -> list[Conflict]:
    """Return the conflicts of units and groups that no territory may have."""
    ids, found = problem.units.ids, []
    nowhere = np.flatnonzero(np.diff(model.start) == 0)
    size = np.bincount(model.atom_of, minlength=model.n_atoms)
    for a in nowhere[size[nowhere] > 1][:SHOWN]:
        members = np.flatnonzero(model.atom_of == a)
        found.append(
            Conflict(
                (
                    f"the {len(members)} units {', '.join(ids[members[:SHOWN]])} are kept together",
                    "0 territories may have all of them: locks, skills, forbidden pairs or the "
                    "largest distance keep them apart",
                ),
                "Release one of their locks, or take the group apart.",
            )
        )
    alone = np.flatnonzero(np.isin(model.atom_of, nowhere[size[nowhere] == 1]))
    if alone.size and criteria.max_distance_km is not None:
        far = problem.distance_km(problem.units.xy[alone][:, None], problem.home)
        nearest = np.nanmin(far, axis=1)
        worst, farthest = ids[alone[np.argmax(nearest)]], float(nearest.max())
        near, distance = _told_apart(criteria.max_distance_km, farthest)
        count = "1 unit has" if alone.size == 1 else f"{alone.size:,} units have"
        found.append(
            Conflict(
                (
                    f"no unit farther than {near} km from its center",
                    f"{count} no eligible home that near; {worst} is {distance} km from the next",
                ),
                f"Raise max_distance_km to {np.ceil(farthest):,.0f} at least, or lock these units.",
            )
        )
    return found


def amount(problem: Problem, q: int, value: float) -> str:
    """Return a quantity of a measure as a reader sees it: ``1,910 h/yr of workload``."""
    measure = problem.measures[q]
    digits = 0 if abs(value) >= 100 else 2
    return f"{value:,.{digits}f} {measure.unit} of {measure.name}"


def _no_territories(problem: Problem) -> Iterator[Conflict]:
    if not problem.n_units:
        yield Conflict(("a plan assigns units to territories", "there are 0 units"), "Add a unit.")
    if problem.n_units and not problem.n_territories:
        yield Conflict(
            ("every unit belongs to a territory", "there are 0 territories"), "Add a territory."
        )


def _nowhere_to_go(problem: Problem) -> Iterator[Conflict]:
    """Yield locks that a rule forbids, and skills that nobody left has."""
    if not problem.n_territories:
        return
    barred = {(int(i), int(k)) for i, k in problem.forbidden}
    count_barred = np.bincount(problem.forbidden[:, 0], minlength=problem.n_units)
    able = problem.allowed.sum(axis=1)
    ids, names = problem.units.ids, [t.id for t in problem.territories]
    for i in np.flatnonzero(problem.locked != NONE):
        k = int(problem.locked[i])
        if (int(i), k) in barred:
            yield Conflict(
                (
                    f"unit {ids[i]} is locked to {names[k]}",
                    f"unit {ids[i]} may not go to {names[k]}",
                ),
                "Release the lock or the forbidden pair.",
            )
        elif not problem.allowed[problem.skill_class[i], k]:
            need = ", ".join(sorted(problem.required_skills[problem.skill_class[i]]))
            yield Conflict(
                (f"unit {ids[i]} is locked to {names[k]}", f"unit {ids[i]} requires {need}"),
                f"Release the lock, or give {names[k]} the skill.",
            )
    alone = able[problem.skill_class] <= count_barred
    for i in np.flatnonzero(alone & (problem.locked == NONE)):
        left = problem.allowed[problem.skill_class[i]].copy()
        left[[k for j, k in barred if j == i]] = False
        if not left.any():
            need = ", ".join(sorted(problem.required_skills[problem.skill_class[i]]))
            can = f"{able[problem.skill_class[i]]} of {problem.n_territories} territories"
            yield Conflict(
                (
                    f"unit {ids[i]} belongs to one of the {can} that can serve it"
                    + (f" (it requires {need})" if need else ""),
                    f"{count_barred[i]} territories are forbidden to it",
                ),
                "Allow one of the territories" + (", or give a rep the skills." if need else "."),
            )


def _split_locks(problem: Problem) -> Iterator[Conflict]:
    """Yield groups whose members are locked to different territories."""
    members = np.flatnonzero((problem.group != NONE) & (problem.locked != NONE))
    seen: dict[int, int] = {}
    names = [t.id for t in problem.territories]
    for i in members:
        first = seen.setdefault(int(problem.group[i]), int(i))
        if problem.locked[first] != problem.locked[i]:
            a, b = problem.units.ids[first], problem.units.ids[i]
            yield Conflict(
                (
                    f"units {a} and {b} are kept together",
                    f"{a} is locked to {names[problem.locked[first]]} and {b} to "
                    f"{names[problem.locked[i]]}",
                ),
                "Release one of the two locks, or the group.",
            )


def _totals(problem: Problem, criteria: Criteria) -> Iterator[Conflict]:
    """Yield bands that all territories together cannot fill, or cannot hold."""
    lower, upper = band_limits(problem, criteria)
    for name in criteria.bands:
        q = problem.measure_index(name)
        total, least, most = problem.activity[:, q].sum(), lower[:, q].sum(), upper[:, q].sum()
        slack = BAND_TOLERANCE * max(total, 1.0) * 10
        if least > total + slack:
            words = f"the lower limits of all territories add up to {amount(problem, q, least)}"
        elif most < total - slack:
            words = f"the upper limits of all territories add up to {amount(problem, q, most)}"
        else:
            continue
        yield Conflict(
            (f"all units together carry {amount(problem, q, total)}", words),
            f"Set the targets of {name} so that they add up to {amount(problem, q, total)}.",
        )


def _heavy_locks(problem: Problem, criteria: Criteria) -> Iterator[Conflict]:
    """Yield territories whose locks alone are over the upper limit."""
    _, upper = band_limits(problem, criteria)
    locked = np.flatnonzero(problem.locked != NONE)
    load = np.zeros(problem.target.shape)
    np.add.at(load, problem.locked[locked], problem.activity[locked])
    for k, q in np.argwhere(load > upper * (1 + BAND_TOLERANCE)):
        band = criteria.bands[problem.measures[q].name]
        count = int((problem.locked == k).sum())
        territory = problem.territories[k]
        yield Conflict(
            (
                f"{count} {'unit' if count == 1 else 'units'} locked to {territory.id} carry "
                f"{amount(problem, q, load[k, q])}",
                f"{problem.measures[q].name} of {territory.id} at most {band.upper:+.1%} of "
                f"{amount(problem, q, problem.target[k, q])}, that is {upper[k, q]:,.0f}",
            ),
            _remedy(problem, int(k), int(q), load[k, q], upper[k, q]),
        )


def _remedy(problem: Problem, k: int, q: int, load: float, limit: float) -> str:
    """Return the smallest change that would let a territory's locks fit its limit."""
    weights: FloatArray = np.sort(problem.activity[problem.locked == k, q])[::-1]
    enough = np.flatnonzero(np.cumsum(weights) >= load - limit)
    release = int(enough[0]) + 1 if enough.size else len(weights)
    target = problem.target[k, q]
    raised = f"+{load / target - 1:.1%} of target" if target > 0 else "the target is 0"
    locks = (
        f"the lock of {len(weights)}"
        if len(weights) == 1
        else f"{release} of its {len(weights)} locks"
    )
    return (
        f"Smallest change that would do: raise the upper limit of {problem.territories[k].id} to "
        f"{amount(problem, q, load)} ({raised}), or release {locks}."
    )


def _heavy_units(problem: Problem, criteria: Criteria) -> Iterator[Conflict]:
    """Yield units or groups that are heavier than every territory they may belong to can hold."""
    _, upper = band_limits(problem, criteria)
    key = np.where(
        problem.group == NONE, np.arange(problem.n_units), problem.n_units + problem.group
    )
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    load = np.zeros((len(first), problem.n_measures))
    np.add.at(load, inverse, problem.activity)
    for name in criteria.bands:
        q = problem.measure_index(name)
        roomiest = int(np.argmax(upper[:, q]))
        limit = upper[roomiest, q]
        for a in np.flatnonzero(load[:, q] > limit * (1 + BAND_TOLERANCE))[:SHOWN]:
            i = first[a]
            yield Conflict(
                (
                    f"{_named(problem, i)} carries {amount(problem, q, load[a, q])}",
                    f"no territory may hold more than {amount(problem, q, limit)} "
                    f"({problem.territories[roomiest].id})",
                ),
                f"Widen the band of {name}, split the account, or take the group apart.",
            )


def _named(problem: Problem, i: int) -> str:
    """Return a unit, or the family that is kept together with it, in words."""
    if problem.group[i] == NONE:
        return f"unit {problem.units.ids[i]}"
    ids = problem.units.ids[problem.group == problem.group[i]]
    more = f" and {len(ids) - SHOWN:,} more" if len(ids) > SHOWN else ""
    return f"the family of {', '.join(ids[:SHOWN])}{more}, kept together,"


def _told_apart(limit: float, value: float) -> tuple[str, str]:
    """Return two numbers with as many digits as it takes to tell them apart."""
    told = [(f"{limit:,.{digits}f}", f"{value:,.{digits}f}") for digits in range(7)]
    return next((pair for pair in told if pair[0] != pair[1]), told[-1])


def _apart(problem: Problem, criteria: Criteria) -> Iterator[Conflict]:
    """Yield territories with locks in two parts of the map that nothing joins."""
    if not criteria.contiguous:
        return
    part = piece_labels(problem.n_units, problem.map_edges)
    on_map = ~problem.units.named
    count = len(np.unique(part[on_map]))
    if count > problem.n_territories:
        yield Conflict(
            (
                f"the map is in {count} parts that no edge joins",
                f"{problem.n_territories} territories, each in one piece",
            ),
            "Join the parts by bridges, or switch contiguity off.",
        )
    for k in range(problem.n_territories):
        mine = np.flatnonzero(on_map & (problem.locked == k))
        if len(np.unique(part[mine])) > 1:
            other = mine[part[mine] != part[mine[0]]][0]
            yield Conflict(
                (
                    f"units {problem.units.ids[mine[0]]} and {problem.units.ids[other]} are both "
                    f"locked to {problem.territories[k].id}",
                    "they lie in two parts of the map that no edge joins, and each territory is "
                    "one piece",
                ),
                "Join the parts by a bridge, or release one of the two locks.",
            )
