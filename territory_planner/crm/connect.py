"""From an address such as ``odoo+https://crm.example.com/db`` to its connector.

A connector is a function from an `Address`, listed here by scheme.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qsl, urlsplit

from territory_planner.config.hints import did_you_mean
from territory_planner.crm.connector import Connector
from territory_planner.errors import Fault, InputError

OPENERS: Mapping[str, str] = {
    "odoo": "territory_planner.crm.odoo:open_odoo",
    "hubspot": "territory_planner.crm.hubspot:open_hubspot",
    "salesforce": "territory_planner.crm.salesforce:open_salesforce",
    "directory": "territory_planner.crm.directory:open_directory",
}
"""Scheme to "module:function"; the module is loaded when its CRM is asked for."""

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "odoo": ("territory",),
    "hubspot": ("territory",),
    "salesforce": ("territory", "model"),
}
"""Scheme to what may follow a question mark; one that is not known would be passed over."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Address:
    """Where a CRM is: never with a user or a password.

    Parameters
    ----------
    crm
        The connector: "odoo".
    text
        The whole address, as it is written into files.
    url
        ``https://host:port``, or "" for a CRM that is a folder.
    path
        What follows the host: a database, or a folder.
    options
        What follows a question mark: ``territory=tag``.
    """

    crm: str
    text: str
    url: str
    path: str
    options: Mapping[str, str] = field(default_factory=dict)


def address(text: str) -> Address:
    """Return the parts of an address.

    Raises
    ------
    InputError
        When no connector is called so, it has a user or password, or it would go without TLS over
        a network.
    """
    crm, plus, rest = text.partition("+")
    if not plus or ":" in crm:
        crm, _, rest = text.partition(":")
    crms = ", ".join(sorted(OPENERS))
    if crm not in OPENERS or not rest:
        # Not repeated: whoever misspells one may have put a password into it.
        _refuse("--crm", f"this is no address of a CRM. Begin it with one of: {crms}; for "
                "example odoo+https://crm.example.com/database")  # fmt: skip
    if crm == "directory":
        # Whoever resumes a push may stand elsewhere.
        folder = str(Path(rest.removeprefix("//")).resolve())
        return Address(crm, f"{crm}:{folder}", "", folder)
    try:
        parts = urlsplit(rest)
        _ = parts.port
    except ValueError:
        _refuse("--crm", f"give the address as {crm}+https://host/...")
    if parts.username is not None or parts.password is not None:
        _refuse("--crm", "an address with a user or password in it ends in logs. Leave them out, "
                "and put the credentials into the environment or the keyring")  # fmt: skip
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.fragment:
        _refuse("--crm", f"give the address as {crm}+https://host/...")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        _refuse("--crm", "http is for this machine alone: credentials would travel in the open. "
                "Give https")  # fmt: skip
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name, value in options.items():
        if name not in OPTIONS[crm] or not value:
            _refuse("--crm", "an option after the question mark is not known, or says nothing. "
                    + did_you_mean(name, OPTIONS[crm]).rstrip("."))  # fmt: skip
    return Address(crm, text, f"{parts.scheme}://{parts.netloc}", parts.path.strip("/"), options)


def connect(text: str) -> Connector:
    """Return the connector of an address.

    Raises
    ------
    InputError
        When the address or a credential is missing or wrong.
    CrmError
        When the CRM cannot be reached.
    """
    where = address(text)
    module, _, name = OPENERS[where.crm].partition(":")
    opener: Callable[[Address], Connector] = getattr(import_module(module), name)
    return opener(where)


def _refuse(place: str, message: str) -> NoReturn:
    raise InputError([Fault(place, message if message.endswith("?") else f"{message}.")])
