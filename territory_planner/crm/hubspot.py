"""HubSpot: accounts are companies, their owner is ``hubspot_owner_id``, an owner's id.

One call updates up to a hundred records, each with values of its own. HubSpot answers 207 where
some of them failed, and names a failed one by the ``objectWriteTraceId`` that it was sent with,
never by its place. HubSpot has no territories: a property of the company holds ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from territory_planner.crm.batches import batches_of, rows_of
from territory_planner.crm.change import Change, value_of
from territory_planner.crm.connect import Address
from territory_planner.crm.connector import (
    Capabilities,
    Consequences,
    CrmAccount,
    CrmTerritory,
    Opportunity,
    Record,
    RefusedError,
    RowResult,
    User,
)
from territory_planner.crm.credentials import secret
from territory_planner.crm.hubspot_api import KEY, Api
from territory_planner.crm.hubspot_property import TerritoryProperty
from territory_planner.crm.odoo_rpc import Line

COMPANY, DEAL, OWNER = "companies", "deals", "hubspot_owner_id"
OBJECTS = "/crm/v3/objects"
AT_ONCE = 100
WATCHED = {
    COMPANY: ("name", "domain", "hs_parent_company_id"),
    DEAL: ("dealname", "dealstage", "amount"),
}


class HubSpot:
    """A HubSpot account that companies are read from and written to.

    Parameters
    ----------
    api
        How it is called.
    territory
        The property that holds a company's territory.
    """

    def __init__(self, api: Api, territory: TerritoryProperty) -> None:
        self._api, self._territory = api, territory

    def capabilities(self) -> Capabilities:
        """Return what HubSpot calls things."""
        mine = (OWNER, self._territory.name)
        return Capabilities(
            name="HubSpot",
            account=COMPANY,
            owner_field=OWNER,
            territory_field=self._territory.name,
            opportunity=DEAL,
            opportunity_owner_field=OWNER,
            watched={COMPANY: (*mine, *WATCHED[COMPANY]), DEAL: (OWNER, *WATCHED[DEAL])},
            max_batch=AT_ONCE,
            atomicity="row",
            territories_are_listed=self._territory.is_listed,
        )

    def users(self) -> Iterator[User]:
        """Yield the owners, those of deactivated users too: ids are owners', not users'."""
        for archived in ("false", "true"):
            for row in self._api.pages("/crm/v3/owners", {"archived": archived}):
                name = " ".join(filter(None, (row.get("firstName"), row.get("lastName"))))
                email = row.get("email") or ""
                yield User(str(row["id"]), name or email, email, "", not row["archived"])

    def territories(self) -> Iterator[CrmTerritory]:
        """Yield the options of the territory property; none for a text."""
        return self._territory.territories()

    def accounts(self) -> Iterator[CrmAccount]:
        """Yield the companies."""
        place = ("zip", "city", "state", "country", "hs_country_code", "hs_parent_company_id")
        names = ("name", *place, OWNER, self._territory.name)
        for row in self._api.pages(f"{OBJECTS}/{COMPANY}", {"properties": ",".join(names)}):
            held = _texts(row)
            yield CrmAccount(
                id=str(row["id"]),
                name=held.get("name", ""),
                postal_code=held.get("zip", ""),
                city=held.get("city", ""),
                state=held.get("state", ""),
                country=held.get("hs_country_code", "") or held.get("country", ""),
                owner_id=held.get(OWNER, ""),
                territory=held.get(self._territory.name, ""),
                parent_id=held.get("hs_parent_company_id", ""),
            )

    def opportunities(self) -> Iterator[Opportunity]:
        """Yield the deals that are not closed, each under the company it is associated with."""
        names = ("dealname", "amount", "dealstage", "closedate", "hs_is_closed", OWNER)
        asked = {"properties": ",".join(names), "associations": COMPANY}
        for row in self._api.pages(f"{OBJECTS}/{DEAL}", asked):
            held = _texts(row)
            company = _company_of(row)
            if held.get("hs_is_closed") == "true" or not company:
                continue
            yield Opportunity(
                id=str(row["id"]),
                name=held.get("dealname", ""),
                account_id=company,
                owner_id=held.get(OWNER, ""),
                amount=float(held.get("amount") or 0.0),
                stage=held.get("dealstage", ""),
                close_date=held.get("closedate", "")[:10],
            )

    def read(
        self, object: str, ids: Iterable[str] | None, fields: Sequence[str]
    ) -> Iterator[Record]:
        """Yield records with their properties; what is no id of HubSpot's is not there."""
        if ids is None:
            asked = {"properties": ",".join(fields)}
            for row in self._api.pages(f"{OBJECTS}/{object}", asked):
                yield _record(row, fields)
            return
        wanted = iter(dict.fromkeys(i for i in ids if _is_id(i)))
        while some := list(islice(wanted, AT_ONCE)):
            body = {
                "inputs": [{"id": record_id} for record_id in some],
                "properties": list(fields),
                "propertiesWithHistory": [],
            }
            for row in self._api.ask(f"{OBJECTS}/{object}/batch/read", body)["results"]:
                yield _record(row, fields)

    def lacks(self, territories: Sequence[CrmTerritory]) -> tuple[str, ...]:
        """Return the property or its options that are missing."""
        return self._territory.lacks(territories)

    def create(self, territories: Sequence[CrmTerritory]) -> tuple[str, ...]:
        """Make the property or its options that are missing."""
        missing = self.lacks(territories)
        if missing:
            self._territory.create(territories)
        return missing

    def consequences(
        self,
        changes: Sequence[Change],
        *,
        notify: bool = False,  # noqa: ARG002
    ) -> Consequences:
        """Return the calls that writing makes, and what runs or does not follow besides."""
        calls = 3 * len(batches_of(rows_of(changes), self.capabilities()))
        warnings = []
        if changes:
            warnings.append("Workflows that start at one of these properties run for each record")
        if any(change.field == OWNER for change in changes):
            warnings.append("Whether HubSpot tells a new owner is set by each user in HubSpot; "
                            "no call can keep it from doing so")  # fmt: skip
        if any(change.object == COMPANY and change.field == OWNER for change in changes):
            warnings.append("Contacts and tickets of a company keep their owner, unless a setting "
                            "or workflow of yours lets them follow")  # fmt: skip
        return Consequences(api_calls=calls, warnings=tuple(warnings))

    def dry_run(self, changes: Sequence[Change]) -> Iterator[RowResult]:
        """Yield what is wrong with each change by itself: HubSpot has no dry run."""
        for change in changes:
            try:
                self._written(change)
            except RefusedError as refused:
                yield RowResult(change.key, "failed", refused.code, refused.message)
            else:
                yield RowResult(change.key, "ok")

    def apply(
        self,
        changes: Sequence[Change],
        *,
        notify: bool = False,  # noqa: ARG002
    ) -> Iterator[RowResult]:
        """Update the records of a batch, and say of each what HubSpot says.

        Raises
        ------
        RefusedError
            When HubSpot refuses the whole call.
        """
        rows = {f"row-{i}": row for i, row in enumerate(rows_of(changes))}
        kind = changes[0].object
        inputs = [
            batch_input(row[0].record_id, trace, dict(self._written(change) for change in row))
            for trace, row in rows.items()
        ]
        said = self._api.write("POST", f"{OBJECTS}/{kind}/batch/update", {"inputs": inputs})
        errors = _errors(said.get("errors") or (), {r[0].record_id: t for t, r in rows.items()})
        written = {str(result["id"]) for result in said.get("results") or ()}
        for trace, row in rows.items():
            # An error that names no row is told of each row that HubSpot does not list as written.
            error = errors.get(trace) or (
                errors.get("") if row[0].record_id not in written else None
            )
            for change in row:
                if error is None:
                    yield RowResult(change.key, "ok")
                else:
                    yield RowResult(change.key, *error)

    def _written(self, change: Change) -> tuple[str, str]:
        """Return a property and its new value, for those that are ours to write."""
        new = change.new if isinstance(change.new, str) else ""
        if change.object in (COMPANY, DEAL) and change.field == OWNER:
            if new and not _is_id(new):
                raise RefusedError("user", f"{new!r} is no id of an owner")
        elif not (change.object == COMPANY and change.field == self._territory.name):
            told = f"{change.object}.{change.field} is not ours to write"
            raise RefusedError("field", told)
        if not _is_id(change.record_id):
            raise RefusedError("id", f"{change.record_id!r} is no id of a record")
        return change.field, new


def batch_input(record_id: str, trace: str, properties: Mapping[str, str]) -> dict[str, Any]:
    """Return one record of a batch update; "" empties a property."""
    return {"id": record_id, "objectWriteTraceId": trace, "properties": dict(properties)}


def open_hubspot(where: Address) -> HubSpot:
    """Return the connector of an address: ``hubspot+https://api.hubapi.com?territory=property``.

    Raises
    ------
    InputError
        When the token is missing, or the property can hold no territory.
    CrmError
        When HubSpot cannot be reached or refuses the token.
    """
    api = Api(Line(where.url), secret(KEY))
    return HubSpot(api, TerritoryProperty(api, where.options.get("territory", "territory")))


def _errors(
    errors: Iterable[Mapping[str, Any]], trace_of: Mapping[str, str]
) -> dict[str, tuple[Any, str, str]]:
    """Return trace id to status, code and message; "" for an error that names no row."""
    found: dict[str, tuple[Any, str, str]] = {}
    for error in errors:
        context = error.get("context") or {}
        traces = [str(t) for t in context.get("objectWriteTraceId") or ()]
        traces += [trace_of[str(i)] for i in context.get("ids") or () if str(i) in trace_of]
        code = str(error.get("category") or error.get("status") or "error")
        message = " ".join(str(error.get("message") or "").split())[:500]
        status = "busy" if code in ("RATE_LIMITS", "RATE_LIMIT", "LOCKED") else "failed"
        for trace in traces or [""]:
            found[trace] = (status, code, message)
    return found


def _record(row: Mapping[str, Any], fields: Sequence[str]) -> Record:
    held = _texts(row)
    values = {name: value_of(held.get(name)) for name in fields}
    return Record(str(row["id"]), values, str(row.get("updatedAt") or ""))


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    held = row.get("properties") or {}
    return {str(name): str(value) for name, value in held.items() if value is not None}


def _company_of(row: Mapping[str, Any]) -> str:
    """Return the company that a deal is of: the primary one where there are several."""
    found = ((row.get("associations") or {}).get(COMPANY) or {}).get("results") or []
    first = next((one for one in found if one.get("type") == "deal_to_company"), None)
    chosen = first or next(iter(found), None)
    return str(chosen["id"]) if chosen else ""


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20
