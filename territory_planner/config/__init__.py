"""`plan.toml` as typed settings; an unknown key is an error with a hint."""

from territory_planner.config.hints import did_you_mean
from territory_planner.config.reading import read_settings
from territory_planner.config.tables import (
    ACCOUNT_COLUMNS,
    REP_COLUMNS,
    MeasureTable,
    PairTable,
    Settings,
)
from territory_planner.config.varied import read_varied

__all__ = [
    "ACCOUNT_COLUMNS",
    "REP_COLUMNS",
    "MeasureTable",
    "PairTable",
    "Settings",
    "did_you_mean",
    "read_settings",
    "read_varied",
]
