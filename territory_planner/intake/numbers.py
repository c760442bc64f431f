"""Numbers as people and programs write them: "1.234,56 €", "(1,200)", "12 %", "1e3".

The decimal mark and the thousands separator are given, never guessed: "1.234" is a thousand in
one file and one and a bit in another, and a wrong guess would spoil a plan in silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.intake.tables import Table

# Beyond this a difference of one is lost, and sums and products soon are.
LARGEST = 1e15

_BLANKS = ("", "-", "–", "—", "NA", "na")
_CURRENCY = r"(?:[$€£¥₹]|[A-Z]{3})?"
_SPACE = r"[\s\x{00a0}\x{202f}]*"


@dataclass(frozen=True, eq=False)
class Numbers:
    """A column read as numbers.

    Parameters
    ----------
    value
        ``(n_rows,)``; NaN where the cell holds nothing or no number.
    blank
        ``(n_rows,)`` True where the cell holds nothing.
    bad
        ``(n_rows,)`` True where the cell holds something else than a number.
    """

    value: NDArray[np.float64]
    blank: NDArray[np.bool_]
    bad: NDArray[np.bool_]


def read_numbers(table: Table, header: str) -> Numbers:
    """Return a column of a table as numbers, in the marks that the table uses."""
    import pyarrow as pa

    kind = table.columns[header].type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        column = table.columns[header].combine_chunks()
        value = np.asarray(column.cast(pa.float64(), safe=False), dtype=np.float64)
        blank = np.isnan(value)
        return Numbers(value, blank, np.isinf(value))
    return parse_numbers(table.text(header), table.decimal, table.thousands)


def read_degrees(table: Table, header: str) -> Numbers:
    """Return a column of degrees; they have no thousands, so either decimal mark is fine."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(table.columns[header].type):
        return parse_numbers(pc.replace_substring(table.text(header), ",", "."), ".", "")
    return read_numbers(table, header)


def parse_numbers(texts: Any, decimal: str, thousands: str) -> Numbers:
    """Return trimmed texts as numbers.

    Parameters
    ----------
    texts
        Arrow array of texts, "" for nothing.
    decimal, thousands
        The decimal mark and the thousands separator, "" when there is none.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    blank = pc.is_in(texts, pa.array(_BLANKS))
    some = pc.if_else(blank, None, texts)
    try:
        if decimal != ".":
            raise pa.ArrowInvalid("its own marks")
        numbers = some.cast(pa.float64())
    except pa.ArrowInvalid:
        numbers = _by_pattern(some, decimal, thousands)
    value = np.asarray(numbers.fill_null(np.nan), dtype=np.float64)
    empty = np.asarray(blank)
    bad = ~np.isfinite(value) & ~empty
    return Numbers(np.where(bad, np.nan, value), empty, bad)


def _by_pattern(texts: Any, decimal: str, thousands: str) -> Any:
    """Return texts with signs, currency, percent and separators as floats, null where unfit."""
    import pyarrow as pa
    import pyarrow.compute as pc

    mark = re.escape(decimal)
    separator = {" ": r"[ \x{00a0}\x{202f}]", "'": "['’]", "": ""}.get(
        thousands, re.escape(thousands)
    )
    # Groups of two serve the Indian way: 12,34,567.
    grouped = rf"\d{{1,3}}(?:{separator}\d{{2,3}})*{separator}\d{{3}}|" if separator else ""
    digits = rf"(?:(?:{grouped}\d+)(?:{mark}\d*)?|{mark}\d+)(?:[eE][+-]?\d+)?"
    pattern = (
        rf"^(?P<open>\(?){_SPACE}(?P<first>[+\-−]?){_SPACE}{_CURRENCY}{_SPACE}(?P<second>[+\-−]?)"
        rf"(?P<digits>{digits})(?P<third>[\-−]?){_SPACE}{_CURRENCY}{_SPACE}(?P<percent>%?)"
        rf"{_SPACE}(?P<close>\)?)$"
    )
    parts = pc.extract_regex(texts, pattern=pattern)
    found = parts.is_valid()
    plain = pc.struct_field(parts, "digits")
    if separator:
        plain = pc.replace_substring_regex(plain, pattern=separator, replacement="")
    plain = pc.if_else(found, pc.replace_substring(plain, decimal, "."), None)
    value = pc.replace_substring_regex(plain, pattern=r"\.($|[eE])", replacement=r"\1")
    value = value.cast(pa.float64())
    signs = [pc.struct_field(parts, s) for s in ("open", "first", "second", "third")]
    minus = [pc.is_in(sign, pa.array(["(", "-", "−"])) for sign in signs]
    negative = pc.or_(pc.or_(minus[0], minus[1]), pc.or_(minus[2], minus[3]))
    hundred = pc.equal(pc.struct_field(parts, "percent"), "%")
    value = pc.if_else(hundred.fill_null(False), pc.divide(value, 100.0), value)
    return pc.if_else(negative, pc.negate(value), value)
