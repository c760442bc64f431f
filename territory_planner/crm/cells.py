"""Rows as the text of a CSV file that gives every cell back as it was, and such a file as rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from territory_planner.errors import Fault, InputError

_NEEDS_QUOTES = re.compile('[,"\r\n]')


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV with LF line ends, nothing neutralised: a load file, not for eyes."""
    return "".join(line(row) for row in rows)


def line(row: Sequence[str]) -> str:
    """Return one row with its line end; only a cell that would come back otherwise is quoted."""
    # A lone empty cell would be a blank line, which readers pass over.
    return '""\n' if list(row) == [""] else ",".join(map(_quoted, row)) + "\n"


def read_csv(path: Path) -> list[list[str]]:
    """Return the rows of a CSV file, the header first, cells letter by letter.

    Raises
    ------
    InputError
        When it is not UTF-8, or is no CSV.
    """
    data = path.read_bytes()
    try:
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        message = f"the text is not UTF-8: line {number}. Save the file as UTF-8."
    except csv.Error as error:
        message = f"it is no CSV file ({error}). Export it again."
    raise InputError([Fault(str(path), message)])


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text
