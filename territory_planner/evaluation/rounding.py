"""Numbers rounded as a reader rounds them: halves away from zero, or the safe way for a proof."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

_CONTEXT = Context(prec=400)
"""Enough digits for any float with a few decimals."""


def half_up(value: float, decimals: int = 0) -> Decimal:
    """Return a finite number rounded to so many decimals, halves away from zero.

    Rounded is what the number reads as, not its binary value: 0.145 becomes 0.15, as it does in a
    browser, where formatting the float would give 0.14.
    """
    return _rounded(value, decimals, ROUND_HALF_UP)


def up(value: float, decimals: int = 0) -> Decimal:
    """Return a finite number rounded up, so that "at most" stays true."""
    return _rounded(value, decimals, ROUND_CEILING)


def down(value: float, decimals: int = 0) -> Decimal:
    """Return a finite number rounded down, so that "at least" stays true."""
    return _rounded(value, decimals, ROUND_FLOOR)


def _rounded(value: float, decimals: int, how: str) -> Decimal:
    step = Decimal(1).scaleb(-decimals)
    return Decimal(repr(float(value))).quantize(step, rounding=how, context=_CONTEXT)
