"""`Accounts` and `Units`: what is served, and what is assigned whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray, TextArray, set_frozen


@dataclass(frozen=True, eq=False)
class Accounts:
    """The accounts, one row each.

    Parameters
    ----------
    ids, names
        ``(n_accounts,)`` CRM id and display name.
    unit
        ``(n_accounts,)`` index of the basic unit each account belongs to.
    xy
        ``(n_accounts, 2)`` position in metres of the problem's projection.
    activity
        ``(n_accounts, n_measures)`` in each measure's unit, never negative.
    current
        ``(n_accounts,)`` index of today's territory, ``NONE`` when nobody serves the account.
    placed_by
        ``(n_accounts,)`` what the position comes from: coordinates, postal code, city or area.
    """

    ids: TextArray
    names: TextArray
    unit: IntArray
    xy: FloatArray
    activity: FloatArray
    current: IntArray
    placed_by: TextArray

    def __post_init__(self) -> None:
        n = len(self.ids)
        for name, dtype, shape in (
            ("ids", np.str_, (n,)),
            ("names", np.str_, (n,)),
            ("unit", np.int32, (n,)),
            ("xy", np.float64, (n, 2)),
            ("activity", np.float64, (n, None)),
            ("current", np.int32, (n,)),
            ("placed_by", np.str_, (n,)),
        ):
            set_frozen(self, name, dtype, shape)

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class Units:
    """The basic units: what is assigned, whole, to one territory.

    Parameters
    ----------
    ids
        ``(n_units,)`` postal code, county, or account id.
    xy
        ``(n_units, 2)`` representative point in metres of the problem's projection.
    named
        ``(n_units,)`` True for a named account, which stands outside contiguity.
    shapes
        Outline of each unit as WKB in longitude and latitude, ``b""`` where it has none;
        an empty tuple when the units are points.
    """

    ids: TextArray
    xy: FloatArray
    named: BoolArray
    shapes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        n = len(self.ids)
        set_frozen(self, "ids", np.str_, (n,))
        set_frozen(self, "xy", np.float64, (n, 2))
        set_frozen(self, "named", np.bool_, (n,))
        if self.shapes and len(self.shapes) != n:
            raise ValueError(f"shapes: {len(self.shapes)} outlines for {n} units")

    def __len__(self) -> int:
        return len(self.ids)
