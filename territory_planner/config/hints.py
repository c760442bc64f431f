"""The nearest name to one that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

SHOWN = 16


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "Did you mean 'x'?" for the nearest known name, or the names there are."""
    by_small = {k.casefold(): k for k in known}
    near = get_close_matches(name.casefold(), list(by_small), n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{by_small[near[0]]}'?"
    if not by_small:
        return "There are none."
    names = list(by_small.values())
    more = ", …" if len(names) > SHOWN else ""
    return f"There are: {', '.join(names[:SHOWN])}{more}."
