"""What was asked of a plan beside its settings: edits to be kept, an account to explain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

SHOWN, LONGEST = 3, 200
"""Edits that a key tells, and its characters: a key stands in a line, and in an index."""


@dataclass(frozen=True)
class Repairing:
    """Manual edits of a plan, to be kept while every band is held.

    Parameters
    ----------
    moves
        Account id to territory, as asked for.
    measure
        What moves beside them is counted in it; None is the plan's first.
    """

    moves: Mapping[str, str]
    measure: str | None = None
    verb: Literal["repair"] = field(default="repair", init=False)

    @property
    def key(self) -> str:
        """Return how the history calls it."""
        told = ", ".join(f"{a}={t}" for a, t in [*self.moves.items()][:SHOWN])
        more = f" and {len(self.moves) - SHOWN:,} more" if len(self.moves) > SHOWN else ""
        return f"{self.verb}/{_short(told, LONGEST - len(more))}{more}"


@dataclass(frozen=True)
class Explaining:
    """What it would cost to leave an account with the rep who serves it today.

    Parameters
    ----------
    account
        Its id.
    """

    account: str
    verb: Literal["why"] = field(default="why", init=False)

    @property
    def key(self) -> str:
        """Return how the history calls it."""
        return f"{self.verb}/{_short(self.account, LONGEST)}"


Request = Repairing | Explaining


def request_values(request: Request) -> dict[str, Any]:
    """Return what was asked as plain values, as a store keeps it."""
    return asdict(request)


def request_of(values: Mapping[str, Any]) -> Request:
    """Return what was asked from its values."""
    said = {name: value for name, value in values.items() if name != "verb"}
    return Explaining(**said) if values["verb"] == "why" else Repairing(**said)


def request_settings(request: Request) -> dict[str, str]:
    """Return what was asked as one value a setting, as `diff` tells settings."""
    if isinstance(request, Explaining):
        return {f"{request.verb}.account": request.account}
    measure = {} if request.measure is None else {f"{request.verb}.measure": request.measure}
    return measure | {f"{request.verb} {a}": territory for a, territory in request.moves.items()}


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
