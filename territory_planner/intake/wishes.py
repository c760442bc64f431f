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
    lookup = _Lookup(accounts, units, territory_ids, settings, faults)
    for number, pair in enumerate(settings.lock, start=1):
        found = lookup.pair(pair, f"[[lock]] {number}")
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
        found = lookup.pair(pair, f"[[forbid]] {number}")
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


class _Lookup:
    """From ids in the settings to units and territories."""

    def __init__(
        self,
        accounts: AccountRows,
        units: UnitRows,
        territory_ids: Sequence[str],
        settings: Settings,
        faults: Faults,
    ) -> None:
        self._accounts, self._units = accounts, units
        self._territories = {id_: k for k, id_ in enumerate(territory_ids)}
        self._file = str(settings.path)
        self._faults = faults

    def pair(self, pair: PairTable, where: str) -> tuple[int, int] | None:
        """Return the unit and the territory of an entry, None after a fault was noted."""
        unit = None
        if pair.account is not None:
            account = self._row(pair.account, self._accounts.ids, f"{where}: there is no account")
            unit = None if account is None else int(self._units.of_account[account])
        elif pair.unit is not None:
            unit = self._row(pair.unit, self._units.ids, f"{where}: there is no unit")
        territory = self._territories.get(pair.territory)
        if territory is None:
            near = nearest_ids(pair.territory, list(self._territories))
            self._complain(f"{where}: there is no territory", pair.territory, near)
        return None if unit is None or territory is None else (unit, territory)

    def _row(self, wanted: str, ids: NDArray[np.str_], claim: str) -> int | None:
        rows = np.flatnonzero(ids == wanted)
        if len(rows) == 0:
            self._complain(claim, wanted, nearest_ids(wanted, ids.tolist()))
            return None
        return int(rows[0])

    def _complain(self, claim: str, wanted: str, near: str) -> None:
        hint = f" ({near})" if near else ""
        self._faults.add(self._file, f"{claim} '{wanted}'{hint}. Correct the id.")
