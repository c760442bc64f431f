"""The part of SOQL that the stand-in answers; literals are read as Salesforce reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.salesforce.org import PREFIX, Org

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<word>[A-Za-z_][\w.]*)|(?P<sign>!=|[=(),])|(?P<number>\d+))"
)
UNESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
ABSENT = object()


class MalformedQueryError(Exception):
    """A query that Salesforce would not answer either."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def answer(org: Org, query: str) -> list[dict[str, Any]]:
    """Return the records that a query finds."""
    return _Reader(org, _tokens(query)).records()


def _tokens(query: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while query[at:].strip():
        match = TOKEN.match(query, at)
        if match is None or match.lastgroup is None:
            raise MalformedQueryError("MALFORMED_QUERY", f"unexpected token: {query[at : at + 9]}")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


class _Reader:
    def __init__(self, org: Org, tokens: list[tuple[str, str]]) -> None:
        self._org, self._tokens = org, tokens

    def records(self) -> list[dict[str, Any]]:
        self._word("SELECT")
        fields = [self._next("word")]
        while self._is(","):
            fields.append(self._next("word"))
        self._word("FROM")
        kind = self._next("word")
        if kind not in PREFIX or kind in self._org.unknown:
            raise MalformedQueryError("INVALID_TYPE", f"sObject type '{kind}' is not supported.")
        conditions = []
        if self._has("WHERE"):
            conditions.append(self._condition())
            while self._has("AND"):
                conditions.append(self._condition())
        if self._has("ORDER"):
            self._word("BY")
            self._word("Id")
        if self._tokens:
            raise MalformedQueryError("MALFORMED_QUERY", f"unexpected: {self._tokens[0][1]}")
        with self._org.lock:
            rows = [row for row in self._org.rows(kind)
                    if all(_held(row, name) in values for name, values in conditions)]  # fmt: skip
            return [
                {"attributes": {"type": kind}} | {name: _shown(row, name) for name in fields}
                for row in sorted(rows, key=lambda row: str(row["Id"]))
            ]

    def _condition(self) -> tuple[str, frozenset[Any]]:
        name = self._next("word")
        if self._has("IN"):
            self._sign("(")
            values = [self._value()]
            while self._is(","):
                values.append(self._value())
            self._sign(")")
            return name, frozenset(values)
        self._sign("=")
        return name, frozenset([self._value()])

    def _value(self) -> Any:
        kind, text = self._tokens.pop(0)
        if kind == "text":
            return re.sub(r"\\(.)", lambda m: UNESCAPED.get(m[1], m[1]), text[1:-1])
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        raise MalformedQueryError("MALFORMED_QUERY", f"unexpected token: {text}")

    def _next(self, kind: str) -> str:
        if not self._tokens or self._tokens[0][0] != kind:
            raise MalformedQueryError("MALFORMED_QUERY", f"expected a {kind}")
        return self._tokens.pop(0)[1]

    def _has(self, word: str) -> bool:
        if self._tokens and self._tokens[0][1].upper() == word:
            self._tokens.pop(0)
            return True
        return False

    def _word(self, word: str) -> None:
        if not self._has(word.upper()):
            raise MalformedQueryError("MALFORMED_QUERY", f"expected {word}")

    def _is(self, sign: str) -> bool:
        return self._has(sign)

    def _sign(self, sign: str) -> None:
        self._word(sign)


def _held(row: Mapping[str, Any], name: str) -> Any:
    return _shown(row, name)


def _shown(row: Mapping[str, Any], name: str) -> Any:
    value = row.get(name, ABSENT)
    if value is ABSENT:
        raise MalformedQueryError("INVALID_FIELD", f"No such column '{name}'")
    return value
