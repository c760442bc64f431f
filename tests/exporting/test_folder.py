"""The export folder: whole or not at all, and nothing of anybody else's is touched."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from territory_planner.errors import InputError
from territory_planner.exporting.folder import written_whole
from territory_planner.exporting.plan_files import export_assignments
from tests.exporting.plans import moving_plan


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def write_two_files(folder: Path) -> None:
    with written_whole(folder) as fresh:
        (fresh / "notes").mkdir()
        for name in ("assignments.csv", "notes/x.csv"):
            (fresh / name).write_text("new", encoding="utf-8")


def test_an_export_replaces_an_earlier_one(tmp_path: Path) -> None:
    """A list that the new plan no longer has is removed: it would tell a rep something false."""
    plan = moving_plan()
    export_assignments(plan, tmp_path)
    stays = replace(plan, alignment=plan.alignment.moved({1: 0}))
    export_assignments(stays, tmp_path)
    assert not (tmp_path / "handover" / "R1.csv").exists()
    assert (tmp_path / "handover" / "R2.csv").exists()


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    """Whatever else lies in the folder stays, byte for byte."""
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    export_assignments(moving_plan(), tmp_path)
    export_assignments(moving_plan(), tmp_path)
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_file_that_no_export_wrote_is_not_replaced(tmp_path: Path) -> None:
    """A file in the way is named, and nothing is written beside it."""
    (tmp_path / "assignments.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"assignments\.csv.*\n.*no export wrote it"):
        export_assignments(moving_plan(), tmp_path)
    assert contents(tmp_path) == {"assignments.csv": b"mine"}


def test_a_file_that_was_edited_is_not_replaced(tmp_path: Path) -> None:
    """Work that somebody did in an exported file is not lost, and nothing else changes."""
    export_assignments(moving_plan(), tmp_path)
    (tmp_path / "handover" / "R2.csv").write_text("renewal in May", encoding="utf-8")
    before = contents(tmp_path)
    with pytest.raises(InputError, match=r"R2\.csv.*\n.*changed since it was exported"):
        export_assignments(moving_plan(), tmp_path)
    assert contents(tmp_path) == before


def test_a_manifest_cannot_claim_files_elsewhere(tmp_path: Path) -> None:
    """A manifest that lists a path outside its folder does not make that file ours."""
    outside = tmp_path / "precious.txt"
    outside.write_text("mine", encoding="utf-8")
    folder = tmp_path / "out"
    export_assignments(moving_plan(), folder)
    manifest = folder / "manifest.json"
    digest = hashlib.sha256(b"mine").hexdigest()
    claim = f'"../precious.txt": {{"rows": 1, "sha256": "{digest}"}},\n    "assignments.csv"'
    text = manifest.read_text(encoding="utf-8").replace('"assignments.csv"', claim)
    manifest.write_text(text, encoding="utf-8")
    export_assignments(moving_plan(), folder)
    assert outside.read_text(encoding="utf-8") == "mine"


def test_a_failed_export_leaves_nothing(tmp_path: Path) -> None:
    """A plan that cannot be written leaves no folder, and no temporary one either."""
    plan = moving_plan()
    accounts = replace(plan.problem.accounts, xy=np.full((4, 2), np.nan))
    broken = replace(plan, problem=replace(plan.problem, accounts=accounts, crs="no projection"))
    with pytest.raises(Exception, match="no projection"):
        export_assignments(broken, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_move_that_fails_puts_everything_back(tmp_path: Path) -> None:
    """When one file cannot be moved into place, the earlier export stands as it was."""
    export_assignments(moving_plan(), tmp_path)
    before = contents(tmp_path)
    (tmp_path / "notes").write_text("a file where a folder must be", encoding="utf-8")
    with pytest.raises(OSError, match="notes"):
        write_two_files(tmp_path)
    (tmp_path / "notes").unlink()
    assert contents(tmp_path) == before


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """An export to the path of a file is refused in words."""
    path = tmp_path / "out"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="this is a file"):
        export_assignments(moving_plan(), path)
