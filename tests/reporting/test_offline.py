"""Pages that need nothing but themselves."""

from __future__ import annotations

import pytest

from territory_planner.errors import TerritoryPlannerError
from territory_planner.reporting.offline import (
    SCRIPTS,
    STYLES,
    NotSelfContainedError,
    check_self_contained,
    head,
)


@pytest.mark.parametrize(
    ("page", "named"),
    [
        ('<script src="https://example.com/a.js"></script>', "<script src> https://example"),
        ('<link rel="stylesheet" href="http://example.com/a.css">', "<link href> http://example"),
        ('<img src="//example.com/a.png">', "<img src> //example.com/a.png"),
        ('<img src="images/a.png">', "<img src> images/a.png"),
        ("<style>@import 'https://example.com/a.css';</style>", "style: https://example.com"),
        ("<style>a { background: url(images/a.png) }</style>", "style: images/a.png"),
        ('<p style="background: url(http://example.com/a.png)">', "style: http://example.com"),
        ('<iframe srcdoc="&lt;img src=&quot;http://a.b/c.png&quot;>"></iframe>', "http://a.b"),
    ],
)
def test_check_outside_address(page: str, named: str) -> None:
    """Whatever a page would load from elsewhere is refused, and named."""
    with pytest.raises(NotSelfContainedError, match="it would load 1 file from elsewhere") as error:
        check_self_contained(page)
    assert named in str(error.value)
    assert isinstance(error.value, TerritoryPlannerError)


@pytest.mark.parametrize(
    "page",
    [
        '<img src="data:image/png;base64,AA==">',
        '<a href="https://example.com">a link is followed, not loaded</a>',
        "<script>const text = '<img src=\"http://example.com/a.png\">';</script>",
        '<svg><use href="#a"/></svg>',
    ],
)
def test_check_harmless(page: str) -> None:
    """Data, links and texts in scripts are no loads."""
    check_self_contained(page)


def test_head_whole() -> None:
    """The assets are written in, their pictures too, each with the notice of its licence."""
    check_self_contained(head())
    assert "images/" not in head().split("</style>")[0]
    assert "sourceMappingURL" not in head()
    assert all(asset.notice in head() for asset in SCRIPTS + STYLES)
