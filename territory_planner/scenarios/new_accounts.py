"""`AddAccounts` made: new accounts in their areas, or as units of their own among neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from territory_planner.config.hints import did_you_mean
from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray, TextArray
from territory_planner.domain.column import Column
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.scenario import AddAccounts
from territory_planner.domain.units import Accounts, Units
from territory_planner.geography.adjacency import NO_EDGES, gabriel_graph, sorted_edges
from territory_planner.geography.projection import to_plane
from territory_planner.intake.placement import NOWHERE
from territory_planner.intake.roll_up import NEAR_M
from territory_planner.intake.skills import split_skills
from territory_planner.scenarios.edit import EditError, applied, retargeted, territory_index
from territory_planner.scenarios.new_families import (
    FAMILY,
    joined_families,
    leaving,
    with_families,
    with_leavers,
)
from territory_planner.scenarios.new_places import areas_by_id, areas_by_place, placed
from territory_planner.scenarios.records import Record, number, tell, text

KEYS = (
    "id", "name", "latitude", "longitude", "postal_code", "city", "state", "country", "area",
    "current", "named", "skills", FAMILY,
)  # fmt: skip


@applied.register
def _(edit: AddAccounts, problem: Problem) -> Problem:
    if edit.file:
        raise EditError(
            f"the table '{edit.file}' has not been read. Read it with read_new_accounts, or give "
            "the accounts as records."
        )
    if not edit.accounts:
        raise EditError("there is no account to add. Give a table, or records.")
    faults: list[str] = []
    ids = _ids(edit.accounts, problem, faults)
    activity = _activity(edit.accounts, ids, problem, faults)
    _check_keys(edit.accounts, problem, faults)
    current = _current(edit.accounts, problem, faults)
    area = areas_by_id(edit.accounts, ids, problem, faults)
    lonlat, placed_by = placed(edit.accounts, ids, area, problem, faults)
    needs = [split_skills(text(record, "skills")) for record in edit.accounts]
    names = np.array(
        [text(r, "name") or i for r, i in zip(edit.accounts, ids.tolist(), strict=True)]
    )
    family = _family(edit, problem, ids, names, faults)
    apart = np.array([bool(record.get("named", False)) for record in edit.accounts])
    known = placed_by != NOWHERE
    if problem.units.shapes:
        # As intake has it: who requires what the neighbours do not leaves the area.
        apart = apart | np.array([bool(need) for need in needs])
        lost = known & ~apart & (area == NONE)
        area[lost] = areas_by_place(problem, lonlat[lost])
        left, apart = leaving(problem, family, area, apart)
        tell(
            faults, ids, lost & ~apart & (area == NONE),
            f"in no area, nor within {NEAR_M / 1000:g} km of one: correct the place, or add "
            "named = true",
        )  # fmt: skip
        own = apart
    else:
        own, left = np.ones(len(ids), dtype=np.bool_), np.zeros(problem.n_accounts, dtype=np.bool_)
    tell(faults, ids, own & np.isin(ids, problem.units.ids), "also the id of a unit: give another")
    if faults:
        raise EditError(*faults)
    problem = with_leavers(problem, left)
    xy = to_plane(problem.crs, lonlat)
    unit = np.where(own, problem.n_units + np.cumsum(own) - 1, area).astype(np.int32)
    columns = {
        name: Column.of(text(record, name) for record in edit.accounts)
        for name in problem.accounts.columns
    }
    new = Accounts(
        ids=ids,
        names=names,
        unit=unit,
        xy=xy,
        activity=activity,
        current=current,
        placed_by=placed_by,
        columns=columns,
    )
    more = _with_units(
        problem, ids[own], xy[own], apart[own], [needs[i] for i in np.flatnonzero(own)]
    )
    more = with_families(replace(more, accounts=problem.accounts.joined(new)), family)
    return retargeted(more, more.territories)


def _family(
    edit: AddAccounts, problem: Problem, ids: TextArray, names: TextArray, faults: list[str]
) -> IntArray:
    try:
        if edit.keep_together:
            return joined_families(problem, edit.accounts, ids, names)
    except EditError as error:
        faults += error.args
    return np.full(problem.n_accounts + len(ids), NONE, dtype=np.int32)


def _with_units(
    problem: Problem,
    ids: TextArray,
    xy: FloatArray,
    named: BoolArray,
    needs: Sequence[frozenset[str]],
) -> Problem:
    """Return the problem with more units: free, in no group, and neighbours of those around."""
    if not len(ids):
        return problem
    sets = list(problem.required_skills)
    for need in needs:
        if need not in sets:
            sets.append(need)
    for need in sets[len(problem.required_skills) :]:
        if not any(need <= t.skills for t in problem.territories):
            raise EditError(
                f"no rep has the skills '{'; '.join(sorted(need))}' that new accounts require. "
                "Remove them, or open a territory with them first."
            )
    units, none = problem.units, np.full(len(ids), NONE, dtype=np.int32)
    both = Units(
        ids=np.concatenate([units.ids, ids]),
        xy=np.concatenate([units.xy, xy]),
        named=np.concatenate([units.named, named]),
        shapes=(*units.shapes, *[b""] * len(ids)) if units.shapes else (),
    )
    return replace(
        problem,
        units=both,
        contiguity=_neighbours(problem, both),
        locked=np.concatenate([problem.locked, none]),
        group=np.concatenate([problem.group, none]),
        skill_class=np.concatenate([problem.skill_class, [sets.index(need) for need in needs]]),
        required_skills=tuple(sets),
    )


def _neighbours(problem: Problem, units: Units) -> IntArray:
    """Return the contiguity with new units in it.

    Where neighbours are those of the Gabriel graph and bridges, the graph is drawn again and the
    bridges stay; where they are known otherwise, new units are joined by the graph's edges alone.
    """
    edges, n = problem.contiguity, problem.n_units
    inside = np.flatnonzero(~units.named)
    if not len(edges) or inside[-1] < n:
        return edges
    before = inside[inside < n]
    was = before[gabriel_graph(units.xy[before])] if len(before) > 1 else NO_EDGES
    drawn = inside[gabriel_graph(units.xy[inside])]
    code = edges[:, 0].astype(np.int64) * n + edges[:, 1]
    old = was[:, 0].astype(np.int64) * n + was[:, 1]
    if np.isin(old, code).all():
        return sorted_edges(np.concatenate([drawn, edges[~np.isin(code, old)]]))
    return sorted_edges(np.concatenate([edges, drawn[(drawn >= n).any(axis=1)]]))


def _ids(records: Sequence[Record], problem: Problem, faults: list[str]) -> TextArray:
    ids = np.array([text(record, "id") for record in records])
    _, first = np.unique(ids, return_index=True)
    again = np.ones(len(ids), dtype=np.bool_)
    again[first] = False
    blank = ids == ""
    if blank.any():
        faults.append(
            f"{int(blank.sum())} of {len(ids)} new accounts have no id. Give each its id."
        )
    tell(faults, ids, again & ~blank, "there more than once: give each its own id")
    tell(faults, ids, np.isin(ids, problem.accounts.ids), "an account already: give another id")
    return ids


def _activity(
    records: Sequence[Record], ids: TextArray, problem: Problem, faults: list[str]
) -> FloatArray:
    activity = np.zeros((len(records), problem.n_measures))
    for q, measure in enumerate(problem.measures):
        said = [record.get(measure.name) for record in records]
        missing = np.array([value is None for value in said])
        numbers = np.array([number(value) for value in said])
        tell(faults, ids, missing, f"without {measure.name}: give a number, 0 where there is none")
        bad = ~missing & ~(np.isfinite(numbers) & (numbers >= 0))
        tell(faults, ids, bad, f"wrong in {measure.name}: write a number, 0 or more")
        activity[:, q] = np.where(bad | missing, 0.0, numbers)
    return activity


def _check_keys(records: Sequence[Record], problem: Problem, faults: list[str]) -> None:
    known = [*KEYS, *(m.name for m in problem.measures), *problem.accounts.columns]
    faults += [
        f"a new account has no '{key}'. {did_you_mean(key, known)}"
        for key in dict.fromkeys(key for record in records for key in record)
        if key not in known
    ]


def _current(records: Sequence[Record], problem: Problem, faults: list[str]) -> IntArray:
    found = {"": NONE}
    said = [text(record, "current") for record in records]
    for name in dict.fromkeys(filter(None, said)):
        try:
            found[name] = territory_index(problem, name)
        except EditError as error:
            found[name] = NONE
            faults += error.args
    return np.array([found[name] for name in said], dtype=np.int32)
