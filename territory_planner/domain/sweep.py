"""`Sweep`: a grid of parameters, every combination of whose values is a plan of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import product
from math import prod
from typing import Literal, get_args

from territory_planner.domain.scenario import Scale

Kind = Literal["headcount", "band", "growth", "budget", "scenario", "seed"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Value = int | float | str
Cell = tuple[Value, ...]
"""One value of each parameter, in the sweep's order."""


@dataclass(frozen=True)
class Parameter:
    """What is varied, and the values that it takes.

    Parameters
    ----------
    kind
        "headcount", the number of territories; "band", ± a share of the target; "growth" of a
        measure, as a share; "budget", the share of a measure that may change hands; "scenario",
        by its name; "seed" of the search.
    values
        In the order in which they are shown.
    measure
        Of a band or a budget; a band without one is that of every banded measure.
    growth
        Whose `by` takes the values: which measure grows, and for whom.
    """

    kind: Kind
    values: tuple[Value, ...]
    measure: str = ""
    growth: Scale | None = None

    @property
    def name(self) -> str:
        """What it is called: "headcount", "band.revenue", "growth.revenue[territory=T07]"."""
        if self.growth is None:
            return f"{self.kind}.{self.measure}" if self.measure else self.kind
        told = []
        for field in fields(self.growth):
            value = getattr(self.growth, field.name)
            if field.name in ("measure", "by") or not value:
                continue
            pairs = value if isinstance(value, Mapping) else {field.name: value}
            told += [f"{key}={value}" for key, value in pairs.items()]
        return f"growth.{self.growth.measure}" + (f"[{','.join(told)}]" if told else "")


@dataclass(frozen=True)
class Sweep:
    """Parameters whose values are combined, each with each.

    Parameters
    ----------
    parameters
        The last one varies fastest.
    """

    parameters: tuple[Parameter, ...]

    def __len__(self) -> int:
        return prod(len(parameter.values) for parameter in self.parameters)

    def __iter__(self) -> Iterator[Cell]:
        return product(*(parameter.values for parameter in self.parameters))

    @property
    def names(self) -> tuple[str, ...]:
        """What the parameters are called."""
        return tuple(parameter.name for parameter in self.parameters)
