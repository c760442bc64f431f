"""Where a Salesforce org keeps the territory of an account.

=============  =================================================================================
``model``      rows of ``ObjectTerritory2Association`` in one territory model (default)
``Field__c``   a text field of the account, which holds our territory's id
``none``       nowhere: owners alone are written
=============  =================================================================================

A row of an association can be inserted and deleted, and not changed. The new one is inserted before
the old one is deleted, so that an account is never without. Only rows that were made by hand
(``Territory2Manual``) are read, made and deleted; those of the rules belong to the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn

from territory_planner.crm.change import Change, Value, members, set_of
from territory_planner.crm.connector import CrmTerritory, RefusedError, RowResult
from territory_planner.crm.salesforce_load import OK, Load, Outcome, RowKey, loaded
from territory_planner.crm.salesforce_soql import equal, is_id, of, select, some
from territory_planner.errors import Fault, InputError

if TYPE_CHECKING:
    from territory_planner.crm.salesforce_wire import Wire

LINK = "ObjectTerritory2Association"
MANUAL, BY_RULE = "Territory2Manual", "Territory2AssignmentRule"
LINKED = "Territory2Id"
"""What we call the territory of an account; the account itself has no such field."""
COLUMN = re.compile(r"[A-Za-z]\w{0,39}__c", re.ASCII)


class NoTerritory:
    """No territory at all."""

    name: str | None = None
    column: str | None = None
    in_rows = False

    def territories(self) -> Iterator[CrmTerritory]:
        """Yield the territories that Salesforce knows."""
        yield from ()

    def lacks(self, territories: Sequence[CrmTerritory]) -> tuple[str, ...]:  # noqa: ARG002
        """Return in words what must be made first."""
        return ()

    def held(self, accounts: Iterable[str]) -> dict[str, Value]:  # noqa: ARG002
        """Return the territories of accounts that are kept in rows of their own."""
        return {}

    def all_held(self) -> dict[str, Value]:
        """Return the territories of all accounts that are kept in rows of their own."""
        return {}

    def wrong(self, new: Value) -> str:  # noqa: ARG002
        """Return what is wrong with a new value, "" where nothing is."""
        return "this connection writes no territories"

    def by_rule(self, accounts: Sequence[str]) -> int:  # noqa: ARG002
        """Return how many rows the rules have made for accounts."""
        return 0

    def write(self, changes: Sequence[Change]) -> Iterator[RowResult]:  # noqa: ARG002
        """Write territories that are kept in rows of their own."""
        yield from ()


class TerritoryColumn(NoTerritory):
    """A text field of the account; any text will do."""

    def __init__(self, column: str) -> None:
        self.name = self.column = column

    def wrong(self, new: Value) -> str:
        """Refuse the text that Bulk API 2.0 takes for none."""
        return "#N/A would empty the field" if new == "#N/A" else ""


class TerritoryRows(NoTerritory):
    """Rows that link accounts with the territories of one model.

    Parameters
    ----------
    model, model_name
        The id of the model, and what people call it.
    """

    name: str | None = LINKED
    in_rows = True

    def __init__(self, wire: Wire, model: str, model_name: str) -> None:
        self._wire, self._model, self._model_name = wire, model, model_name

    def territories(self) -> Iterator[CrmTerritory]:
        """Yield the territories of the model; their developer names are our ids."""
        of_model = equal("Territory2ModelId", self._model)
        query = select(("Id", "Name", "DeveloperName"), "Territory2", of_model)
        for row in self._wire.rows(query):
            yield CrmTerritory(row["Id"], row["Name"] or "", row["DeveloperName"] or "")

    def lacks(self, territories: Sequence[CrmTerritory]) -> tuple[str, ...]:
        """Return the territories that the model does not have; a hierarchy is made by people."""
        known = {name for there in self.territories() for name in (there.key, there.name)}
        missing = [t.name for t in territories if t.key not in known and t.name not in known]
        return tuple(
            f"territory {name} of the model {self._model_name} (load it there; --create does not)"
            for name in missing
        )

    def held(self, accounts: Iterable[str]) -> dict[str, Value]:
        """Return account to its territories, several with commas between."""
        return {account: set_of(rows) for account, rows in self._rows(list(accounts)).items()}

    def all_held(self) -> dict[str, Value]:
        """Return the same for every account that has one."""
        found: dict[str, set[str]] = {}
        for row in self._wire.rows(self._query(MANUAL)):
            found.setdefault(row["ObjectId"], set()).add(row["Territory2Id"])
        return {account: set_of(ids) for account, ids in found.items()}

    def wrong(self, new: Value) -> str:
        """Return what is wrong with a new value, "" where nothing is."""
        bad = [i for i in sorted(members(new)) if not is_id(i, "0MI")]
        return f"{bad[0]!r} is no id of a territory" if bad else ""

    def by_rule(self, accounts: Sequence[str]) -> int:
        """Return how many rows the rules have made for accounts."""
        return sum(
            1
            for ids in some(accounts)
            for _ in self._wire.rows(self._query(BY_RULE, of("ObjectId", ids)))
        )

    def write(self, changes: Sequence[Change]) -> Iterator[RowResult]:
        """Insert the new rows, and delete the old ones of the accounts whose new rows are there."""
        there = self._rows([change.record_id for change in changes])
        new = [
            (change.record_id, territory)
            for change in changes
            for territory in sorted(members(change.new) - there[change.record_id].keys())
        ]
        said: dict[str, Outcome] = {}
        for key, told in self._inserted(new).items():
            said[key[0]] = told if told != OK else said.get(key[0], OK)
        # Of what stands there only what the change knows of goes; the rest is somebody else's.
        old = {
            there[change.record_id][territory]: change.record_id
            for change in changes
            if said.get(change.record_id[:15], OK) == OK
            for territory in sorted(members(change.old) - members(change.new))
            if territory in there[change.record_id]
        }
        account_of = {row[:15]: account[:15] for row, account in old.items()}
        for (row,), told in self._deleted(list(old)).items():
            # What somebody else has deleted meanwhile is gone as well.
            if told.code != "ENTITY_IS_DELETED" and told != OK:
                said[account_of[row]] = told
        for change in changes:
            told = said.get(change.record_id[:15], OK)
            yield RowResult(change.key, told.status, told.code, told.message)

    def _inserted(self, links: Sequence[tuple[str, str]]) -> dict[RowKey, Outcome]:
        columns = ("ObjectId", "Territory2Id", "AssociationCause")
        rows = [dict(zip(columns, (*link, MANUAL), strict=True)) for link in sorted(links)]
        return loaded(self._wire, Load(LINK, "insert", columns, rows, columns[:2])) if rows else {}

    def _deleted(self, ids: Sequence[str]) -> dict[RowKey, Outcome]:
        rows = [{"Id": link} for link in ids]
        return loaded(self._wire, Load(LINK, "delete", ("Id",), rows)) if rows else {}

    def _rows(self, accounts: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return account to territory to the id of the row that links them."""
        asked = {account[:15]: account for account in accounts}
        found: dict[str, dict[str, str]] = {account: {} for account in accounts}
        for ids in some(accounts):
            for row in self._wire.rows(self._query(MANUAL, of("ObjectId", ids))):
                found[asked[row["ObjectId"][:15]]][row["Territory2Id"]] = row["Id"]
        return found

    def _query(self, cause: str, *conditions: str) -> str:
        return select(
            ("Id", "ObjectId", "Territory2Id"),
            LINK,
            equal("AssociationCause", cause),
            equal("Territory2.Territory2ModelId", self._model),
            *conditions,
        )


def territory_way(options: Mapping[str, str], wire: Wire) -> NoTerritory:
    """Return how territories are kept.

    Raises
    ------
    InputError
        When there is no such way, or no such model.
    """
    way = options.get("territory", "model")
    if way == "none":
        return NoTerritory()
    if way != "model":
        if not COLUMN.fullmatch(way):
            _refuse(f"territory={way} is not known; there are model, none, and a text field of "
                    "the account such as Sales_Territory__c.")  # fmt: skip
        return TerritoryColumn(way)
    try:
        query = select(("Id", "Name", "DeveloperName", "State"), "Territory2Model")
        models = list(wire.rows(query))
    except RefusedError as refused:
        _refuse(f"the org has no Sales Territories that this user may read ({refused}). Add "
                "?territory=none to the address, or ?territory=Field__c.")  # fmt: skip
    wanted = options.get("model")
    found = [
        m for m in models
        if (m["DeveloperName"] == wanted if wanted else m["State"] == "Active")
    ]  # fmt: skip
    if len(found) != 1:
        names = ", ".join(f"{m['DeveloperName']} ({m['State']})" for m in models) or "none"
        which = f"no model is called {wanted}" if wanted else "no model is active"
        _refuse(f"{which}. Name one in the address, ?model=Name; there are: {names}.")
    return TerritoryRows(wire, found[0]["Id"], found[0]["DeveloperName"])


def _refuse(message: str) -> NoReturn:
    raise InputError([Fault("--crm", message)])
