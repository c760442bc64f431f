"""Pages that need nothing but themselves: assets written in, and a check that none is left out.

The assets are unchanged copies of published packages, each with its licence beside it.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files

from territory_planner.errors import TerritoryPlannerError


@dataclass(frozen=True)
class Asset:
    """A vendored file and the notice its licence asks for."""

    path: str
    notice: str


LEAFLET = "Leaflet 1.9.4, (c) 2010-2023 Volodymyr Agafonkin, (c) 2010-2011 CloudMade, BSD-2-Clause"
CLUSTER = "Leaflet.markercluster 1.5.3, (c) 2012 David Leaver, MIT licence"

# Folium's own pop-ups would call jQuery; the map has pop-ups of its own, and goes without.
SCRIPTS = (
    Asset("leaflet/leaflet.js", LEAFLET),
    Asset("markercluster/leaflet.markercluster.js", CLUSTER),
)
STYLES = (
    Asset("leaflet/leaflet.css", LEAFLET),
    Asset("markercluster/MarkerCluster.css", CLUSTER),
)

_SOURCE_MAP = re.compile(r"//# sourceMappingURL=\S+")
_CSS_ADDRESS = re.compile(r"""(?:url\(\s*['"]?|@import\s+['"])(?P<address>[^'")]*)""")
_ADDRESSES = frozenset({"src", "href", "srcset", "data", "poster", "background", "xlink:href"})
_HARMLESS = ("data:", "#")


class NotSelfContainedError(TerritoryPlannerError):
    """A page would load something from elsewhere.

    Parameters
    ----------
    found
        What the page would load: the tag or style, and the address.
    """

    def __init__(self, found: list[str]) -> None:
        self.found = tuple(found)
        shown = "\n".join(f"  - {line}" for line in self.found[:5])
        more = f"\n  - and {len(found) - 5} more" if len(found) > 5 else ""
        super().__init__(
            f"The page is not self-contained: it would load {len(found)} "
            f"{'file' if len(found) == 1 else 'files'} from elsewhere, and many readers have no "
            f"way there. Write the content into the page instead:\n{shown}{more}"
        )


@cache
def head() -> str:
    """Return the ``<style>`` and ``<script>`` elements that a map's page needs."""
    styles = [f"<style>/* {a.notice} */\n{_style(a.path)}</style>" for a in STYLES]
    scripts = [f"<script>/* {a.notice} */\n{_script(a.path)}</script>" for a in SCRIPTS]
    return "\n".join([*styles, *scripts])


def check_self_contained(page: str) -> None:
    """Check that nothing in a page is loaded from elsewhere, nor in a page inside it.

    Raises
    ------
    NotSelfContainedError
        When a script, style, image, frame or font has an address outside the page.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    if reader.found:
        raise NotSelfContainedError(reader.found)


def _script(path: str) -> str:
    # A source map is fetched as soon as the developer tools open.
    return _SOURCE_MAP.sub("", _read(path).decode())


def _style(path: str) -> str:
    folder = path.rpartition("/")[0]

    def embedded(match: re.Match[str]) -> str:
        image = base64.b64encode(_read(f"{folder}/{match[1]}")).decode()
        return f"url(data:image/png;base64,{image})"

    return re.sub(r"url\((images/[^)]+\.png)\)", embedded, _read(path).decode())


def _read(path: str) -> bytes:
    return files("territory_planner.reporting").joinpath("assets", path).read_bytes()


class _Reader(HTMLParser):
    """Collects the addresses that a browser would load while it shows a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self.in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_style = tag == "style"
        for name, value in attrs:
            if not value:
                continue
            if name == "srcdoc":
                inner = _Reader()
                inner.feed(value)
                inner.close()
                self.found += inner.found
            elif name == "style":
                self._style(value)
            elif name in _ADDRESSES and tag != "a" and not value.startswith(_HARMLESS):
                self.found.append(f"<{tag} {name}> {value[:100]}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.in_style = False

    def handle_endtag(self, tag: str) -> None:
        self.in_style = self.in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        if self.in_style:
            self._style(data)

    def _style(self, text: str) -> None:
        addresses = (match["address"].strip() for match in _CSS_ADDRESS.finditer(text))
        self.found += [f"style: {a[:100]}" for a in addresses if not a.startswith(_HARMLESS)]
