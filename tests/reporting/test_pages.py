"""Files that are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from territory_planner.reporting.pages import write_whole


def test_write_whole_replaces(tmp_path: Path) -> None:
    """A file is replaced by the new one, in folders made for it, and nothing else is left."""
    path = tmp_path / "a" / "b.html"
    assert write_whole(path, "old") == path
    write_whole(str(path), "né")
    assert path.read_bytes() == "né".encode()
    assert list(path.parent.iterdir()) == [path]


def test_write_whole_fails(tmp_path: Path) -> None:
    """When writing fails, the old file stays as it was, and no part of the new one."""
    path = write_whole(tmp_path / "a.html", "old")
    with pytest.raises(UnicodeEncodeError, match="surrogates not allowed"):
        write_whole(path, "new \ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
