"""Named edges that join what water parts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territory_planner.config import Settings
from territory_planner.geography.adjacency import sorted_edges
from territory_planner.intake.faults import Faults, nearest_ids
from territory_planner.intake.reading import read_table


def read_bridges(
    settings: Settings, unit_ids: NDArray[np.str_], faults: Faults
) -> NDArray[np.int32]:
    """Return ``(n_bridges, 2)`` pairs ``i < j`` of units that a file of pairs joins.

    Without such a file there are none. Ids that no unit has are noted as faults.
    """
    name = settings.units.bridges
    none = np.empty((0, 2), dtype=np.int32)
    table = read_table(settings, name, faults) if name is not None else None
    if table is None:
        return none
    index = {str(id_): i for i, id_ in enumerate(unit_ids)}
    ends = []
    for side in ("from", "to"):
        header = table.header_of(side)
        if header is None:
            faults.add(
                table.file, f"column '{side}' is missing. Write the columns from, to and name."
            )
            return none
        values = table.text(header).to_pylist()

        def told(i: int, values: list[str] = values) -> str:
            near = nearest_ids(values[i], list(index))
            return f"'{values[i]}'{', ' + near if near else ''}"

        faults.add_rows(
            table,
            f"column '{header}' must name a unit",
            np.array([value not in index for value in values]),
            told,
            "Correct the id.",
            ("does not", "do not"),
        )
        ends.append([index.get(value, -1) for value in values])
    pairs = np.array(ends, dtype=np.int32).T
    return sorted_edges(pairs[(pairs >= 0).all(axis=1)])
