"""What a project's accounts table says and its plan does not keep: families and postal codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from territory_planner.config import ACCOUNT_COLUMNS, Settings
from territory_planner.intake.columns import match_columns
from territory_planner.intake.faults import Faults
from territory_planner.intake.headers import ACCOUNT_HEADERS, USUAL_ACCOUNT_HEADERS
from territory_planner.intake.reading import read_table


@dataclass(frozen=True)
class KnownAccounts:
    """The ids of a project's accounts, their families and postal codes, "" for nothing."""

    ids: Sequence[str] = ()
    families: Sequence[str] = ()
    postal_codes: Sequence[str] = ()


def read_known_accounts(settings: Settings, faults: Faults) -> KnownAccounts:
    """Return them, or nobody when the table cannot be read, which is noted."""
    table = read_table(settings, settings.data.accounts, faults, sheet=settings.data.sheet)
    if table is None:
        return KnownAccounts()
    columns = match_columns(
        table,
        ACCOUNT_COLUMNS,
        settings.columns.accounts,
        ACCOUNT_HEADERS,
        USUAL_ACCOUNT_HEADERS,
        "[columns.accounts]",
        faults,
    )
    said = [columns.text(ours).to_pylist() for ours in ("id", "family", "postal_code")]
    return KnownAccounts(*said)
