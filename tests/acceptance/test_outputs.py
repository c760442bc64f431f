"""A place that cannot be written is refused in a sentence and before any search."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import pytest

import territory_planner.exporting.geopackage as geopackage
from territory_planner.cli import main
from territory_planner.errors import OutputError, writing
from tests.acceptance.conftest import ACCOUNTS, REPS, run, write_project


@pytest.mark.parametrize(
    ("out", "told"),
    [
        ("reps.csv/x", "x: this is a file, or lies below one. Give a folder."),
        ("reps.csv", "reps.csv: 1 problem found.\n  - this is a file. Give a folder to write to."),
        ("a" * 300, "the name is too long. Give a shorter one."),
        ("full", "map.html: 1 problem found.\n  - this is a folder. Remove it"),
    ],
)
def test_refused_before_the_search(tmp_path: Path, out: str, told: str) -> None:
    """Nothing is read or searched for when nothing could be written afterwards."""
    project = write_project(tmp_path, ACCOUNTS, REPS)
    (project / "full" / "map.html").mkdir(parents=True)
    refused = run("plan", project, "--out", project / out)
    assert (refused.code, refused.out) == (2, "")
    assert told in refused.err
    assert "Planning" not in refused.err


@pytest.mark.parametrize("verb", ["report --out", "export", "init"])
def test_a_file_on_the_way(tmp_path: Path, sample: Path, verb: str) -> None:
    """Every verb that writes names the place as it was given, and no file made on the way."""
    (tmp_path / "file").touch()
    plan = () if verb == "init" else (sample / "out" / "plan.plan",)
    name, *option = verb.split()
    refused = run(name, *plan, *option, tmp_path / "file" / "x")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.endswith("x: this is a file, or lies below one. Give a folder.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_full_disk(tmp_path: Path, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What GDAL says of a full disk is told as that, and nothing is left."""

    def no_room(*_: object, **__: object) -> None:
        import pyogrio

        raise pyogrio.errors.DataSourceError("database or disk is full")

    monkeypatch.setattr("geopandas.GeoDataFrame.to_file", no_room)
    monkeypatch.setattr(geopackage, "SMALLEST_ROOM", sys.maxsize)
    refused = run("export", sample / "out" / "plan.plan", tmp_path / "e")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == f"{tmp_path / 'e'}: the disk is full. Free some space, " + (
        "or give another place.\n"
    )
    assert not any(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_that_cannot_be_printed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A standard output that takes nothing more is told in a sentence."""
    project = write_project(tmp_path, ACCOUNTS, REPS)
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert main(["check", str(project)]) == 2
    assert capsys.readouterr().err == (
        "standard output: the disk is full. Free some space, or give another place.\n"
    )


def test_the_file_that_is_in_the_way_is_named(tmp_path: Path) -> None:
    """Inside a folder the file itself is named, unless it is one made on the way."""
    for name, named in (("notes/x", tmp_path / "notes" / "x"), (".export-1/x", tmp_path)):
        with pytest.raises(OutputError, match=rf"^{named}: nothing may be"), writing(tmp_path):
            raise PermissionError(errno.EACCES, "denied", str(tmp_path / name))
