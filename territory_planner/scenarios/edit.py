"""One edit made: what every kind needs, and the function that each kind is registered with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import singledispatch

import numpy as np

from territory_planner.config.hints import did_you_mean
from territory_planner.domain.problem import Problem
from territory_planner.domain.scenario import Edit
from territory_planner.domain.territory import Territory, fair_targets
from territory_planner.intake.faults import nearest_ids


class EditError(ValueError):
    """An edit that cannot be made, in a sentence."""


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
    """Return the territory of an id, or of its rep's id or name where that is one alone.

    Raises
    ------
    EditError
        When there is none, with the nearest there are; or when a rep has several.
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
    raise EditError(f"there is no territory or rep '{name}'. {did_you_mean(name, ids)}")


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
