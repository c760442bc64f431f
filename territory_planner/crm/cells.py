"""Rows as the text of a CSV file that gives every cell back as it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Literal


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV with LF line ends, nothing neutralised: a load file, not for eyes."""
    rows = list(rows)
    # A carriage return inside a cell is quoted only on request, and would end the row.
    has_return = any("\r" in cell for row in rows for cell in row)
    quoting: Literal[0, 1] = csv.QUOTE_ALL if has_return else csv.QUOTE_MINIMAL
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=quoting).writerows(rows)
    return text.getvalue()
