"""Locks and forbidden pairs: names in the settings to indices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territory_planner.config import PairTable, Settings
from territory_planner.domain.problem import NONE
from territory_planner.intake.accounts import AccountRows
from territory_planner.intake.basic_units import UnitRows
from territory_planner.intake.faults import Faults, nearest_ids

IntArray = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Wishes:
    """What the settings lock and forbid.

    Parameters
    ----------
    locked
        ``(n_units,)`` territory a unit is locked to, ``NONE`` where free.
    forbidden
        ``(n_forbidden, 2)`` pairs (unit, territory).
    """

    locked: IntArray
    forbidden: IntArray


def bound_accounts(accounts: AccountRows, settings: Settings) -> NDArray[np.bool_]:
    """Return ``(n_accounts,)``: True where a lock or a forbidden pair names the account."""
    names = {pair.account for pair in (*settings.lock, *settings.forbid) if pair.account}
    bound: NDArray[np.bool_] = np.isin(accounts.ids, sorted(names))
    return bound


def read_wishes(
    accounts: AccountRows,
    units: UnitRows,
    territory_ids: Sequence[str],
    settings: Settings,
    faults: Faults,
) -> Wishes:
    """Return locks and forbidden pairs as indices; note names that nothing has, and clashes."""
    locked = np.full(len(units.ids), NONE, dtype=np.int32)
    forbidden: set[tuple[int, int]] = set()
    lookup = _Lookup(accounts.ids, units.ids, territory_ids, settings, faults)

    def found_in(pair: PairTable, where: str) -> tuple[int, int] | None:
        account, unit, territory = lookup.indices(pair, where)
        if account is not None:
            unit = int(units.of_account[account])
        return None if unit is None or territory is None else (unit, territory)

    for number, pair in enumerate(settings.lock, start=1):
        found = found_in(pair, f"[[lock]] {number}")
        if found is None:
            continue
        unit, territory = found
        if locked[unit] not in (NONE, territory):
            faults.add(
                str(settings.path),
                f"[[lock]] {number} locks '{pair.account or pair.unit}' to '{pair.territory}', "
                f"and another lock to '{territory_ids[locked[unit]]}'. Keep one of them.",
            )
        locked[unit] = territory
    for number, pair in enumerate(settings.forbid, start=1):
        found = found_in(pair, f"[[forbid]] {number}")
        if found is None:
            continue
        if locked[found[0]] == found[1]:
            faults.add(
                str(settings.path),
                f"[[forbid]] {number} forbids '{pair.account or pair.unit}' in "
                f"'{pair.territory}', where a lock holds it. Keep one of them.",
            )
        forbidden.add(found)
    pairs = np.array(sorted(forbidden), dtype=np.int32).reshape(-1, 2)
    return Wishes(locked, pairs)


def check_names(
    account_ids: NDArray[np.str_] | None,
    territory_ids: Sequence[str] | None,
    settings: Settings,
    faults: Faults,
) -> None:
    """Note accounts and territories in locks and forbidden pairs that nothing has.

    Parameters
    ----------
    account_ids, territory_ids
        The names there are, None when they could not be read.
    """
    lookup = _Lookup(account_ids, None, territory_ids, settings, faults)
    for section, pairs in (("lock", settings.lock), ("forbid", settings.forbid)):
        for number, pair in enumerate(pairs, start=1):
            lookup.indices(pair, f"[[{section}]] {number}")


class _Lookup:
    """From ids in the settings to their indices, where ids are known."""

    def __init__(
        self,
        account_ids: NDArray[np.str_] | None,
        unit_ids: NDArray[np.str_] | None,
        territory_ids: Sequence[str] | None,
        settings: Settings,
        faults: Faults,
    ) -> None:
        self._accounts, self._units = account_ids, unit_ids
        self._territories = None if territory_ids is None else np.array(territory_ids, np.str_)
        self._file = str(settings.path)
        self._faults = faults

    def indices(self, pair: PairTable, where: str) -> tuple[int | None, int | None, int | None]:
        """Return account, unit and territory of an entry, None where there is none."""
        return (
            self._index(pair.account, self._accounts, f"{where}: there is no account"),
            self._index(pair.unit, self._units, f"{where}: there is no unit"),
            self._index(pair.territory, self._territories, f"{where}: there is no territory"),
        )

    def _index(self, wanted: str | None, ids: NDArray[np.str_] | None, claim: str) -> int | None:
        if wanted is None or ids is None:
            return None
        rows = np.flatnonzero(ids == wanted)
        if len(rows):
            return int(rows[0])
        near = nearest_ids(wanted, ids.tolist())
        hint = f" ({near})" if near else ""
        self._faults.add(self._file, f"{claim} '{wanted}'{hint}. Correct the id.")
        return None
