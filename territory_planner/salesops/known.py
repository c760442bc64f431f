"""Accounts of a plan by what a table calls them: an id or a name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from territory_planner.domain.problem import NONE, Problem
from territory_planner.intake.owners import long_id

SPLIT = -2
"""What stands for a name that fits several accounts, or a family in several territories."""


def accounts_called(problem: Problem, values: Iterable[str], *, by_name: bool) -> dict[str, int]:
    """Return value to account index, `NONE` for an unknown one, `SPLIT` for several of that name.

    The plan's table is scanned once for the values asked for, since they are few beside it.

    Parameters
    ----------
    by_name
        Whether a value that is no id may be a name, small and capital letters aside.
    """
    found = dict.fromkeys(filter(None, values), NONE)
    spellings = {spelling: value for value in found for spelling in _spellings(value)}
    for row, spelling in _rows(problem.accounts.ids, spellings, folded=False):
        found[spellings[spelling]] = row
    if by_name:
        small = {value.lower(): value for value, row in found.items() if row == NONE}
        for row, name in _rows(problem.accounts.names, small, folded=True):
            value = small[name]
            found[value] = row if found[value] == NONE else SPLIT
    return found


def _spellings(value: str) -> set[str]:
    """Return an id as it is and, where it is Salesforce's, with 15 and with 18 characters."""
    short = value[:15] if len(value) == 18 and long_id(value[:15]) == value else value
    return {value, short, long_id(value)}


def _rows(texts: Any, wanted: dict[str, str], *, folded: bool) -> list[tuple[int, str]]:
    """Return the row and the text of everything that is wanted."""
    if not wanted:
        return []
    import pyarrow as pa
    import pyarrow.compute as pc

    there = pa.array(texts)
    if folded:
        there = pc.utf8_lower(there)
    keys = list(wanted)
    at = pc.index_in(there, value_set=pa.array(keys, there.type)).fill_null(NONE)
    hit = np.asarray(at)
    return [(int(row), keys[hit[row]]) for row in np.flatnonzero(hit != NONE)]
