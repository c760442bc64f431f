"""Reading and checking a million accounts: seconds and peak memory.

``python benchmarks/intake.py [ROWS]`` writes a project with that many accounts (the same every
time), reads it in a process of its own and prints what that took.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROWS = 1_000_000
TERRITORIES = 500
SEED = 20_240_501

PLAN = """
[project]
name = "A million accounts"

[data]
accounts = "accounts.csv"
reps = "reps.csv"
country = "US"

[[measure]]
name = "workload"
unit = "h/yr"
product = ["visits_per_year", "minutes_per_visit"]
divide_by = 60
band = 0.1

[[measure]]
name = "revenue"
unit = "USD/yr"
column = "revenue_usd"

[criteria]
keep_together = true
use_skills = true
"""

CHILD = """
import resource, sys, time
start = time.perf_counter()
from territory_planner import read_problem
problem = read_problem(sys.argv[1])
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{problem.n_accounts:,} accounts read and checked in {seconds:.1f} s, peak {peak:,.0f} MB")
"""


def write_project(folder: Path, rows: int) -> int:
    """Write a project with that many accounts and return the size of its table in bytes."""
    import pyarrow as pa
    from pyarrow import csv

    rng = np.random.default_rng(SEED)
    number = np.arange(rows)
    town = rng.integers(0, 3_000, rows)
    longitude = rng.uniform(-122, -72, 3_000)[town] + rng.normal(0, 0.2, rows)
    latitude = rng.uniform(30, 47, 3_000)[town] + rng.normal(0, 0.2, rows)
    territory = rng.integers(0, TERRITORIES, rows)
    family = np.where(rng.random(rows) < 0.02, rng.integers(0, 4_000, rows), -1)
    skill = rng.choice(["", "", "", "", "", "", "", "", "", "health care"], rows)
    table = pa.table(
        {
            "id": [f"001{n:015d}" for n in number],
            "name": [f"Company {n}, Branch {t}" for n, t in zip(number, town, strict=True)],
            "city": [f"Town {t}" for t in town],
            "postal_code": [f"{t + 10_000:05d}" for t in town],
            "latitude": np.round(latitude, 5),
            "longitude": np.round(longitude, 5),
            "revenue_usd": np.round(rng.lognormal(10, 1, rows), 2),
            "visits_per_year": rng.integers(1, 25, rows),
            "minutes_per_visit": rng.integers(1, 9, rows) * 15,
            "family": ["" if f < 0 else f"F{f}" for f in family],
            "skills": skill,
            "current": [f"T{t:03d}" for t in territory],
        }
    )
    csv.write_csv(table, folder / "accounts.csv")
    reps = pa.table(
        {
            "territory_id": [f"T{t:03d}" for t in range(TERRITORIES)],
            "rep_id": [f"R{t:03d}" for t in range(TERRITORIES)],
            "rep": [f"Rep {t}" for t in range(TERRITORIES)],
            "latitude": rng.uniform(30, 47, TERRITORIES),
            "longitude": rng.uniform(-122, -72, TERRITORIES),
            "skills": ["health care"] * TERRITORIES,
        }
    )
    csv.write_csv(reps, folder / "reps.csv")
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
    return (folder / "accounts.csv").stat().st_size


def main() -> None:
    """Write the project, read it in a process of its own, print the figures."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        size = write_project(Path(folder), rows)
        print(f"accounts.csv: {rows:,} lines, 12 columns, {size / 1e6:,.0f} MB")
        root = Path(__file__).resolve().parents[1]
        subprocess.run([sys.executable, "-c", CHILD, folder], check=True, cwd=root)


if __name__ == "__main__":
    main()
