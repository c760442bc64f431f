"""Tables as CSV files that a spreadsheet may open.

A text that starts like a formula would be run by the spreadsheet of whoever opens the file, so an
apostrophe is put before it. A text that is nothing but a number is left as it is: it can do no
harm, and keys such as ``-12`` must still match.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from territory_planner.errors import writing

FORMULA = r"[=+\-@\t\r\n＝＋－＠]"
"""How a formula starts: with the control characters that some programs skip, and the full-width
signs that they take for the others."""

NUMBER = r"[+-]?[0-9]+(?:\.[0-9]+)?"

TELEPHONE = r"\+[0-9 ()/.-]+"
"""A number to call, which is data to whoever loads the file and nothing that can do harm."""


def write_csv(path: Path, columns: Mapping[str, Any], kept: Collection[str] = ()) -> int:
    """Write columns as a CSV file, UTF-8 with LF line ends, and return the number of rows.

    Parameters
    ----------
    columns
        Header to values, all of one length; texts are neutralised, numbers stay numbers.
    kept
        Columns that are somebody's own data and will be loaded again: telephone numbers in them
        stay as they are.
    """
    import pandas as pd

    table = pd.DataFrame(dict(columns))
    has_return = False
    for name in table.columns:
        if not pd.api.types.is_numeric_dtype(table[name]):
            texts = table[name].astype("str")
            table[name] = neutralised(texts)
            if name in kept:
                table[name] = table[name].mask(texts.str.fullmatch(TELEPHONE), texts)
            has_return |= bool(table[name].str.contains("\r", regex=False).any())
    # A carriage return inside a cell is quoted only on request, and would end the row.
    quoting: Literal[0, 2] = csv.QUOTE_NONNUMERIC if has_return else csv.QUOTE_MINIMAL
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n", quoting=quoting)
    return len(table)


def write_table(path: Path, columns: Mapping[str, Any], kept: Collection[str] = ()) -> int:
    """Write columns as `write_csv` does, whole or not at all, and return the number of rows.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{uuid4().hex}")
        try:
            rows = write_csv(temporary, columns, kept)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    return rows


def neutralised(texts: Any) -> Any:
    """Return a Series of texts with an apostrophe before each that starts like a formula."""
    dangerous = texts.str.match(FORMULA) & ~texts.str.fullmatch(NUMBER)
    return texts.mask(dangerous, "'" + texts)
