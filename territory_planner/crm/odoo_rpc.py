"""Calling Odoo: JSON-2 from version 19 on, XML-RPC before; the standard library and no other.

TLS certificates are verified, and nothing turns that off. A redirect is not followed: the key goes
to the host that was named, and to no other.
"""

from __future__ import annotations

import json
import xmlrpc.client
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ssl import SSLCertVerificationError
from typing import Any, Protocol
from urllib.parse import urlsplit

from territory_planner.crm.connector import BusyError, CrmError, LostError, RefusedError
from territory_planner.crm.credentials import Secret, looked_up, secret
from territory_planner.crm.state import utc

KEY, LOGIN = "ODOO_API_KEY", "ODOO_LOGIN"
FIRST_JSON2 = 19
TIMEOUT_S = 300.0
"""An Odoo that writes a thousand records may be silent this long."""

QUESTIONS = ("search_read", "fields_get")
"""Methods that change nothing."""

LOCKED = ("SerializationFailure", "LockNotAvailable", "DeadlockDetected", "ConcurrencyError")


class Rpc(Protocol):
    """A way to call a method of a model."""

    version: int

    def call(self, model: str, method: str, /, **arguments: Any) -> Any:
        """Return what a method of a model returns; ``ids`` are the records that it is called on."""


class Line:
    """A kept-alive connection to one host, opened anew when the host has closed it."""

    def __init__(self, url: str, timeout_s: float = TIMEOUT_S) -> None:
        parts = urlsplit(url)
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._host, self._timeout_s = parts.netloc, timeout_s
        self._open: HTTPConnection | None = None

    def send(self, way: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        """Return what the host answers.

        Raises
        ------
        BusyError
            When the host cannot be reached; it got nothing.
        CrmError
            When its certificate is not to be trusted.
        LostError
            When it was reached, and the line broke before it had answered.
        """
        connection = self._open or self._kind(self._host, timeout=self._timeout_s)
        if connection.sock is None:
            self._connect(connection)
        self._open = connection
        try:
            connection.request(way, path, body, headers)
            return Answer(connection.getresponse())
        except (OSError, HTTPException) as error:
            connection.close()
            self._open = None
            raise LostError(f"the line to {self._host} broke: {type(error).__name__}") from None

    def ask(self, way: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        """Return what the host answers to a question, asked again when the line was stale."""
        try:
            return self.send(way, path, body, headers)
        except LostError:
            return self.send(way, path, body, headers)

    def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def __del__(self) -> None:
        self.close()

    def _connect(self, connection: HTTPConnection) -> None:
        try:
            connection.connect()
        except SSLCertVerificationError as error:
            raise CrmError(f"{self._host} is not who it says it is: {error}.") from None
        except OSError as error:
            raise BusyError(
                f"{self._host} cannot be reached: {error}. Check the address and the network"
            ) from None


class Answer:
    """What a host answered."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status, self.headers = response.status, response.headers
        self.body = response.read()

    @property
    def retry_after_s(self) -> float | None:
        """How long the host asks us to wait, None when it does not say."""
        text = self.headers.get("Retry-After")
        if not text:
            return None
        try:
            return float(text)
        except ValueError:
            pass
        try:
            return (parsedate_to_datetime(text) - utc()).total_seconds()
        except (ValueError, TypeError):
            return None


class Json2:
    """The JSON-2 API: an API key in the header, arguments by name."""

    def __init__(self, line: Line, database: str, key: Secret, version: int) -> None:
        self._line, self._database, self._key, self.version = line, database, key, version

    def call(self, model: str, method: str, /, **arguments: Any) -> Any:
        """Return what a method of a model returns."""
        headers = {
            "Authorization": f"bearer {self._key.reveal()}",
            "X-Odoo-Database": self._database,
            "Content-Type": "application/json; charset=utf-8",
        }
        body = json.dumps(arguments).encode()
        send = self._line.ask if method in QUESTIONS else self._line.send
        answer = send("POST", f"/json/2/{model}/{method}", body, headers)
        if answer.status == 200:
            return json.loads(answer.body)
        raise _refusal(answer)


class XmlRpc:
    """XML-RPC, for versions before 19: a login and an API key or password."""

    def __init__(self, line: Line, database: str, login: str, key: Secret, version: int) -> None:
        self._line, self._database, self._key, self.version = line, database, key, version
        user = self._send("common", "authenticate", database, login, key.reveal(), {})
        if not user:
            raise CrmError(f"Odoo does not know this login and key. Check {LOGIN} and {KEY}.")
        self._user = user

    def call(self, model: str, method: str, /, **arguments: Any) -> Any:
        """Return what a method of a model returns."""
        # What a method is called on, or makes, goes by place and not by name here.
        first = [arguments.pop(name) for name in ("ids", "vals_list") if name in arguments]
        return self._send(
            "object", "execute_kw", self._database, self._user, self._key.reveal(), model, method,
            first, arguments,
        )  # fmt: skip

    def _send(self, service: str, method: str, *arguments: Any) -> Any:
        body = xmlrpc.client.dumps(arguments, method, allow_none=True).encode()
        headers = {"Content-Type": "text/xml"}
        answer = self._line.send("POST", f"/xmlrpc/2/{service}", body, headers)
        if answer.status != 200:
            raise _refusal(answer)
        try:
            (value,), _ = xmlrpc.client.loads(answer.body, use_builtin_types=True)
        except xmlrpc.client.Fault as fault:
            # Odoo puts a traceback into a fault; the last line says what is wrong.
            told = (str(fault.faultString).strip().splitlines() or [""])[-1]
            raise _named(str(fault.faultCode), told) from None
        return value


def dial(url: str, database: str) -> Rpc:
    """Return a way to call an Odoo, by its version.

    Raises
    ------
    InputError
        When a credential is missing.
    CrmError
        When it cannot be reached, or refuses the credentials.
    """
    key = secret(KEY)
    line = Line(url)
    version = _version(line)
    if version >= FIRST_JSON2:
        return Json2(line, database, key, version)
    return XmlRpc(line, database, looked_up(LOGIN), key, version)


def _version(line: Line) -> int:
    body = json.dumps({"jsonrpc": "2.0", "params": {}}).encode()
    headers = {"Content-Type": "application/json"}
    ways: tuple[Callable[[], Answer], ...] = (
        lambda: line.ask("GET", "/web/version", None, {}),
        lambda: line.ask("POST", "/web/webclient/version_info", body, headers),
    )
    for ask in ways:
        answer = ask()
        if answer.status == 200:
            try:
                said = json.loads(answer.body)
                said = said.get("result", said)
                return int((said.get("server_version_info") or said["version_info"])[0])
            except (ValueError, TypeError, LookupError, AttributeError):
                continue
    raise CrmError("There is no Odoo at this address: it does not tell its version.")


def _refusal(answer: Answer) -> CrmError:
    if answer.status in (429, 503):
        return BusyError(f"it answers {answer.status}", answer.retry_after_s)
    if answer.status in (502, 504):
        return LostError(f"what stands before it answers {answer.status}")
    if answer.status in (401, 403):
        return CrmError(f"Odoo refuses the key or its rights ({answer.status}). Check {KEY}.")
    if 300 <= answer.status < 400:
        return CrmError("The host sends us elsewhere, and the key is not sent after it. "
                        "Give the address that it is at.")  # fmt: skip
    if answer.status == 404 and not answer.body.lstrip().startswith(b"{"):
        return CrmError("Odoo has no such database, or none that it tells of. Check the address.")
    try:
        said = json.loads(answer.body)
        name, message = str(said["name"]), str(said["message"])
    except (ValueError, TypeError, LookupError):
        name, message = str(answer.status), "no reason is given"
    return _named(name.rpartition(".")[2], message)


def _named(code: str, message: str) -> CrmError:
    told = " ".join(message.split())[:500]
    if any(name in code or name in told for name in LOCKED):
        return BusyError(told)
    return RefusedError(code, told)
