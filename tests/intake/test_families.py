"""Who belongs to one account family."""

from __future__ import annotations

from pathlib import Path

import pytest

from territory_planner.intake import read_problem
from tests.intake.projects import PLAN, write_project

TOGETHER = PLAN + "[criteria]\nkeep_together = true\n"


@pytest.mark.parametrize(
    ("rows", "families"),
    [
        ("P1,,;C1,,P1;G1,,C1;X1,,;X2,,", "PPP--"),
        ("C1,,P1;C2,,P2;P1,,G;P2,,G;G,,;X1,,", "PPPPP-"),
        ("P1,,;C1,,p1;X1,,P9;X2,,P8", "PP--"),
        ("P1,Parent,;C1,Child,parent;G1,Grand,Child", "PPP"),
        ("P1,Twin,;P2,Twin,;C1,,Twin;C2,,Twin", "--CC"),
        ("A1,,One;A2,,Two;A3,,One;A4,,Two;A5,,", "OTOT-"),
        ("A1,,A1;A2,,", "--"),
        (
            "001000000000001AAA,,;001000000000002AAA,,001000000000001;"
            "001000000000003AAA,,001000000000002AAA;001000000000004AAA,,",
            "PPP-",
        ),
    ],
)
def test_families(tmp_path: Path, rows: str, families: str) -> None:
    """Parents are followed to the top, and found by id, long or short, or by a name of one only."""
    lines = [f"{row},50.{i},8.{i},1" for i, row in enumerate(rows.split(";"))]
    accounts = "\n".join(["id,name,family,latitude,longitude,hours", *lines, ""])
    group = read_problem(write_project(tmp_path, accounts, plan=TOGETHER)).group
    drawn = [families.index(f) if f != "-" else -1 for f in families]
    alike = [[one == other != -1 for other in group] for one in group]
    assert alike == [[one == other != -1 for other in drawn] for one in drawn]
