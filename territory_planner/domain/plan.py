"""`Plan`: a decision together with its proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import FloatArray, fingerprint, frozen
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import Problem


@dataclass(frozen=True)
class SolveOptions:
    """How much effort a solve may take.

    Parameters
    ----------
    time_limit_s
        Wall-clock seconds for the whole solve.
    relative_gap
        Stop when the plan is proven to be within this share of the best possible.
    seed
        The seed of every random draw.
    workers
        Threads; with 1 the same seed gives the same plan.
    """

    time_limit_s: float = 60.0
    relative_gap: float = 1e-4
    seed: int = 1
    workers: int = 1

    def __post_init__(self) -> None:
        if not self.time_limit_s > 0:
            raise ValueError(f"time_limit_s must be positive: {self.time_limit_s}")
        if not self.relative_gap >= 0:
            raise ValueError(f"relative_gap must not be negative: {self.relative_gap}")
        if self.workers < 1:
            raise ValueError(f"workers must be at least 1: {self.workers}")


@dataclass(frozen=True)
class Step:
    """One line of the search's trace: when, in which phase, the best value and the bound then."""

    seconds: float
    phase: str
    best: float
    bound: float


PROVEN = 1e-4
"""Share of what moves by which it and its bound may differ."""


@dataclass(frozen=True)
class Stage:
    """What a lexicographic search reached before it turned to compactness.

    Parameters
    ----------
    measure
        The measure whose disruption was made small.
    moved
        The share of it that the stage's plan moves.
    bound
        A proven lower bound on that share, with all earlier stages kept.
    """

    measure: str
    moved: float
    bound: float

    @property
    def is_proven(self) -> bool:
        """Whether it is proven that no plan moves less."""
        return (1 - PROVEN) * self.moved <= self.bound


@dataclass(frozen=True, eq=False)
class Plan:
    """An alignment that holds every criterion, with what is known about how good it is.

    Parameters
    ----------
    problem, criteria, options
        What was asked.
    alignment
        The decision.
    objective
        Its value in km: weighted mean distance, plus the prices on disruption and deviation.
    bound
        A proven lower bound on the objective of every alignment that holds the criteria; 0 where
        no better one is known. In lexicographic order, of every alignment that moves no more.
    stopped
        Why the search ended.
    prices
        ``(n_territories, n_measures)`` km of objective per unit of activity: what one more unit of
        a territory's capacity would save. Zero where no price was computed.
    tolls
        ``(n_disruption,)`` km of objective that one more unit (all of the measure) of each entry's
        disruption budget would save, in the order of the criteria; empty where none was computed.
    losses
        ``(n_disruption, n_territories)`` km of objective that letting a territory lose one more
        unit (all it holds today of the entry's measure) would save; empty where none was computed.
    stages
        What was reached before compactness, in lexicographic order; else empty.
    seconds
        How long the solve took.
    trace
        The search, step by step.
    versions
        Package name to version, as they ran.
    """

    problem: Problem
    criteria: Criteria
    options: SolveOptions
    alignment: Alignment
    objective: float
    bound: float
    stopped: Literal["gap reached", "time limit", "search finished", "stopped"]
    prices: FloatArray
    tolls: FloatArray = field(default_factory=lambda: np.empty(0))
    losses: FloatArray = field(default_factory=lambda: np.empty((0, 0)))
    stages: tuple[Stage, ...] = ()
    seconds: float = field(default=0.0, compare=False)
    trace: tuple[Step, ...] = field(default=(), compare=False)
    versions: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "prices", frozen(self.prices, np.float64))
        object.__setattr__(self, "tolls", frozen(self.tolls, np.float64))
        object.__setattr__(self, "losses", frozen(self.losses, np.float64))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    @property
    def gap(self) -> float:
        """The share of the objective that is not proven necessary; 0 is proven optimal."""
        if self.objective <= 0:
            return 0.0
        return max(0.0, (self.objective - self.bound) / self.objective)

    @property
    def status(self) -> Literal["optimal", "feasible"]:
        """Whether the plan is proven to be within the gap that was asked for."""
        return "optimal" if self.gap <= self.options.relative_gap else "feasible"

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 over everything but the time it took."""
        return fingerprint(self)
