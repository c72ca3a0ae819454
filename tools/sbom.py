"""Writes the bill of materials of an installation as CycloneDX JSON: `make sbom`.

Everything comes from lock files: the Python packages of `requirements/*.txt` with their versions and the hashes of
every file that may be installed, and the front-end packages of `package-lock.json` that stand in `static/vendor/`.
The libraries of PostgreSQL, of the operating system and of the browser are not listed here.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Package(NamedTuple):
    """A locked package. hashes: (algorithm, hexadecimal)."""

    kind: str
    name: str
    version: str
    hashes: tuple[tuple[str, str], ...]


def python_packages(text: str) -> list[Package]:
    """Return the packages of a requirements file with hashes."""
    found = []
    for part in re.split(r"\n(?=\S)", text):
        pin = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", part)
        if pin:
            hashes = tuple(("SHA-256", value) for value in re.findall(r"sha256:([0-9a-f]{64})", part))
            found.append(Package("pypi", pin.group(1), pin.group(2), hashes))
    return found


def front_end_packages(lock: str) -> list[Package]:
    """Return the packages of package-lock.json that are shipped: those the page really gets."""
    found = []
    for path, package in json.loads(lock)["packages"].items():
        name = path.removeprefix("node_modules/")
        if name and not package.get("dev"):
            algorithm, _dash, value = package["integrity"].partition("-")
            digest = base64.b64decode(value).hex()
            kind = {"sha512": "SHA-512", "sha256": "SHA-256"}[algorithm]
            found.append(Package("npm", name, package["version"], ((kind, digest),)))
    return found


def bill(packages: list[Package]) -> str:
    """Return the CycloneDX document, indented, in the order of names."""
    from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL

    bom = Bom()
    bom.metadata.component = Component(name="crampdiary", type=ComponentType.APPLICATION)
    for each in packages:
        namespace, _slash, name = each.name.rpartition("/")
        purl = PackageURL(each.kind, namespace or None, name, each.version)
        hashes = [HashType(alg=HashAlgorithm(kind), content=value) for kind, value in each.hashes]
        # The hashes are of the files that may be installed, one per platform: of the package there is no one hash.
        file = ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=XsUri(str(purl)), hashes=hashes)
        bom.components.add(
            Component(
                name=each.name, version=each.version, purl=purl, bom_ref=str(purl), type=ComponentType.LIBRARY,
                external_references=[file],
            )
        )  # fmt: skip
    bom.register_dependency(bom.metadata.component, bom.components)
    return JsonV1Dot6(bom).output_as_string(indent=2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", action="append", choices=["run", "pdf", "push", "test", "lint"], dest="sets")
    parser.add_argument("--output", default="sbom.cdx.json")
    chosen = parser.parse_args()
    packages = front_end_packages((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    for name in chosen.sets or ["run", "pdf", "push"]:
        packages += python_packages((ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8"))
    packages = list(dict.fromkeys(packages))
    Path(chosen.output).write_text(bill(packages) + "\n", encoding="utf-8")
    sys.stdout.write(f"{chosen.output}: {len(packages)} packages\n")


if __name__ == "__main__":
    main()
