"""A small drawn project: six accounts in three territories, each file easily altered."""

from __future__ import annotations

from pathlib import Path

import pytest

from territory_planner.errors import InputError
from territory_planner.intake import read_problem

ACCOUNTS = """id,name,latitude,longitude,hours,revenue,current
A1,Alder,50.0,8.0,10,1000,T1
A2,Birch,50.1,8.1,20,2000,T1
A3,Cedar,50.2,8.2,30,3000,T2
A4,Dogwood,50.3,8.3,40,4000,T2
A5,Elm,50.4,8.4,50,5000,T3
A6,Fir,50.5,8.5,60,6000,
"""
REPS = """territory_id,territory,rep_id,rep,email,latitude,longitude,capacity
T1,North,R1,Ann Ash,ann@example.com,50.0,8.0,1
T2,Middle,R2,Ben Bay,ben@example.com,50.2,8.2,0.5
T3,South,R3,Cat Cox,cat@example.com,50.4,8.4,0.5
"""
PLAN = """
[data]
accounts = "accounts.csv"
reps = "reps.csv"

[[measure]]
name = "workload"
unit = "h/yr"
column = "hours"
band = 0.1
"""


def write_project(
    folder: Path, accounts: str = ACCOUNTS, reps: str = REPS, plan: str = PLAN, **files: str
) -> Path:
    """Write a project and return its folder; further files are given as ``name_csv="…"``."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"accounts_csv": accounts, "reps_csv": reps, "plan_toml": plan, **files}
    for name, text in files.items():
        stem, suffix = name.rsplit("_", 1)
        (folder / f"{stem}.{suffix}").write_text(text, encoding="utf-8")
    return folder


def refused(folder: Path) -> str:
    """Return the message a project is refused with."""
    with pytest.raises(InputError, match="found") as caught:
        read_problem(folder)
    return str(caught.value)
