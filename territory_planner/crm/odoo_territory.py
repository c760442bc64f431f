"""How Odoo keeps an account's territory: it has no field for one, so there are three ways.

``?territory=`` in the address says which:

========  ======================================================================================
field     a text field ``x_territory`` of the account, which holds our territory's id (default)
team      a field ``x_territory_team_id`` that points at a sales team
tag       a contact tag below the tag "Territory"
none      nowhere: owners alone are written
========  ======================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from territory_planner.crm.change import CLEAR, Value, value_of
from territory_planner.crm.connector import CrmTerritory
from territory_planner.crm.odoo_rpc import Rpc
from territory_planner.errors import Fault, InputError

ACCOUNT = "res.partner"
PARENT_TAG = "Territory"


class TerritoryField:
    """A text field of the account; any text will do."""

    name: str | None = "x_territory"
    column: str | None = "x_territory"
    is_listed = False
    told = "text field"

    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc
        self._is_there: bool | None = None

    @property
    def is_there(self) -> bool:
        """Whether the account has the field."""
        if self._is_there is None:
            known = self._rpc.call(
                ACCOUNT, "fields_get", allfields=[self.column], attributes=["type"]
            )
            self._is_there = self.column in known
        return self._is_there

    def territories(self) -> Iterator[CrmTerritory]:
        """Yield the territories that Odoo knows."""
        yield from ()

    def value(self, held: Any) -> Value:
        """Return what Odoo holds as a value."""
        return value_of(str(held) if held else None)

    def values(self, new: Value) -> Any:
        """Return a value as `write` takes it."""
        return False if new is CLEAR else new

    def lacks(self, territories: Sequence[CrmTerritory]) -> list[str]:
        """Return in words what must be made first."""
        field = [] if self.is_there else [f"{self.told} {self.column} of {ACCOUNT}"]
        return field + [f"{self.noun} {t.name}" for t in self.missing(territories)]

    def create(self, territories: Sequence[CrmTerritory]) -> None:
        """Make it."""
        if not self.is_there:
            domain = [["model", "=", ACCOUNT]]
            (model,) = self._rpc.call("ir.model", "search_read", domain=domain, fields=["model"])
            self._rpc.call("ir.model.fields", "create", vals_list=[self.definition(model["id"])])
            self._is_there = True
        missing = self.missing(territories)
        if missing:
            self.make(missing)

    noun = "territory"

    def definition(self, model: int) -> dict[str, Any]:
        """Return the field, as Odoo's list of fields takes it."""
        return {"name": self.column, "field_description": "Territory", "ttype": "char",
                "model_id": model}  # fmt: skip

    def missing(self, territories: Sequence[CrmTerritory]) -> list[CrmTerritory]:
        """Return the territories that Odoo does not know and must."""
        if not self.is_listed:
            return []
        known = {name for there in self.territories() for name in (there.key, there.name)}
        return [t for t in territories if t.key not in known and t.name not in known]

    def make(self, territories: Sequence[CrmTerritory]) -> None:
        """Make territories."""


class TerritoryTeam(TerritoryField):
    """A field that points at a sales team of the territory's name."""

    name = column = "x_territory_team_id"
    is_listed = True
    told = "field"
    noun = "sales team"

    def territories(self) -> Iterator[CrmTerritory]:
        """Yield the sales teams."""
        for row in self._rpc.call("crm.team", "search_read", domain=[], fields=["name"]):
            yield CrmTerritory(str(row["id"]), row["name"])

    def values(self, new: Value) -> Any:
        """Return the team's id."""
        return int(new) if isinstance(new, str) else False

    def definition(self, model: int) -> dict[str, Any]:
        """Return the field, as Odoo's list of fields takes it."""
        return super().definition(model) | {"ttype": "many2one", "relation": "crm.team"}

    def make(self, territories: Sequence[CrmTerritory]) -> None:
        """Make teams."""
        self._rpc.call("crm.team", "create", vals_list=[{"name": t.name} for t in territories])


class TerritoryTag(TerritoryField):
    """A contact tag below "Territory"; an account has one of them, and its other tags besides."""

    name = column = "category_id"
    is_listed = True
    noun = "tag"

    @property
    def is_there(self) -> bool:
        """Return that every Odoo has tags."""
        return True

    def territories(self) -> Iterator[CrmTerritory]:
        """Yield the tags below "Territory"."""
        domain = [["parent_id.name", "=", PARENT_TAG], ["parent_id.parent_id", "=", False]]
        rows = self._rpc.call("res.partner.category", "search_read", domain=domain, fields=["name"])
        for row in rows:
            yield CrmTerritory(str(row["id"]), row["name"])

    def value(self, held: Any) -> Value:
        """Return the one tag of ours among the account's tags; of several, all of them."""
        mine = sorted(set(held or ()) & self._ours)
        return value_of(",".join(map(str, mine)))

    def values(self, new: Value) -> Any:
        """Return the commands that take our tags off and put one on, and touch no other."""
        put = {int(tag) for tag in new.split(",")} if isinstance(new, str) else set()
        off = [[3, tag, 0] for tag in sorted(self._ours - put)]
        return off + [[4, tag, 0] for tag in sorted(put)]

    def make(self, territories: Sequence[CrmTerritory]) -> None:
        """Make tags, and the one above them."""
        domain = [["name", "=", PARENT_TAG], ["parent_id", "=", False]]
        above = self._rpc.call(
            "res.partner.category", "search_read", domain=domain, fields=["name"]
        )
        if above:
            parent = above[0]["id"]
        else:
            (parent,) = self._rpc.call(
                "res.partner.category", "create", vals_list=[{"name": PARENT_TAG}]
            )
        rows = [{"name": t.name, "parent_id": parent} for t in territories]
        self._rpc.call("res.partner.category", "create", vals_list=rows)
        self._known = None

    _known: set[int] | None = None

    @property
    def _ours(self) -> set[int]:
        if self._known is None:
            self._known = {int(territory.id) for territory in self.territories()}
        return self._known


class NoTerritory(TerritoryField):
    """No territory at all."""

    name = column = None

    @property
    def is_there(self) -> bool:
        """Return that nothing is missing."""
        return True


WAYS = {"field": TerritoryField, "team": TerritoryTeam, "tag": TerritoryTag, "none": NoTerritory}


def territory_way(way: str, rpc: Rpc) -> TerritoryField:
    """Return how territories are kept.

    Raises
    ------
    InputError
        When there is no such way.
    """
    if way not in WAYS:
        message = f"territory={way} is not known; there are {', '.join(WAYS)}."
        raise InputError([Fault("--crm", message)])
    return WAYS[way](rpc)
