"""Rows as the text of a CSV file that gives every cell back as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_NEEDS_QUOTES = re.compile('[,"\r\n]')


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV with LF line ends, nothing neutralised: a load file, not for eyes."""
    return "".join(line(row) for row in rows)


def line(row: Sequence[str]) -> str:
    """Return one row with its line end; only a cell that would come back otherwise is quoted."""
    # A lone empty cell would be a blank line, which readers pass over.
    return '""\n' if list(row) == [""] else ",".join(map(_quoted, row)) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text
