"""Columns as Odoo's import takes them: a relation by external id (``/id``) or by number (``/.id``).

An empty cell empties its field, so only rows that say something of the same fields stand in one
file.
"""

from __future__ import annotations

from collections.abc import Sequence

from territory_planner.crm.odoo_territory import ACCOUNT, TerritoryField

NUMBER, EXTERNAL = ".id", "id"


def import_headers(
    kind: str, fields: Sequence[str], by: str = NUMBER, to: str = NUMBER
) -> list[str]:
    """Return the headers for a record's key and some fields.

    Parameters
    ----------
    kind
        Odoo's model.
    by, to
        What records, and the users that they point at, are named by: `NUMBER` or `EXTERNAL`.
    """
    return [by, *(_header(kind, name, to) for name in fields)]


def _header(kind: str, name: str, to: str) -> str:
    is_text = kind == ACCOUNT and name == TerritoryField.name
    return name if is_text else f"{name}/{to}"
