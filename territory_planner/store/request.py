"""What was asked of a plan beside what `plan.toml` says: edits to be kept, an account to explain.

In a store it stands below the settings of its run, as TOML like theirs, so that whoever reads them
reads it, and no older table had to change.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

MARK = "# Asked of the plan that it started from"
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


def with_request(settings: str, request: Request | None) -> str:
    """Return the settings of a run with what was asked below them."""
    if request is None:
        return settings
    lines = [MARK, f"[{request.verb}]"]
    if isinstance(request, Explaining):
        lines.append(f"account = {_quoted(request.account)}")
    else:
        if request.measure is not None:
            lines.append(f"measure = {_quoted(request.measure)}")
        lines += [f"[{request.verb}.moves]"]
        lines += [f"{_quoted(a)} = {_quoted(t)}" for a, t in request.moves.items()]
    above = f"{settings}\n" if settings else ""
    return above + "\n".join([*lines, ""])


def divided(text: str) -> tuple[str, Request | None]:
    """Return the settings of a run, and what was asked below them, which `with_request` wrote."""
    above, mark, below = text.rpartition(f"{MARK}\n")
    if not mark:
        return text, None
    above = above.removesuffix("\n")
    asked: dict[str, Any] = tomllib.loads(below)
    if "why" in asked:
        return above, Explaining(asked["why"]["account"])
    if "repair" in asked:
        return above, Repairing(asked["repair"]["moves"], asked["repair"].get("measure"))
    # A newer version may ask more of a plan; its runs can be read all the same.
    return text, None


def request_settings(request: Request) -> dict[str, str]:
    """Return what was asked as one value a setting, as `diff` tells settings."""
    if isinstance(request, Explaining):
        return {f"{request.verb}.account": request.account}
    measure = {} if request.measure is None else {f"{request.verb}.measure": request.measure}
    return measure | {f"{request.verb} {a}": territory for a, territory in request.moves.items()}


def _quoted(text: str) -> str:
    # TOML reads what JSON quotes, but for one character that only TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
