"""CSV as Salesforce's Bulk API 2.0 and its Data Loader take it: UTF-8, no BOM, LF line ends.

An empty cell leaves a field alone and ``#N/A`` empties it; ids have 18 characters. A job takes 150
MB after base64, so a file has 100 MB at most and the rest goes into further ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from territory_planner.crm.cells import line
from territory_planner.crm.change import CLEAR, UNSET, Value
from territory_planner.intake.owners import checksum

NULL = "#N/A"
LARGEST = 100_000_000


def is_id(text: str) -> bool:
    """Return whether a text is a Salesforce id: 15 characters, or 18 with a checksum that fits."""
    if len(text) not in (15, 18) or not (text.isascii() and text.isalnum()):
        return False
    return len(text) == 15 or text[15:] == checksum(text[:15])


def id18(text: str) -> str:
    """Return an id with 18 characters, which survives tools that ignore capitals.

    Raises
    ------
    ValueError
        When it is no Salesforce id, or a tool has changed capitals in it.
    """
    if not is_id(text):
        raise ValueError(f"{text!r} is no Salesforce id")
    return text[:15] + checksum(text[:15])


def bulk_cell(value: Value) -> str:
    """Return a value as a cell.

    Raises
    ------
    ValueError
        When it is the very text that empties a field.
    """
    if value is UNSET:
        return ""
    if value is CLEAR:
        return NULL
    if value == NULL:
        raise ValueError(f"the text {NULL!r} would empty the field")
    return str(value)


def bulk_csv(
    headers: Sequence[str], rows: Iterable[Sequence[Value]], largest: int = LARGEST
) -> Iterator[bytes]:
    """Yield the files that hold the rows, each with the headers and of at most `largest` bytes.

    Without rows there is one file, of headers alone.
    """
    head = line(headers).encode()
    lines, size, has_file = [head], len(head), False
    for row in rows:
        one = line([bulk_cell(value) for value in row]).encode()
        if size + len(one) > largest and len(lines) > 1:
            yield b"".join(lines)
            lines, size, has_file = [head], len(head), True
        lines.append(one)
        size += len(one)
    if len(lines) > 1 or not has_file:
        yield b"".join(lines)
