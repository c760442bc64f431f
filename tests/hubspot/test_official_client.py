"""HubSpot's own client against the stand-in, so that both understand the same API.

`make test-hubspot` installs the client, which nothing else needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from tests.hubspot.stand_in import TOKEN, Account, served, world

pytestmark = pytest.mark.hubspot


@pytest.fixture
def account() -> Account:
    """Return an account of 30 companies."""
    return world(30)


@pytest.fixture
def client(account: Account) -> Iterator[Any]:
    """Return the official client, talking to the stand-in."""
    pytest.importorskip("hubspot", reason="hubspot-api-client is missing: make test-hubspot")
    with served(account) as url:
        found = import_module("hubspot").HubSpot(access_token=TOKEN)
        found.config["host"] = url
        yield found


def test_it_reads_what_the_stand_in_says(client: Any) -> None:
    """Pages of companies and owners, a property, and a batch with a missing record."""
    companies = client.crm.companies.get_all(properties=["name", "hubspot_owner_id"])
    assert len(companies) == 30
    assert companies[0].properties["hubspot_owner_id"] == "71"
    owners = client.crm.owners.owners_api.get_page(archived=True)
    assert [(owner.id, owner.archived) for owner in owners.results] == [("79", True)]
    assert client.crm.properties.core_api.get_by_name("companies", "territory").type == "string"
    model = import_module("hubspot.crm.companies")
    asked = model.BatchReadInputSimplePublicObjectId(
        inputs=[{"id": "1001"}, {"id": "9"}], properties=["name"], properties_with_history=[]
    )
    found = client.crm.companies.batch_api.read(asked)
    assert [row.id for row in found.results] == ["1001"]
    assert found.num_errors == 1


def test_it_updates_and_is_told_of_the_bad_row(client: Any, account: Account) -> None:
    """A 207 parses as HubSpot's own model, with the trace id of the row that failed."""
    account.planted = {"1002": "Validation rule: owner is frozen"}
    model = import_module("hubspot.crm.companies")
    inputs = [
        model.SimplePublicObjectBatchInput(
            id=i, object_write_trace_id=f"row-{i}", properties={"hubspot_owner_id": "72"}
        )
        for i in ("1001", "1002", "1003")
    ]
    said = client.crm.companies.batch_api.update(
        model.BatchInputSimplePublicObjectBatchInput(inputs=inputs)
    )
    assert sorted(row.id for row in said.results) == ["1001", "1003"]
    (error,) = said.errors
    assert error.context == {"objectWriteTraceId": ["row-1002"]}
    assert error.message == "Validation rule: owner is frozen"
    assert account.objects["companies"]["1001"]["hubspot_owner_id"] == "72"


def test_it_makes_the_property(client: Any, account: Account) -> None:
    """The property that the connector makes is made by the official client with the same body."""
    account.properties.clear()
    model = import_module("hubspot.crm.properties")
    made = client.crm.properties.core_api.create(
        "companies",
        model.PropertyCreate(
            name="territory",
            label="Territory",
            type="string",
            field_type="text",
            group_name="companyinformation",
        ),
    )
    assert made.name == "territory"
    assert "territory" in account.properties
