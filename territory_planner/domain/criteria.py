"""`Criteria`: the wishes a plan must honour, apart from the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from territory_planner.domain.arrays import FloatArray, fingerprint

Compactness = Literal["distance", "inertia", "largest_distance", "diameter", "cut_edges"]
COMPACTNESS: tuple[Compactness, ...] = get_args(Compactness)


@dataclass(frozen=True)
class Band:
    """A hard band round a measure's target, and the wish to be near the target inside it.

    Parameters
    ----------
    lower, upper
        Relative deviations from target that may not be left: ``-0.1`` and ``0.1`` are ±10%.
    weight
        Kilometres of mean distance that one unit of mean relative deviation is worth; 0 leaves
        the inside of the band free.
    """

    lower: float = -0.1
    upper: float = 0.1
    weight: float = 0.0

    def __post_init__(self) -> None:
        if not self.lower <= 0 <= self.upper:
            raise ValueError(f"a band must hold its target: [{self.lower}, {self.upper}]")
        if not self.weight >= 0:
            raise ValueError(f"a band's weight must not be negative: {self.weight}")

    @classmethod
    def within(cls, share: float, weight: float = 0.0) -> Band:
        """Return the symmetric band ± ``share`` of the target."""
        return cls(-share, share, weight)

    def limits(self, target: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the lower and upper limit of totals, for targets in the measure's unit."""
        return target * (1 + self.lower), target * (1 + self.upper)


@dataclass(frozen=True)
class Disruption:
    """A limit and a price on what changes hands, counted in one measure.

    Parameters
    ----------
    measure
        The measure's name.
    budget
        The largest share of that measure's total that may change territory, 0–1; None is no limit.
    cost
        Kilometres of mean distance that moving all of it would be worth; 0 is no price.
    per_territory
        The largest share of what any one territory holds today that may leave it, 0–1; None is no
        limit.
    """

    measure: str
    budget: float | None = None
    cost: float = 0.0
    per_territory: float | None = None

    def __post_init__(self) -> None:
        if self.budget is not None and not 0 <= self.budget <= 1:
            raise ValueError(f"a disruption budget is a share, 0–1: {self.budget}")
        if self.per_territory is not None and not 0 <= self.per_territory <= 1:
            raise ValueError(f"a share of a territory is 0–1: {self.per_territory}")
        if not self.cost >= 0:
            raise ValueError(f"a disruption cost must not be negative: {self.cost}")


@dataclass(frozen=True)
class Criteria:
    """What a plan must hold (bands, contiguity, budgets, limits) and what it is to make small.

    Parameters
    ----------
    bands
        Measure name to its band; a measure that is not named is not balanced.
    compactness_measure
        The measure that weighs each unit's distance; None takes the first measure.
    centers
        "home" measures distance to the rep's home (a territory without one has a free center);
        "free" gives every territory a free center, anywhere; "seed" one that the search begins at
        its home; "unit" one at a unit of its own.
    contiguous
        Whether each territory must be one piece of the contiguity graph, named accounts aside.
    disruption
        Limits and prices on what changes hands.
    max_distance_km
        The farthest a unit may lie from its territory's home; None is no limit.
    short_borders
        What shorter borders on the map are worth to the search: the share by which it would let
        the mean distance grow to be rid of all of them. A guide alone: neither objective nor
        bound counts it. 0 allows territories as ragged as the bands make them.
    compactness
        What is to be made small, each with the km of objective that one unit of it is worth:
        "distance", the weighted mean distance to the center in km; "inertia", the weighted mean
        squared distance in km²; "largest_distance", that of the unit farthest from its center, in
        km; "diameter", the largest distance between two units of any one territory in km;
        "cut_edges", the number of contiguity edges between territories. Several are added up.
    order
        "weights" adds everything up; "lexicographic" makes the first disruption entry as small as
        the bands allow, then the next, and compactness last. The costs of disruption then count
        only among plans that move equally little.
    n_territories
        The least and the most territories that the plan may have, to be chosen; None keeps the
        problem's. Vacant ones are added, or those left out that nobody needs.
    territory_cost
        Km of objective that each territory is worth, so that more of them must pay for themselves.
    empty_unit_share
        The weight of a unit without activity, as a share of the mean of those with some: enough to
        give it to a territory nearby, too little to bend a territory for it.
    """

    bands: Mapping[str, Band] = field(default_factory=dict)
    compactness_measure: str | None = None
    centers: Literal["home", "free", "seed", "unit"] = "home"
    contiguous: bool = False
    disruption: tuple[Disruption, ...] = ()
    max_distance_km: float | None = None
    short_borders: float = 0.01
    compactness: Mapping[Compactness, float] = field(default_factory=lambda: {"distance": 1.0})
    empty_unit_share: float = 0.01
    order: Literal["weights", "lexicographic"] = "weights"
    n_territories: tuple[int, int] | None = None
    territory_cost: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "bands", dict(self.bands))
        worth = {kind: float(weight) for kind, weight in self.compactness.items() if weight != 0}
        object.__setattr__(self, "compactness", worth)
        for kind, weight in worth.items():
            if kind not in COMPACTNESS:
                raise ValueError(f"compactness is one of {', '.join(COMPACTNESS)}, not {kind!r}")
            if not weight > 0:
                raise ValueError(f"compactness must not be worth less than 0: {kind} {weight}")
        if not self.empty_unit_share >= 0:
            raise ValueError(f"empty_unit_share must not be negative: {self.empty_unit_share}")
        if self.max_distance_km is not None and not self.max_distance_km > 0:
            raise ValueError(f"max_distance_km must be positive: {self.max_distance_km}")
        if not self.short_borders >= 0:
            raise ValueError(f"short_borders must not be negative: {self.short_borders}")
        if not self.territory_cost >= 0:
            raise ValueError(f"territory_cost must not be negative: {self.territory_cost}")
        if self.n_territories is not None:
            object.__setattr__(self, "n_territories", tuple(self.n_territories))
            least, most = self.n_territories
            if not 1 <= least <= most:
                raise ValueError(f"n_territories is (least, most), from 1: {self.n_territories}")
        names = [d.measure for d in self.disruption]
        if len(set(names)) < len(names):
            raise ValueError(f"one disruption entry per measure, got {names}")
        if self.order == "lexicographic" and not names:
            raise ValueError("lexicographic order needs a disruption entry to put first")

    def __hash__(self) -> int:
        return hash(fingerprint(self))

    def worth(self, kind: Compactness) -> float:
        """Return the km of objective that one unit of a compactness measure is worth."""
        return self.compactness.get(kind, 0.0)
