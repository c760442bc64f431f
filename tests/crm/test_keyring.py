"""A credential that is not in the environment comes from the system's keyring."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from territory_planner.crm.credentials import SERVICE, secret

keyring = pytest.importorskip("keyring", reason="the extra [keyring] is not installed")


@pytest.fixture
def safe() -> Iterator[dict[tuple[str, str], str]]:
    """Put a keyring of our own in the place of the system's."""
    from keyring.backend import KeyringBackend

    kept: dict[tuple[str, str], str] = {}

    class Safe(KeyringBackend):  # type: ignore[misc, unused-ignore]
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            """Return what is kept."""
            return kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            """Keep it."""
            kept[service, username] = password

    before = keyring.get_keyring()
    keyring.set_keyring(Safe())  # type: ignore[no-untyped-call, unused-ignore]
    yield kept
    keyring.set_keyring(before)


def test_the_environment_goes_before_the_keyring(
    safe: dict[tuple[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    safe[SERVICE, "SOME_KEY"] = "from the keyring"
    monkeypatch.delenv("SOME_KEY", raising=False)
    assert secret("SOME_KEY").reveal() == "from the keyring"
    monkeypatch.setenv("SOME_KEY", "from the environment")
    assert secret("SOME_KEY").reveal() == "from the environment"
