"""Which territory serves an account today, from whatever its CRM calls the owner."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.problem import NONE
from territory_planner.intake.columns import Columns
from territory_planner.intake.faults import Faults, nearest_ids
from territory_planner.intake.reps import Reps

# How the Salesforce ids of accounts and of users begin.
PREFIXES = ("001", "005")


def match_owners(columns: Columns, reps: Reps, faults: Faults) -> NDArray[np.int32]:
    """Return ``(n_accounts,)``: the territory that serves each account, ``NONE`` for nobody.

    A value is looked up among territory ids, rep ids (15 and 18 characters are the same in
    Salesforce), e-mail addresses and, where they are unique, reps' and territories' names.
    """
    header = columns.header("current")
    if header is None:
        return np.full(len(columns.table), NONE, dtype=np.int32)
    cells = columns.text("current").dictionary_encode()
    values = cells.dictionary.to_pylist()
    known = owner_index(reps)
    index = np.array([_found(value, known) for value in values], dtype=np.int32)
    cell_of = np.asarray(cells.indices)
    unknown = np.array([i == NONE and v != "" for i, v in zip(index, values, strict=True)])
    if unknown.any():
        ids = list(dict.fromkeys([*reps.territory_ids, *filter(None, reps.rep_ids), *reps.emails]))

        def told(i: int) -> str:
            value = columns.said("current", i)
            near = nearest_ids(value, ids)
            return f"{columns.said('id', i)}: '{value}'{', ' + near if near else ''}"

        faults.add_rows(
            columns.table,
            f"column '{header}' must name a territory or rep of {reps.columns.table.file}",
            unknown[cell_of],
            told,
            "Correct it, add the rep, or leave it blank where nobody serves the account.",
            ("does not", "do not"),
        )
    served: NDArray[np.int32] = index[cell_of]
    return served


def owner_index(reps: Reps) -> dict[str, int]:
    """Return every key a territory is known by, small letters, to the territory's index."""
    index: dict[str, int] = {}
    for keys in (reps.territory_ids, reps.rep_ids):
        for k, key in enumerate(keys):
            if key:
                index.setdefault(key, k)
    for keys in (reps.territory_ids, reps.rep_ids, reps.emails):
        for k, key in enumerate(keys):
            if key:
                index.setdefault(long_id(key).casefold(), k)
    for keys in (reps.names, reps.territories):
        small = [key.casefold() for key in keys]
        for k, key in enumerate(small):
            if key and small.count(key) == 1:
                index.setdefault(key, k)
    return index


def _found(value: str, known: dict[str, int]) -> int:
    for key in (value, long_id(value).casefold(), value.casefold()):
        if key in known:
            return known[key]
    return NONE


def long_id(value: str) -> str:
    """Return a 15-character Salesforce id with its checksum, any other text as it is.

    Each of three letters tells which of five characters are capitals, so that ids survive tools
    that ignore case.
    """
    if not (len(value) == 15 and value.startswith(PREFIXES) and value.isascii()):
        return value
    return value + checksum(value) if value.isalnum() else value


def checksum(value: str) -> str:
    """Return the three characters that follow the 15 of a Salesforce id."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    sums = (
        sum(1 << place for place, c in enumerate(value[at : at + 5]) if c.isupper())
        for at in (0, 5, 10)
    )
    return "".join(letters[total] for total in sums)
