"""CSV and TSV: separator and encoding found out, broken lines told by their number."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.intake.content import UnreadableError
from territory_planner.intake.tables import Table

SEPARATORS = (",", ";", "\t", "|")
# Bytes read at a time; a single row must fit.
BLOCK = 1 << 22
NOT_BLANK = re.compile(rb"\S")


@dataclass(frozen=True)
class _Header:
    """The names in the first row, what parts them, and where the rows begin."""

    names: list[str]
    separator: str
    size: int
    line: int


def read_delimited(path: Path, name: str, encoding: str) -> Table:
    """Return a CSV or TSV file as texts.

    Line numbers are those a spreadsheet shows: a cell with a line break in it is one line.

    Raises
    ------
    UnreadableError
        When the text is in another encoding, or rows are longer or shorter than the header.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    data = _utf8(path.read_bytes(), encoding)
    head = _header(data)
    kept, repeated = distinct_headers(head.names)
    places = [f"c{i}" for i in range(len(head.names))]
    body = pa.py_buffer(data).slice(head.size)
    if NOT_BLANK.search(data, head.size) is None:
        nothing = {header: pa.array([], pa.string()) for header in kept}
        return Table(name, nothing, np.empty(0, dtype=np.int64), "line", repeated)
    broken: list[Any] = []

    def skip(row: Any) -> str:
        broken.append(row)
        return "skip"

    def read(*, use_threads: bool) -> Any:
        broken.clear()
        return arrow_csv.read_csv(
            pa.BufferReader(body),
            read_options=arrow_csv.ReadOptions(
                column_names=places, use_threads=use_threads, block_size=BLOCK
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=head.separator,
                newlines_in_values=b'"' in data,
                ignore_empty_lines=False,
                invalid_row_handler=skip,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(places, pa.string())
            ),
        )

    try:
        table = read(use_threads=True)
        if broken:
            # Only a single thread knows the numbers of the rows.
            read(use_threads=False)
    except pa.ArrowInvalid as error:
        raise UnreadableError(
            f"the lines cannot be told apart ({error}). Look for a double quote that is not closed."
        ) from None
    if broken and table.num_rows == 0 and len({row.actual_columns for row in broken}) == 1:
        raise UnreadableError(
            f"line {head.line} should be the header and has {_columns(len(head.names))}, but all "
            f"lines below have {_columns(broken[0].actual_columns)}. If it is a title, remove it."
        )
    if broken:
        raise UnreadableError(_told_broken(broken, len(head.names), head))
    line = np.arange(table.num_rows, dtype=np.int64) + head.line + 1
    columns, line = without_blank_rows({h: table.column(i) for h, i in kept.items()}, line)
    return Table(name, columns, line, "line", repeated)


def distinct_headers(headers: list[str]) -> tuple[dict[str, int], frozenset[str]]:
    """Return header to the first column that has it, blank ones aside, and those repeated."""
    kept: dict[str, int] = {}
    repeated = set()
    for number, header in enumerate(headers):
        if header in kept:
            repeated.add(header)
        elif header:
            kept[header] = number
    return kept, frozenset(repeated)


def without_blank_rows(
    columns: dict[str, Any], line: NDArray[np.int64]
) -> tuple[dict[str, Any], NDArray[np.int64]]:
    """Return the columns and line numbers without rows that hold nothing at all."""
    import pyarrow as pa
    import pyarrow.compute as pc

    blank: Any = None
    for column in columns.values():
        empty = pc.is_null(column)
        if pa.types.is_string(column.type):
            empty = pc.or_kleene(empty, pc.equal(column, "").fill_null(True))
        blank = empty if blank is None else pc.and_(blank, empty)
        if not pc.any(blank).as_py():
            return columns, line
    if blank is None:
        return columns, line
    full = ~np.asarray(blank)
    mask = pa.array(full)
    return {h: c.filter(mask) for h, c in columns.items()}, line[full]


def _utf8(data: bytes, encoding: str) -> bytes:
    """Return the bytes as UTF-8 without byte order mark."""
    marked = data.startswith(b"\xef\xbb\xbf")
    if marked or encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig"):
        plain = data.removeprefix(b"\xef\xbb\xbf")
        try:
            plain.isascii() or plain.decode("utf-8")
        except UnicodeDecodeError as error:
            line = plain.count(b"\n", 0, error.start) + 1
            around = plain[max(0, error.start - 12) : error.start + 8].decode("latin-1")
            shown = " ".join(around.split())
            raise UnreadableError(
                f"the text is not UTF-8: line {line}, near '{shown}'. "
                'Set [data] encoding = "latin-1", or save the file as UTF-8.'
            ) from None
        return plain
    try:
        return data.decode(encoding).encode("utf-8")
    except UnicodeError as error:
        where = ""
        if isinstance(error, UnicodeDecodeError):
            line = data.count(b"\n", 0, error.start) + 1
            where = f": line {line}"
        raise UnreadableError(
            f"the text is not {encoding}, which [data] encoding says{where}. Correct the setting."
        ) from None


def _header(data: bytes) -> _Header:
    """Return the header of a text: its first line that is not blank.

    A line "sep=;" before it, as Excel likes, is heeded.
    """
    with io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="") as text:
        first = next((line.strip() for line in text if line.strip()), "")
    told = first[4:] if first.lower().startswith("sep=") and len(first) == 5 else None
    separator = told or max(
        SEPARATORS, key=lambda s: len(next(csv.reader([first], delimiter=s), []))
    )
    size = line = 0
    before = told is not None
    names: list[str] = []
    with io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="") as text:
        lines = _Counted(text)
        rows = csv.reader(lines, delimiter=separator)
        for row in rows:
            size, line = lines.size, line + 1
            names = [name.strip() for name in row]
            if any(names):
                if not before:
                    break
                before = False
    return _Header(names, separator, size, line)


class _Counted:
    """Lines of a text, and how many bytes of it were taken."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.size = 0

    def __iter__(self) -> _Counted:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.size += len(line.encode("utf-8"))
        return line


def _columns(n: int) -> str:
    return "1 column" if n == 1 else f"{n:,} columns"


def _told_broken(rows: list[Any], wanted: int, head: _Header) -> str:
    sign = "a tab" if head.separator == "\t" else f"'{head.separator}'"
    shown = ", ".join(f"line {row.number + head.line} ({row.actual_columns})" for row in rows[:5])
    more = f" and {len(rows) - 5:,} more" if len(rows) > 5 else ""
    count = "1 line has" if len(rows) == 1 else f"{len(rows):,} lines have"
    return (
        f"every line must have the header's {_columns(wanted)}: {count} not, e.g. {shown}{more}. "
        f"Put values that hold {sign} into double quotes, and close every quote."
    )
