"""One edit made: what every kind needs, and the function that each kind is registered with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import singledispatch

import numpy as np

from territory_planner.config.hints import did_you_mean
from territory_planner.domain.arrays import BoolArray, IntArray
from territory_planner.domain.column import Column
from territory_planner.domain.problem import Problem
from territory_planner.domain.scenario import Edit, Where
from territory_planner.domain.territory import Territory, fair_targets
from territory_planner.intake.faults import nearest_ids

TOLD = 20
"""Unknown accounts of one edit that are told one by one, with the nearest ids."""


class EditError(ValueError):
    """An edit that cannot be made, in a sentence or several."""

    def __str__(self) -> str:
        return " ".join(str(sentence) for sentence in self.args)


@singledispatch
def applied(edit: Edit, problem: Problem) -> Problem:
    """Return the problem with an edit made.

    Raises
    ------
    EditError
        When it cannot be.
    """
    raise TypeError(f"{edit!r} is no edit of a problem of {problem.n_units} units")


def retargeted(problem: Problem, territories: Sequence[Territory]) -> Problem:
    """Return the problem with these territories, and targets by their shares."""
    share = np.array([t.share for t in territories])
    total = problem.accounts.activity.sum(axis=0)
    target = fair_targets(problem.measures, share, total)
    return replace(problem, territories=tuple(territories), target=target)


def territory_index(problem: Problem, name: str) -> int:
    """Return the territory of an id, of a rep's id or name, or of a name, that one alone has.

    Raises
    ------
    EditError
        When there is none, with the nearest there are; or when several have that rep or name.
    """
    ids = [t.id for t in problem.territories]
    if name in ids:
        return ids.index(name)
    of_rep = [k for k, t in enumerate(problem.territories) if name in (t.rep_id, t.rep)]
    if len(of_rep) > 1:
        told = " and ".join(f"'{ids[k]}'" for k in of_rep)
        raise EditError(f"'{name}' is the rep of {told}. Name the territory.")
    if of_rep:
        return of_rep[0]
    called = [k for k, t in enumerate(problem.territories) if name == t.name]
    if len(called) > 1:
        told = " and ".join(f"'{ids[k]}'" for k in called)
        raise EditError(f"'{name}' is the name of {told}. Name the territory by its id.")
    if called:
        return called[0]
    words = [word for t in problem.territories for word in (t.rep_id, t.rep, t.name) if word]
    raise EditError(f"there is no territory or rep '{name}'. {did_you_mean(name, [*ids, *words])}")


def account_index(problem: Problem, name: str) -> int:
    """Return the index of an account.

    Raises
    ------
    EditError
        When there is none of that id; with the nearest there are.
    """
    at = np.flatnonzero(problem.accounts.ids == name)
    if not at.size:
        near = nearest_ids(name, problem.accounts.ids.tolist())
        raise EditError(f"there is no account '{name}'{'; ' + near if near else ''}. Correct it.")
    return int(at[0])


def accounts_named(problem: Problem, ids: str | Sequence[str], where: Where) -> IntArray:
    """Return the indices of the accounts that an edit names, by id, by their columns, or by both.

    Raises
    ------
    EditError
        With every id that is not there, or when no account is named.
    """
    ids = (ids,) if isinstance(ids, str) and ids else tuple(ids)
    if not ids and not where:
        raise EditError("it names no account. Give an id, several, or where.")
    marked = matching(problem, where)
    if not ids:
        return np.flatnonzero(marked)
    named = np.flatnonzero(np.isin(problem.accounts.ids, ids))
    known = set(problem.accounts.ids[named].tolist())
    faults = list[str]()
    for name in (lost := [i for i in dict.fromkeys(ids) if i not in known])[:TOLD]:
        try:
            account_index(problem, name)
        except EditError as error:
            faults += error.args
    if len(lost) > TOLD:
        faults.append(f"nor are there {len(lost) - TOLD:,} more of the accounts that it names.")
    if faults:
        raise EditError(*faults)
    named = named[marked[named]]
    if not named.size:
        raise EditError(f"none of these accounts has {in_words(where)}. Correct one of the two.")
    return named


def matching(problem: Problem, where: Where) -> BoolArray:
    """Return ``(n_accounts,)``: True where the columns hold what is asked for.

    Raises
    ------
    EditError
        With every column that is not kept and every value that no account has; or when no account
        has all of it.
    """
    marked, faults = np.ones(problem.n_accounts, dtype=np.bool_), list[str]()
    for name, wanted in where.items():
        try:
            column = kept_column(problem, name)
        except EditError as error:
            faults += error.args
            continue
        values = column.values.tolist()
        small = {value.casefold() for value in values}
        wanted = (wanted,) if isinstance(wanted, str) else wanted
        faults += [
            f"no account has {in_words({name: value})}. {did_you_mean(value, filter(None, values))}"
            for value in wanted
            if value.casefold() not in small
        ]
        marked &= column.matching(wanted)
    if faults:
        raise EditError(*faults)
    if not marked.any():
        raise EditError(f"no account has {in_words(where)}. Ask for less.")
    return marked


def kept_column(problem: Problem, name: str) -> Column:
    """Return a column of the accounts by its name, capitals aside.

    Raises
    ------
    EditError
        When it is not kept, with the nearest that is.
    """
    columns = problem.accounts.columns
    for known, column in columns.items():
        if known.casefold() == name.casefold():
            return column
    hint = f" {did_you_mean(name, columns)}" if columns else ""
    raise EditError(
        f"the accounts' column '{name}' is not kept.{hint} Name it in [data] keep of plan.toml, "
        "and read or plan again."
    )


def in_words(where: Where) -> str:
    """Return a filter as a reader sees it."""
    told = []
    for name, wanted in where.items():
        wanted = (wanted,) if isinstance(wanted, str) else wanted
        filled = [f"'{' or '.join(some)}'"] if (some := [w for w in wanted if w]) else []
        blank = ["blank"] if "" in wanted else []
        told.append(f"{name} = {' or '.join([*filled, *blank])}")
    return " and ".join(told)
