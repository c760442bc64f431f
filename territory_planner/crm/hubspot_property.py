"""The property of a company that holds its territory: a text, or a choice among options."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from territory_planner.crm.connector import CrmTerritory
from territory_planner.crm.hubspot_api import Api
from territory_planner.errors import Fault, InputError

PROPERTIES = "/crm/v3/properties/companies"
KINDS = {"string": "a text", "enumeration": "a choice"}


class TerritoryProperty:
    """The property, as the account has it or as it would be made.

    Parameters
    ----------
    api
        The account.
    name
        The property's internal name.

    Raises
    ------
    InputError
        When there is a property of that name which can hold no territory.
    """

    def __init__(self, api: Api, name: str) -> None:
        self._api, self.name = api, name
        self._there = api.get(f"{PROPERTIES}/{name}")
        if self._there is None:
            return
        meta = self._there.get("modificationMetadata") or {}
        if self._there.get("type") not in KINDS or meta.get("readOnlyValue"):
            message = (
                f"the property '{name}' of companies is no text and no choice that may be "
                "written. Name another one: ?territory=name."
            )
            raise InputError([Fault("--crm", message)])

    @property
    def is_listed(self) -> bool:
        """Whether a territory must be one of the property's options."""
        return self._there is not None and self._there["type"] == "enumeration"

    def territories(self) -> Iterator[CrmTerritory]:
        """Yield the options, none for a text."""
        for option in self._options():
            yield CrmTerritory(str(option["value"]), str(option["label"]), str(option["value"]))

    def lacks(self, territories: Sequence[CrmTerritory]) -> tuple[str, ...]:
        """Return the property or the options that are missing."""
        if self._there is None:
            return (f"the property '{self.name}' of companies",)
        missing = self._missing(territories)
        return tuple(f"the option '{t.name}' of the property '{self.name}'" for t in missing)

    def create(self, territories: Sequence[CrmTerritory]) -> None:
        """Make the property as a text, or add the options that are missing."""
        if self._there is None:
            text = {
                "name": self.name,
                "label": self.name.replace("_", " ").capitalize(),
                "type": "string",
                "fieldType": "text",
                "groupName": "companyinformation",
            }
            self._there = self._api.write("POST", PROPERTIES, text)
            return
        missing = self._missing(territories)
        if missing:
            options = self._options()
            options += [{"label": t.name, "value": t.key, "hidden": False} for t in missing]
            numbered = [{**option, "displayOrder": i} for i, option in enumerate(options)]
            body = {"options": numbered}
            self._there = self._api.write("PATCH", f"{PROPERTIES}/{self.name}", body)

    def _options(self) -> list[dict[str, Any]]:
        return list(self._there.get("options") or ()) if self.is_listed else []

    def _missing(self, territories: Sequence[CrmTerritory]) -> list[CrmTerritory]:
        if not self.is_listed:
            return []
        known = {text.casefold() for t in self.territories() for text in (t.key, t.name)}
        return [t for t in territories if not {t.key.casefold(), t.name.casefold()} & known]
