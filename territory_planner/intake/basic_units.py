"""Accounts to basic units: each its own, or rolled up into areas, some accounts apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.problem import NONE
from territory_planner.intake.accounts import AccountRows
from territory_planner.intake.areas import Areas

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class UnitRows:
    """The basic units before they are put on the plane.

    Parameters
    ----------
    ids
        ``(n_units,)`` area or account id.
    lonlat
        ``(n_units, 2)`` longitude and latitude.
    named
        ``(n_units,)`` True for an account that stands outside contiguity.
    shapes
        WKB of each unit's outline, empty when units are points.
    of_account
        ``(n_accounts,)`` unit of each account.
    n_areas
        How many of the units are areas; they come first.
    """

    ids: NDArray[np.str_]
    lonlat: NDArray[np.float64]
    named: BoolArray
    shapes: tuple[bytes, ...]
    of_account: IntArray
    n_areas: int


def units_of_accounts(accounts: AccountRows, apart: BoolArray) -> UnitRows:
    """Return every account as its own unit.

    Parameters
    ----------
    apart
        ``(n_accounts,)`` accounts that stand outside contiguity.
    """
    return UnitRows(
        ids=accounts.ids,
        lonlat=accounts.placement.lonlat,
        named=apart,
        shapes=(),
        of_account=np.arange(len(accounts), dtype=np.int32),
        n_areas=0,
    )


def units_of_areas(
    accounts: AccountRows, area_of: IntArray, areas: Areas, apart: BoolArray
) -> UnitRows:
    """Return every area as a unit, and after them the accounts that left theirs.

    Parameters
    ----------
    area_of
        ``(n_accounts,)`` area each account lies in; of no matter for those apart.
    apart
        ``(n_accounts,)`` accounts that leave their area.
    """
    import shapely

    leavers = np.flatnonzero(apart)
    of_account = area_of.astype(np.int32).copy()
    of_account[leavers] = len(areas) + np.arange(len(leavers), dtype=np.int32)
    outlines = shapely.to_wkb(areas.shapes)
    outlines[shapely.is_empty(areas.shapes)] = b""
    return UnitRows(
        ids=np.concatenate([areas.ids, accounts.ids[leavers]]),
        lonlat=np.concatenate([areas.lonlat, accounts.placement.lonlat[leavers]]),
        named=np.arange(len(areas) + len(leavers)) >= len(areas),
        shapes=(*outlines.tolist(), *[b""] * len(leavers)),
        of_account=of_account,
        n_areas=len(areas),
    )


def accounts_apart(accounts: AccountRows, bound: BoolArray) -> BoolArray:
    """Return which accounts leave their area by themselves.

    Named accounts do, those that are locked or forbidden somewhere, and those that require skills
    that their neighbours do not.

    Parameters
    ----------
    bound
        ``(n_accounts,)`` True where a lock or a ban names the account.
    """
    apart: BoolArray = accounts.named | bound | (accounts.requirement != 0)
    return apart


def with_scattered_families(family: IntArray, area_of: IntArray, apart: BoolArray) -> BoolArray:
    """Return which accounts leave their area when families are kept together.

    A family that lies in one area is together already. Of any other family every account leaves,
    also when only one of them left, since a part that stays would bind its whole area.
    """
    related = family != NONE
    # A leaver has no area in common with anybody.
    place = np.where(apart, -2 - np.arange(len(family)), area_of)[related]
    members = family[related]
    order = np.lexsort((place, members))
    one, where = members[order], place[order]
    differs = (one[1:] == one[:-1]) & (where[1:] != where[:-1])
    scattered = np.unique(one[1:][differs])
    leaves: BoolArray = apart | (related & np.isin(family, scattered))
    return leaves


def groups_of_units(family: IntArray, of_account: IntArray, n_units: int) -> IntArray:
    """Return ``(n_units,)``: the keep-together group of each unit, numbered by first unit.

    A family within one unit needs no group. An area never joins a group of another: its accounts
    that would bind it have left it.
    """
    group = np.full(n_units, NONE, dtype=np.int32)
    related = np.flatnonzero(family != NONE)
    if len(related) == 0:
        return group
    pairs = np.unique(np.column_stack([family[related], of_account[related]]), axis=0)
    size = np.bincount(pairs[:, 0])
    pairs = pairs[size[pairs[:, 0]] > 1]
    group[pairs[:, 1]] = pairs[:, 0]
    bound = np.flatnonzero(group != NONE)
    _, first, code = np.unique(group[bound], return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first))
    group[bound] = rank[code.reshape(-1)]
    return group
