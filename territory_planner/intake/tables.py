"""`Table`: rows of a file as columns, each row with the number a person finds it by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

# What exports write where a cell holds nothing.
NOTHING = ("nan", "null", "none", "#n/a", "n/a", "<na>")


@dataclass(frozen=True, eq=False)
class Table:
    """The rows of one file.

    Parameters
    ----------
    file
        The file's name as the user wrote it.
    columns
        Header to an Arrow array of texts or typed values, ``(n_rows,)`` each.
    line
        ``(n_rows,)`` the row's number as a spreadsheet or a GIS shows it.
    row_word
        What that number counts: "line", "row" or "feature".
    repeated
        Headers that occur more than once; only the first such column is kept.
    shapes
        ``(n_rows,)`` shapely geometries in longitude and latitude; None for a plain table.
    decimal
        The decimal mark of numbers written as text.
    thousands
        The thousands separator of numbers written as text, or "".
    """

    file: str
    columns: Mapping[str, Any]
    line: NDArray[np.int64]
    row_word: str = "line"
    repeated: frozenset[str] = frozenset()
    shapes: NDArray[np.object_] | None = None
    decimal: str = "."
    thousands: str = ""
    _texts: dict[str, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.line)

    def where(self, row: int) -> str:
        """Return where a person finds a row: "line 4"."""
        return f"{self.row_word} {self.line[row]}"

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The headers in the order of the file."""
        return tuple(self.columns)

    def header_of(self, name: str) -> str | None:
        """Return the header of that name, its letters' case aside; None when there is none."""
        if name in self.columns:
            return name
        return next((h for h in self.headers if h.casefold() == name.casefold()), None)

    def text(self, header: str) -> Any:
        """Return a column as an Arrow array of trimmed texts, "" where it holds nothing."""
        if header not in self._texts:
            self._texts[header] = plain_text(self.columns[header])
        return self._texts[header]

    def said(self, header: str | None, row: int) -> str:
        """Return one cell as text, "" without such a column."""
        return "" if header is None else str(self.text(header)[row].as_py())


def plain_text(column: Any) -> Any:
    """Return an Arrow column as one array of trimmed texts, "" for nothing; 2134.0 is "2134"."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_floating(array.type):
        whole = pc.all(pc.equal(pc.floor(array), array), min_count=0).as_py()
        finite = pc.all(pc.is_finite(array), min_count=0).as_py()
        if whole and finite:
            array = array.cast(pa.int64(), safe=False)
    if not pa.types.is_string(array.type):
        if pa.types.is_nested(array.type) or pa.types.is_null(array.type):
            array = pa.array([_told(value) for value in array.to_pylist()], pa.string())
        else:
            array = _as_string(array)
    trimmed = pc.utf8_trim_whitespace(array.fill_null(""))
    nothing = pc.is_in(pc.utf8_lower(trimmed), pa.array(NOTHING))
    return pc.if_else(nothing, "", trimmed) if pc.any(nothing).as_py() else trimmed


def _as_string(array: Any) -> Any:
    """Return an Arrow array as texts; keys kept as bytes, such as UUIDs, as hexadecimal digits."""
    import pyarrow as pa

    try:
        return array.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([b if b is None else b.hex() for b in array.to_pylist()], pa.string())


def numpy_text(array: Any) -> NDArray[np.str_]:
    """Return an Arrow array of texts as a read-only NumPy array, so that it is not copied again."""
    result = np.array(array.to_pylist() or [""], dtype=np.str_)[: len(array)]
    result.flags.writeable = False
    return result


def _told(value: object) -> str:
    if isinstance(value, list):
        return ";".join(str(item) for item in value)
    return "" if value is None else str(value)
