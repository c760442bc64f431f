"""A page's elements, read apart from the code that wrote it."""

from __future__ import annotations

from html.parser import HTMLParser

Attributes = dict[str, str | None]


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Attributes]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements_of(page: str) -> list[tuple[str, Attributes]]:
    """Return tag and attributes of every element of a page."""
    reader = _Elements()
    reader.feed(page)
    reader.close()
    return reader.found
