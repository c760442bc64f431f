"""`Problem`: the facts a plan is made from, as arrays in planar metres.

Facts live at the accounts; a unit's activity is the sum over its accounts and is computed, never
stored. Indices are positions: accounts `a`, units `i`, territories `k`, measures `q`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from territory_planner.domain.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    fingerprint,
    frozen,
    set_frozen,
)
from territory_planner.domain.territory import Measure, Territory
from territory_planner.domain.units import Accounts, Units

NONE = -1
"""The index that stands for "no territory", "no lock" or "no group"."""

METRES = 1000.0
STEP_SLACK = 1e-9
"""A distance this little below a whole step counts as whole: square roots of squares."""


@dataclass(frozen=True, eq=False)
class Problem:
    """The facts: what is to be assigned, to whom, and what stands today.

    Parameters
    ----------
    measures, territories
        The activity measures and the territories, in index order.
    units, accounts
        The basic units and the accounts that lie in them.
    target
        ``(n_territories, n_measures)`` target of each territory in each measure's unit.
    contiguity
        ``(n_edges, 2)`` pairs ``i < j`` of neighbouring units; empty when nothing is known.
    locked
        ``(n_units,)`` territory a unit is locked to, ``NONE`` where free.
    forbidden
        ``(n_forbidden, 2)`` pairs (unit, territory) that may not be.
    group
        ``(n_units,)`` keep-together group of each unit, ``NONE`` where it has none.
    skill_class
        ``(n_units,)`` index into ``required_skills``.
    required_skills
        The distinct sets of skills that units require; the first is the empty set.
    distance_step_m
        Distances are rounded down to whole multiples of this many metres; 0 leaves them exact.
    crs
        The planar projection of every ``xy``, as PROJ or authority string.
    notes
        What the reader of the files assumed, as sentences for the report.
    backdrop
        Name of a line layer to its WKB in longitude and latitude, for maps.
    """

    measures: tuple[Measure, ...]
    territories: tuple[Territory, ...]
    units: Units
    accounts: Accounts
    target: FloatArray
    contiguity: IntArray
    locked: IntArray
    forbidden: IntArray
    group: IntArray
    skill_class: IntArray
    required_skills: tuple[frozenset[str], ...] = (frozenset(),)
    distance_step_m: float = 0.0
    crs: str = "EPSG:3857"
    notes: tuple[str, ...] = ()
    backdrop: Mapping[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n, k, q = len(self.units), len(self.territories), len(self.measures)
        for name, dtype, shape in (
            ("target", np.float64, (k, q)),
            ("contiguity", np.int32, (None, 2)),
            ("locked", np.int32, (n,)),
            ("forbidden", np.int32, (None, 2)),
            ("group", np.int32, (n,)),
            ("skill_class", np.int32, (n,)),
        ):
            set_frozen(self, name, dtype, shape)
        object.__setattr__(self, "backdrop", dict(self.backdrop))
        if self.accounts.activity.shape[1] != q:
            raise ValueError(
                f"accounts.activity has {self.accounts.activity.shape[1]} columns for {q} measures"
            )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    @property
    def n_units(self) -> int:
        """The number of basic units."""
        return len(self.units)

    @property
    def n_accounts(self) -> int:
        """The number of accounts."""
        return len(self.accounts)

    @property
    def n_territories(self) -> int:
        """The number of territories."""
        return len(self.territories)

    @property
    def n_measures(self) -> int:
        """The number of activity measures."""
        return len(self.measures)

    @cached_property
    def activity(self) -> FloatArray:
        """Return ``(n_units, n_measures)``: the sum over each unit's accounts."""
        totals = np.empty((self.n_units, self.n_measures))
        for q in range(self.n_measures):
            amount = self.accounts.activity[:, q]
            totals[:, q] = np.bincount(self.accounts.unit, amount, self.n_units)
        return frozen(totals, np.float64)

    @cached_property
    def map_edges(self) -> IntArray:
        """Return ``(n_map_edges, 2)``: the contiguity edges that join no named account."""
        return frozen(self.contiguity[~self.units.named[self.contiguity].any(axis=1)], np.int32)

    @cached_property
    def home(self) -> FloatArray:
        """Return ``(n_territories, 2)`` homes in metres, NaN where a territory has none."""
        missing = (np.nan, np.nan)
        return frozen(np.array([t.home or missing for t in self.territories]), np.float64)

    @cached_property
    def allowed(self) -> BoolArray:
        """Return ``(n_skill_classes, n_territories)``: whether its rep has the class's skills."""
        return frozen(
            np.array(
                [[need <= t.skills for t in self.territories] for need in self.required_skills]
            ),
            np.bool_,
        )

    def distance_km(self, one: FloatArray, other: FloatArray) -> FloatArray:
        """Return the distances in km between points in metres, ``(..., 2)`` each."""
        offset = one - other
        distance: FloatArray = np.hypot(offset[..., 0], offset[..., 1])
        if self.distance_step_m > 0:
            steps = np.floor(distance / self.distance_step_m + STEP_SLACK)
            distance = steps * self.distance_step_m
        return distance / METRES

    @cached_property
    def fingerprint(self) -> str:
        """Return the SHA-256 over every fact."""
        return fingerprint(self)

    def measure_index(self, name: str) -> int:
        """Return the index of a measure.

        Raises
        ------
        KeyError
            When no measure has that name.
        """
        for q, measure in enumerate(self.measures):
            if measure.name == name:
                return q
        known = ", ".join(m.name for m in self.measures)
        raise KeyError(f"no measure is called {name!r}; there are: {known}")
