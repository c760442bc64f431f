"""What a project holds, in a few printed lines."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def print_project(
    title: str,
    accounts: pd.DataFrame,
    reps: pd.DataFrame,
    measures: dict[str, NDArray[np.float64]],
) -> None:
    """Print the sizes, and how far the current territories are from their share of each measure.

    Parameters
    ----------
    title
        The project's name.
    accounts, reps
        Its tables.
    measures
        Name and unit to the value of each account.
    """
    vacant = int(reps["rep_id"].eq("").sum())
    print(f"{title}: {len(accounts):,} accounts, {len(reps)} territories, {vacant} vacant")
    share = reps["capacity"].to_numpy(np.float64) / reps["capacity"].sum()
    row = {territory: k for k, territory in enumerate(reps["territory_id"])}
    held = accounts["current_territory"].map(row).to_numpy(np.int64)
    for name, value in measures.items():
        target = share * value.sum()
        total = np.bincount(held, value, len(reps))
        deviation = np.sort(total / target - 1)
        inside = float((np.abs(deviation) <= 0.1).mean())
        low, first, middle, third, high = np.quantile(deviation, (0, 0.25, 0.5, 0.75, 1))
        print(
            f"  {name}: {value.sum():,.0f} in all; current deviation from target "
            f"{low:+.0%} … {first:+.0%} … {middle:+.0%} … {third:+.0%} … {high:+.0%}; "
            f"{inside:.0%} of territories within 10%; "
            f"largest account {value.max() / target.max():.1%} of a full-time target"
        )
