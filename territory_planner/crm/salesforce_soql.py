"""Queries in SOQL: ids are checked, texts are quoted, and nothing else comes from outside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

AT_ONCE = 300
"""Ids in one query, which travels in an address of at most 16,384 characters."""

_ID = re.compile(r"[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?")
_NAME = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)?", re.ASCII)
_ESCAPES = str.maketrans(
    {"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b",
     "\f": "\\f"}
)  # fmt: skip


def is_id(text: object, prefix: str = "") -> bool:
    """Return whether a text is formed as an id of Salesforce, of the object with this prefix."""
    return isinstance(text, str) and bool(_ID.fullmatch(text)) and text.startswith(prefix)


def quoted(text: str) -> str:
    """Return a text as SOQL takes it, whatever is in it."""
    return f"'{text.translate(_ESCAPES)}'"


def select(fields: Iterable[str], kind: str, *conditions: str) -> str:
    """Return a query, whose records come by id.

    Raises
    ------
    ValueError
        When a field or the object is called as none can be.
    """
    fields = list(dict.fromkeys(fields))
    for name in (*fields, kind):
        _check(name)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {', '.join(fields)} FROM {kind}{where} ORDER BY Id"  # noqa: S608


def equal(field: str, value: str | bool) -> str:
    """Return the condition that a field holds a value."""
    _check(field)
    return f"{field} = {quoted(value) if isinstance(value, str) else str(value).lower()}"


def among(field: str, texts: Iterable[str]) -> str:
    """Return the condition that a field holds one of some texts."""
    _check(field)
    return f"{field} IN ({','.join(quoted(text) for text in texts)})"


def of(field: str, ids: Iterable[str]) -> str:
    """Return the condition that a field holds one of some ids.

    Raises
    ------
    ValueError
        When one of them is no id.
    """
    ids = list(ids)
    wrong = [i for i in ids if not is_id(i)]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is no id of Salesforce")
    return among(field, ids)


def some(ids: Iterable[str], at_once: int = AT_ONCE) -> Iterator[Sequence[str]]:
    """Yield ids in lots that one query takes; what is no id of Salesforce's is not there."""
    known = [i for i in dict.fromkeys(ids) if is_id(i)]
    for at in range(0, len(known), at_once):
        yield known[at : at + at_once]


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of Salesforce's")
