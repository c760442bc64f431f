"""Accounts without a place: an error, or left out when the settings say so."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territory_planner.config import Settings
from territory_planner.geography.gazetteer import Gazetteer
from territory_planner.intake.accounts import AccountRows
from territory_planner.intake.faults import Faults
from territory_planner.intake.placement import NOWHERE, known_places


def placed_only(
    accounts: AccountRows, settings: Settings, gazetteer: Gazetteer, faults: Faults
) -> NDArray[np.bool_]:
    """Return which accounts have a place; note the others unless they may be left out."""
    nowhere: NDArray[np.bool_] = accounts.placement.placed_by == NOWHERE
    kept = ~nowhere
    if settings.data.unplaced == "leave out" or not nowhere.any():
        return kept
    columns = accounts.columns

    def told(i: int) -> str:
        place = " ".join(filter(None, (columns.said("postal_code", i), columns.said("city", i))))
        return f"{columns.said('id', i)}: {repr(place) if place else 'no postal code, no city'}"

    faults.add_rows(
        columns.table,
        "every account must have a place on the map",
        # Coordinates that are there but wrong have been told already.
        nowhere & ~accounts.placement.refused,
        told,
        f"Add coordinates, or {known_places(gazetteer)}; or set "
        '[data] unplaced = "leave out", after which check --json and the report list all of them.',
        ("has none", "have none"),
    )
    return kept
