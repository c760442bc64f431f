"""What `plan.toml` may say: a frozen dataclass per table.

The dataclasses are the schema: a field is a key, its annotation the type that is asked for, its
metadata the limits; a field without default must be given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from territory_planner.config.hints import did_you_mean
from territory_planner.domain.criteria import COMPACTNESS, Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions
from territory_planner.domain.scenario import AddAccounts, Scenario
from territory_planner.domain.sweep import Sweep
from territory_planner.errors import Fault, InputError

_PLACE = "latitude longitude postal_code city state"
ACCOUNT_COLUMNS = tuple(f"id name {_PLACE} current family named skills".split())
REP_COLUMNS = tuple(
    f"territory_id territory rep_id rep email {_PLACE} capacity skills manager".split()
)


@dataclass(frozen=True)
class ProjectTable:
    """What the plan is called and the currency of its money."""

    name: str = "Territory plan"
    currency: str = ""


@dataclass(frozen=True)
class DataTable:
    """The two tables a plan is made from, and how they are written."""

    accounts: str
    reps: str
    encoding: str = "utf-8"
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    country: str = ""
    unplaced: Literal["error", "leave out"] = "error"
    sheet: str | None = None
    keep: tuple[str, ...] = ()


@dataclass(frozen=True)
class ColumnsTable:
    """Our names to the headers in the files, where they differ."""

    accounts: Mapping[str, str] = field(default_factory=dict)
    reps: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class UnitsTable:
    """What a basic unit is, and which of them are neighbours."""

    kind: Literal["account", "area", "voronoi"] = "account"
    file: str | None = None
    id: str | None = None
    key: str | None = None
    outline: str | None = None
    bridges: str | None = None
    neighbours: Literal["gabriel"] | None = None


@dataclass(frozen=True)
class MeasureTable:
    """A measure: where its activity comes from, its targets and its band."""

    name: str
    unit: str = ""
    column: str | None = None
    product: tuple[str, ...] = ()
    count: bool = False
    divide_by: float = field(default=1.0, metadata={"low": 1e-12})
    target: Literal["share", "equal"] = "share"
    band: float | None = field(default=None, metadata={"above": 0, "high": 1e6})
    lower: float | None = field(default=None, metadata={"low": -1, "high": 0})
    upper: float | None = field(default=None, metadata={"low": 0, "high": 1e6})
    weight: float = field(default=0.0, metadata={"low": 0, "high": 1e12})

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers whose product the measure is; none for a count."""
        return (self.column,) if self.column else self.product

    @property
    def limits(self) -> Band | None:
        """The band round the target, None when the measure is not balanced."""
        if self.band is not None:
            return Band.within(self.band, self.weight)
        if self.lower is None or self.upper is None:
            return None
        return Band(self.lower, self.upper, self.weight)


@dataclass(frozen=True)
class CriteriaTable:
    """The wishes that are not about one measure."""

    compactness_measure: str | None = None
    compactness: Mapping[str, float] = field(
        default_factory=lambda: {"distance": 1.0},
        metadata={"low": 0, "high": 1e12, "keys": COMPACTNESS},
    )
    empty_unit_share: float = field(default=0.01, metadata={"low": 0, "high": 1e6})
    order: Literal["weights", "lexicographic"] = "weights"
    centers: Literal["home", "free", "seed", "unit"] = "home"
    contiguous: bool = False
    max_distance_km: float | None = field(default=None, metadata={"above": 0})
    short_borders: float = field(default=0.01, metadata={"low": 0})
    keep_together: bool = False
    use_skills: bool = False


@dataclass(frozen=True)
class TerritoriesTable:
    """How many territories there may be, where that is to be chosen, and what each costs."""

    least: int | None = field(default=None, metadata={"low": 1})
    most: int | None = field(default=None, metadata={"low": 1, "high": 100_000})
    cost_km: float = field(default=0.0, metadata={"low": 0, "high": 1e12})


@dataclass(frozen=True)
class DisruptionTable:
    """A limit and a price on what changes hands, in one measure."""

    measure: str
    budget: float | None = field(default=None, metadata={"low": 0, "high": 1})
    per_territory: float | None = field(default=None, metadata={"low": 0, "high": 1})
    cost: float = field(default=0.0, metadata={"low": 0, "high": 1e12})


@dataclass(frozen=True)
class PairTable:
    """An account or a unit, and the territory it is locked to or forbidden in."""

    territory: str
    account: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class SolveTable:
    """How much effort a solve may take."""

    time_limit_s: float = field(default=60.0, metadata={"above": 0})
    relative_gap: float = field(default=1e-4, metadata={"low": 0})
    seed: int = field(default=1, metadata={"low": 0})
    workers: int = field(default=1, metadata={"low": 1})


@dataclass(frozen=True)
class MapTable:
    """Line layers drawn below the map: layer name to file."""

    lines: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StoreTable:
    """Where every run is kept, and whether it is."""

    url: str | None = None
    keep: bool = True


@dataclass(frozen=True)
class Settings:
    """Everything `plan.toml` says; file names in it are relative to its folder."""

    path: Path
    project: ProjectTable
    data: DataTable
    columns: ColumnsTable
    units: UnitsTable
    measure: tuple[MeasureTable, ...]
    wishes: CriteriaTable
    territories: TerritoriesTable
    disruption: tuple[DisruptionTable, ...]
    lock: tuple[PairTable, ...]
    forbid: tuple[PairTable, ...]
    solve: SolveTable
    map: MapTable
    store: StoreTable = field(default_factory=StoreTable)
    scenarios: tuple[Scenario, ...] = ()
    sweep: Sweep | None = None

    def file(self, name: str) -> Path:
        """Return where a file lies that the settings name."""
        return self.path.parent / name

    def kept_columns(self) -> tuple[str, ...]:
        """Return the accounts' columns that are kept: those asked for, and those edits name."""
        named = [*self.data.keep]
        for scenario in self.scenarios:
            for edit in scenario.edits:
                named += getattr(edit, "where", ())
        for parameter in () if self.sweep is None else self.sweep.parameters:
            named += () if parameter.growth is None else parameter.growth.where
        by_small: dict[str, str] = {}
        for name in named:
            by_small.setdefault(name.casefold(), name)
        return tuple(by_small.values())

    @property
    def joins_families(self) -> bool:
        """Whether a scenario adds accounts that stay together with the families there are."""
        edits = (edit for scenario in self.scenarios for edit in scenario.edits)
        adds = (isinstance(edit, AddAccounts) and edit.keep_together for edit in edits)
        return self.wishes.keep_together and any(adds)

    def criteria(self) -> Criteria:
        """Return the wishes in the form the solver takes."""
        wish = self.wishes
        bands = {m.name: m.limits for m in self.measure if m.limits is not None}
        prices = tuple(
            Disruption(d.measure, d.budget, d.cost, d.per_territory) for d in self.disruption
        )
        return Criteria(
            bands=bands,
            compactness_measure=wish.compactness_measure,
            centers=wish.centers,
            contiguous=wish.contiguous,
            disruption=prices,
            max_distance_km=wish.max_distance_km,
            short_borders=wish.short_borders,
            compactness={kind: wish.compactness.get(kind, 0.0) for kind in COMPACTNESS},
            empty_unit_share=wish.empty_unit_share,
            order=wish.order,
            n_territories=self._number(),
            territory_cost=self.territories.cost_km,
        )

    def _number(self) -> tuple[int, int] | None:
        least, most = self.territories.least, self.territories.most
        return None if least is None or most is None else (least, most)

    def lineage(self, name: str) -> tuple[Scenario, ...]:
        """Return a scenario after those it starts from, the first one first.

        Raises
        ------
        InputError
            When there is none of that name.
        """
        by_name = {scenario.name: scenario for scenario in self.scenarios}
        if name not in by_name:
            hint = did_you_mean(name, by_name)
            message = f"there is no scenario '{name}'. {hint}"
            raise InputError([Fault(str(self.path), message)])
        scenario = by_name[name]
        before = () if scenario.parent is None else self.lineage(scenario.parent)
        return (*before, scenario)

    def under(self, name: str) -> Settings:
        """Return the settings with what a scenario, and those it starts from, say of them."""
        wishes: dict[str, Any] = {}
        effort: dict[str, Any] = {}
        for scenario in self.lineage(name):
            wishes |= scenario.criteria
            effort |= scenario.solve
        return replace(
            self, wishes=replace(self.wishes, **wishes), solve=replace(self.solve, **effort)
        )

    def insisting(self, **effort: Any) -> Settings:
        """Return the settings with these of `[solve]`, whatever scenarios say of them."""
        scenarios = (replace(s, solve={**s.solve, **effort}) for s in self.scenarios)
        return replace(self, solve=replace(self.solve, **effort), scenarios=tuple(scenarios))

    def solve_options(self) -> SolveOptions:
        """Return the effort in the form the solver takes."""
        effort = self.solve
        return SolveOptions(effort.time_limit_s, effort.relative_gap, effort.seed, effort.workers)
