"""Calling Salesforce through ``simple-salesforce``: one host, one version, its refusals told apart.

TLS certificates are verified, and nothing turns that off; ``http`` is for this machine alone. The
token goes to the host that was named and to no other: a redirect is not followed, and neither is an
address that Salesforce sends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import RequestException, SSLError
from simple_salesforce.api import Salesforce
from simple_salesforce.bulk2 import _Bulk2Client
from simple_salesforce.exceptions import (
    SalesforceError,
    SalesforceExpiredSession,
    SalesforceOperationError,
)
from urllib3.exceptions import NewConnectionError

from territory_planner.crm.connector import BusyError, CrmError, LostError, RefusedError
from territory_planner.crm.credentials import Secret, hidden, looked_up, secret
from territory_planner.crm.salesforce_load import BUSY
from territory_planner.errors import Fault, InputError

VERSION = "62.0"
TOKEN = "SALESFORCE_ACCESS_TOKEN"  # noqa: S105
CLIENT, CLIENT_SECRET = "SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET"
TIMEOUT_S = 300.0
"""Salesforce ends a call itself after ten minutes; most take seconds."""

T = TypeVar("T")


class HostSession(requests.Session):
    """A session that speaks to one host, over TLS unless that is this machine.

    ``simple-salesforce`` writes ``https://`` before every host. Where the address said ``http``,
    which only this machine may, that is put right here.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        parts = urlsplit(url)
        self._host, self._scheme = parts.netloc, parts.scheme
        # A password from ~/.netrc would take the token's place.
        self.auth = _as_it_is
        self.trust_env = self._scheme == "https"
        self.asked_s: float | None = None

    def request(self, method: Any, url: Any, *rest: Any, **more: Any) -> requests.Response:
        """Send a request, and remember for how long the host asks us to wait."""
        parts = urlsplit(str(url))
        if parts.scheme != "https" or parts.netloc != self._host:
            raise CrmError(
                f"{self._host} sends us to another host, and the key is not sent after it."
            )
        there = parts._replace(scheme=self._scheme).geturl()
        more |= {"allow_redirects": False, "verify": True, "timeout": TIMEOUT_S}
        answer = super().request(method, there, *rest, **more)
        # Without a charset the library would take a CSV of results for Latin-1.
        answer.encoding = "utf-8"
        asked = answer.headers.get("Retry-After", "")
        self.asked_s = float(asked) if re.fullmatch(r"\d+", asked) else None
        return answer


class Wire:
    """One org of Salesforce: its REST API and its Bulk API 2.0.

    Parameters
    ----------
    url
        ``https://name.my.salesforce.com``.

    Raises
    ------
    InputError
        When a credential is missing from the environment.
    CrmError
        When Salesforce refuses it.
    """

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc
        self._session = HostSession(url)
        self._client: tuple[str, Secret] | None = None
        try:
            self._token = secret(TOKEN)
        except InputError as no_token:
            self._client = _client(no_token)
        self._enter()

    def ask(self, path: str, **parameters: str) -> Any:
        """Return what a resource says; asked again when the line was stale."""
        return self._asked(lambda s: s.restful(path, params=parameters or None))

    def look_up(self, path: str, said: Mapping[str, Any]) -> Any:
        """Return what a resource says to a question that needs a body."""
        return self._asked(lambda s: s.restful(path, method="POST", json=said))

    def send(
        self, method: str, path: str, said: Mapping[str, Any] | None = None, **parameters: str
    ) -> Any:
        """Let a resource do something, and return its answer."""
        return self._call(
            lambda s: s.restful(path, method=method, params=parameters or None, json=said)
        )

    def rows(self, query: str) -> Iterator[dict[str, Any]]:
        """Yield the records of a query in SOQL, page by page."""
        page = self._asked(lambda s: s.query(query))
        while True:
            if not isinstance(page, Mapping) or "records" not in page:
                raise self._stranger()
            yield from page["records"]
            if page.get("done", True):
                return
            more = page["nextRecordsUrl"]
            page = self._asked(partial(_next_page, more))

    def bulk(self, kind: str, act: Callable[[_Bulk2Client], T]) -> T:
        """Let the library's lower-level client of Bulk API 2.0 do something with an object."""
        return self._call(lambda s: act(getattr(s.bulk2, kind)._client))

    def _enter(self) -> None:
        if self._client is not None:
            self._token = self._given()
        self._salesforce = Salesforce(
            instance_url=f"https://{self.host}",
            session_id=self._token.reveal(),
            version=VERSION,
            session=self._session,
        )

    def _given(self) -> Secret:
        """Return a token for the client's id and secret (OAuth 2.0 client credentials)."""
        assert self._client is not None
        client, password = self._client
        form = {
            "grant_type": "client_credentials",
            "client_id": client,
            "client_secret": password.reveal(),
        }
        try:
            url = f"https://{self.host}/services/oauth2/token"
            answer = self._session.request("POST", url, data=form)
            said = answer.json()
        except RequestException as error:
            raise self._broken(error) from None
        if answer.status_code != 200 or not isinstance(said.get("access_token"), str):
            told = said.get("error", answer.status_code)
            raise CrmError(f"Salesforce gives no token ({told}). Check {CLIENT}, {CLIENT_SECRET} "
                           "and the app's user.")  # fmt: skip
        return Secret(said["access_token"])

    def _asked(self, act: Callable[[Salesforce], T]) -> T:
        """Return the answer to a question, which may be asked twice."""
        try:
            return self._call(act)
        except LostError:
            return self._call(act)

    def _call(self, act: Callable[[Salesforce], T]) -> T:
        try:
            return self._tried(act)
        except SalesforceExpiredSession:
            if self._client is None:
                raise CrmError(
                    f"Salesforce does not take the token (any more). Put a new one into {TOKEN}."
                ) from None
        self._enter()
        try:
            return self._tried(act)
        except SalesforceExpiredSession:
            raise CrmError(f"Salesforce refuses its own token. Check {CLIENT}.") from None

    def _tried(self, act: Callable[[Salesforce], T]) -> T:
        try:
            return act(self._salesforce)
        except SalesforceExpiredSession:
            raise
        except SalesforceError as error:
            raise self._refusal(error) from None
        except SalesforceOperationError as error:
            raise LostError(str(error)) from None
        except RequestException as error:
            raise self._broken(error) from None
        except ValueError:
            raise self._stranger() from None

    def _stranger(self) -> CrmError:
        return CrmError(f"What {self.host} answers is not Salesforce's. Check the address.")

    def _broken(self, error: RequestException) -> CrmError:
        if isinstance(error, SSLError):
            return CrmError(f"{self.host} is not who it says it is: {error}.")
        reason = getattr(error.args[0] if error.args else None, "reason", None)
        if isinstance(error, NoConnection) and isinstance(reason, NewConnectionError):
            return BusyError(f"{self.host} cannot be reached. Check the address and the network")
        return LostError(f"the line to {self.host} broke: {type(error).__name__}")

    def _refusal(self, error: SalesforceError) -> CrmError:
        code, told = _said(error.content)
        told = " ".join(hidden(told).split())[:500]
        if error.status in (429, 503) or code in BUSY:
            return BusyError(f"{code or error.status}: {told}", self._session.asked_s)
        if 300 <= error.status < 400:
            return CrmError(f"{self.host} sends us elsewhere, and the key is not sent after it. "
                            "Give the org's own address.")  # fmt: skip
        if error.status >= 500:
            return LostError(f"it answers {error.status}: {told}")
        return RefusedError(code or str(error.status), told)


def _client(no_token: InputError) -> tuple[str, Secret]:
    """Return id and secret of a client, which stand in for a token."""
    try:
        client = looked_up(CLIENT)
    except InputError:
        told = f"Or set {CLIENT} and {CLIENT_SECRET}, of an app with the client credentials flow."
        faults = [Fault(fault.file, f"{fault.message}. {told}") for fault in no_token.faults]
        raise InputError(faults) from None
    return client, secret(CLIENT_SECRET)


def _said(content: Any) -> tuple[str, str]:
    """Return code and message of a refusal: a list of objects, an object or a text."""
    if isinstance(content, Sequence) and not isinstance(content, (str, bytes)) and content:
        content = content[0]
    if isinstance(content, Mapping):
        code = content.get("errorCode") or content.get("error") or ""
        return str(code), str(content.get("message") or content.get("error_description") or "")
    return "", "no reason is given"


def _next_page(path: str, salesforce: Salesforce) -> Any:
    return salesforce.query_more(path, identifier_is_url=True)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
