"""`Accounts` and `Units`: what is served, and what is assigned whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray, TextArray, set_frozen
from territory_planner.domain.column import Column


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
    columns
        The texts of accounts that the project keeps, by the name it gives them, such as industry.
    """

    ids: TextArray
    names: TextArray
    unit: IntArray
    xy: FloatArray
    activity: FloatArray
    current: IntArray
    placed_by: TextArray
    columns: Mapping[str, Column] = field(
        default_factory=dict, metadata={"silent_when_empty": True}
    )

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
        object.__setattr__(self, "columns", dict(self.columns))
        for header, column in self.columns.items():
            if len(column) != n:
                raise ValueError(f"column {header!r} speaks of {len(column)} accounts, not {n}")

    def __len__(self) -> int:
        return len(self.ids)

    def only(self, kept: BoolArray) -> Accounts:
        """Return the accounts that are marked."""
        arrays: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        del arrays["columns"]
        columns = {name: column.only(kept) for name, column in self.columns.items()}
        return Accounts(**{name: a[kept] for name, a in arrays.items()}, columns=columns)

    def joined(self, other: Accounts) -> Accounts:
        """Return these accounts and after them others, which have the same columns."""
        arrays: dict[str, Any] = {
            f.name: np.concatenate([getattr(self, f.name), getattr(other, f.name)])
            for f in fields(self)
            if f.name != "columns"
        }
        columns = {name: one.joined(other.columns[name]) for name, one in self.columns.items()}
        return replace(self, **arrays, columns=columns)


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
