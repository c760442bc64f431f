"""The packages that a plan depends on, and their versions here."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("territory-planner", "ortools", "numpy", "scipy", "numba")


def versions() -> dict[str, str]:
    """Return package name to version, as they run here."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
