"""One seed and one worker give one plan, whatever order Python's sets and dicts happen to have."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PLAN = """
from dataclasses import replace
from tests.worlds import grid_problem
from territory_planner import Band, Criteria, Disruption, SolveOptions, solve
problem = grid_problem(
    "12345678/87654321/11223344", potential="91919191/19191919/55555555",
    current="AABBCCAA/BBCCAABB/CCAABBCC", n_territories=3,
)
criteria = Criteria(
    {"workload": Band.within(0.1), "potential": Band.within(0.2)},
    disruption=(Disruption("workload", 0.9), Disruption("potential", per_territory=0.9)),
    contiguous=CONTIGUOUS, centers=CENTERS, compactness=COMPACTNESS,
)
print(solve(problem, criteria, SolveOptions(time_limit_s=60, seed=3, workers=1)).fingerprint)
"""


@pytest.mark.parametrize(
    ("contiguous", "centers", "compactness"),
    [
        (False, "home", {"distance": 1.0}),
        (True, "free", {"distance": 1.0}),
        (True, "home", {"diameter": 1.0}),
    ],
)
def test_the_hash_seed_does_not_matter(
    contiguous: bool, centers: str, compactness: dict[str, float]
) -> None:
    """Two processes with different hash seeds print the same fingerprint."""
    code = PLAN.replace("CONTIGUOUS", repr(contiguous)).replace("CENTERS", repr(centers))
    code = code.replace("COMPACTNESS", repr(compactness))
    printed = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
            timeout=240,
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1] != ""
