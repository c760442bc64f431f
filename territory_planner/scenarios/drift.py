"""`drift`: what the field has changed by hand since a plan went live, and what that did.

An account is in place when its owner holds the territory that the plan gives it. Where that
territory is vacant nobody of the plan can own it, so that it is in place as long as it is marked
with the territory, or its owner is still the one of before. Everything is measured account by
account and against the plan's own targets; an account that nobody of the plan owns weighs nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.alignment import Alignment, accounts_as_units
from territory_planner.domain.arrays import IntArray
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE
from territory_planner.domain.territory import Territory
from territory_planner.intake.owners import long_id
from territory_planner.scenarios.compare import Comparison, compare

IN_PLACE, MOVED, UNOWNED, OUTSIDE, GONE, NEW = (
    "in place", "moved", "owned by nobody", "owned outside the plan", "gone", "new",
)  # fmt: skip
CHANGES = (MOVED, UNOWNED, OUTSIDE, GONE, NEW)


@dataclass(frozen=True)
class Held:
    """One account as the field holds it.

    Parameters
    ----------
    id, name
        Its key and what it is called.
    owner, territory
        Who owns it and the territory it is marked with, in the field's own words; "" for none.
    """

    id: str
    name: str = ""
    owner: str = ""
    territory: str = ""


@dataclass(frozen=True, eq=False)
class Drift:
    """What has become of a plan.

    Parameters
    ----------
    plan
        The plan that went live.
    what
        ``(n_accounts,)`` what became of each account: one of "in place", "moved", "owned by
        nobody", "owned outside the plan" and "gone".
    now
        ``(n_accounts,)`` index of the territory that has it, ``NONE`` where none has.
    holder
        ``(n_accounts,)`` who owns it now, as a person says it.
    new
        Accounts that the plan does not know, with the territory that has each (``NONE`` where
        none has) and who owns it.
    """

    plan: Plan
    what: NDArray[np.object_]
    now: IntArray
    holder: NDArray[np.object_]
    new: tuple[tuple[Held, int, str], ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many accounts became what."""
        found = Counter(self.what.tolist())
        return {what: found[what] for what in (IN_PLACE, *CHANGES[:-1])} | {NEW: len(self.new)}

    @cached_property
    def comparison(self) -> Comparison:
        """The plan and what is there now, side by side; what changed hands did so since."""
        planned = self.plan.alignment.of_accounts(self.plan.problem)
        problem = accounts_as_units(self.plan.problem)
        problem = replace(problem, accounts=replace(problem.accounts, current=planned))
        before = replace(self.plan, problem=problem, alignment=Alignment(planned))
        after = replace(before, alignment=Alignment(self.now))
        return compare([before, after], ["plan", "now"], today=False)

    @property
    def broken(self) -> list[tuple[int, int]]:
        """The territories and measures that the plan had inside their bands and now are outside."""
        before, after = self.comparison.scorecards
        pairs = np.argwhere(before.inside & ~after.inside)
        return [(int(k), int(q)) for k, q in pairs]

    @property
    def touched(self) -> list[int]:
        """The territories that an account left or came to."""
        changed = self.what != IN_PLACE
        planned = self.plan.alignment.of_accounts(self.plan.problem)
        found = {*planned[changed].tolist(), *self.now[changed].tolist()}
        found |= {k for _, k, _ in self.new}
        return sorted(found - {NONE})

    @property
    def moves(self) -> dict[str, str]:
        """Account to territory of all that were moved: the edits that `repair` keeps."""
        ids, territories = self.plan.problem.accounts.ids, self.plan.problem.territories
        rows = np.flatnonzero(self.what == MOVED)
        return {str(ids[a]): territories[self.now[a]].id for a in rows}


def drift(
    plan: Plan,
    held: Iterable[Held],
    owners: Mapping[str, Sequence[int]] | None = None,
    territories: Mapping[str, int] | None = None,
    people: Mapping[str, str] | None = None,
) -> Drift:
    """Return what the field has changed.

    Parameters
    ----------
    held
        Every account that there is now.
    owners, territories
        The field's word for an owner to the territories that they hold, and for a territory to its
        index; `owners_of` and `territories_of` of the plan when not given.
    people
        The field's word for an owner to a name.
    """
    problem = plan.problem
    owners = owners_of(problem.territories) if owners is None else owners
    territories = territories_of(problem.territories) if territories is None else territories
    people = people or {}
    planned, before = plan.alignment.of_accounts(problem), problem.accounts.current
    row_of = {long_id(id_): a for a, id_ in enumerate(problem.accounts.ids.tolist())}
    what = np.full(problem.n_accounts, GONE, dtype=object)
    now = np.full(problem.n_accounts, NONE, dtype=np.int32)
    holder = np.full(problem.n_accounts, "", dtype=object)
    new = []
    for one in held:
        a = row_of.get(long_id(one.id))
        holds = list(owners.get(_key(one.owner), ()))
        marked = territories.get(one.territory.casefold(), NONE)
        told = people.get(one.owner, one.owner)
        if a is None:
            has = marked if marked in holds or not holds else holds[0]
            new.append((one, has, told))
            continue
        what[a], now[a] = _became(
            int(planned[a]), int(before[a]), one.owner, holds, marked, problem.territories
        )
        holder[a] = told
    return Drift(plan, what, now, holder, tuple(new))


def owners_of(territories: Sequence[Territory]) -> dict[str, tuple[int, ...]]:
    """Return every word for a rep, in small letters, to the territories that the rep holds.

    Words are the rep's id, e-mail and name, and the territory's own id, which a table of accounts
    may have in place of an owner. A name that two reps have means neither.
    """
    found: dict[str, tuple[int, ...]] = {}
    reps: dict[str, str | None] = {}
    for k, territory in enumerate(territories):
        for word in (territory.rep_id, territory.email):
            if word:
                found[_key(word)] = (*found.get(_key(word), ()), k)
        if territory.rep:
            name = territory.rep.casefold()
            same = reps.setdefault(name, territory.rep_id) == territory.rep_id
            reps[name] = territory.rep_id if same else None
    for name, rep_id in reps.items():
        if rep_id is not None:
            found.setdefault(name, found[_key(rep_id)])
    for k, territory in enumerate(territories):
        found.setdefault(territory.id.casefold(), (k,))
    return {word: tuple(dict.fromkeys(held)) for word, held in found.items()}


def territories_of(territories: Sequence[Territory]) -> dict[str, int]:
    """Return every word for a territory, in small letters, to its index."""
    found = {t.name.casefold(): k for k, t in enumerate(territories)}
    return found | {t.id.casefold(): k for k, t in enumerate(territories)}


def drift_columns(found: Drift) -> dict[str, list[Any]]:
    """Return one row for each account that is not in place, as columns of a table."""
    problem = found.plan.problem
    ids, names = problem.accounts.ids, problem.accounts.names
    planned = found.plan.alignment.of_accounts(problem)
    rows = np.flatnonzero(found.what != IN_PLACE)
    territory = [t.id for t in problem.territories] + [""]
    rep = [t.rep or "" for t in problem.territories] + [""]
    now = [*found.now[rows].tolist(), *(k for _, k, _ in found.new)]
    none = [NONE] * len(found.new)
    was = [*planned[rows].tolist(), *none]
    columns: dict[str, list[Any]] = {
        "account_id": [*ids[rows].tolist(), *(one.id for one, _, _ in found.new)],
        "account_name": [*names[rows].tolist(), *(one.name for one, _, _ in found.new)],
        "what": [*found.what[rows].tolist(), *(NEW for _ in found.new)],
        "planned_territory_id": [territory[k] for k in was],
        "planned_rep": [rep[k] for k in was],
        "territory_id": [territory[k] for k in now],
        "owner": [*found.holder[rows].tolist(), *(told for _, _, told in found.new)],
    }
    for q, measure in enumerate(problem.measures):
        amount = problem.accounts.activity[rows, q].tolist()
        columns[measure.name] = [*amount, *(None for _ in found.new)]
    return columns


def _key(word: str) -> str:
    return long_id(word).casefold()


def _became(
    planned: int,
    before: int,
    owner: str,
    holds: Sequence[int],
    marked: int,
    territories: Sequence[Territory],
) -> tuple[str, int]:
    """Return what became of an account, and the territory that has it now."""
    if planned in holds:
        return IN_PLACE, planned
    if planned != NONE and territories[planned].is_vacant:
        if marked == NONE and (before in holds or not owner):
            return IN_PLACE, planned
        if marked != NONE:
            return (IN_PLACE if marked == planned else MOVED), marked
    if holds:
        return MOVED, marked if marked in holds else holds[0]
    return (OUTSIDE, NONE) if owner else (UNOWNED, NONE)
