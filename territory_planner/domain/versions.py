"""The packages that a plan depends on, and their versions here."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("territory-planner", "ortools", "numpy", "scipy", "numba")


def versions() -> dict[str, str]:
    """Return package name to version, as they run here."""
    return {package: version_of(package) for package in PACKAGES}


def version_of(package: str) -> str:
    """Return a package's version here."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
