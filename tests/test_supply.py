"""What is in the repository: no secret, and a bill of materials that leaves nothing out."""

import importlib.util
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SECRETS = {
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY",
    "a key of a cloud": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token of a code host": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{20,}|glpat-[\w-]{20})",
    "a token of a chat": r"\bxox[abprs]-[\w-]{10,}",
    "a key of a payment or mail service": r"\b(?:sk|rk)_live_\w{10,}|\bSG\.[\w-]{16,}\.",
    "a web token": r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.",
    "a token of this diary": r"\bdiary_[A-Za-z0-9_-]{40,}",
    "a password in an address": r"[a-z]://[^/\s\"'@:{<$]+:(?!password@|PASSWORD@)[^/\s\"'@{<$]+@",
    "a value called secret": r"(?i)\b[\w-]*(?:secret|passw(?:or)?d|token|api_?key|private_?key)[\w-]*[\"']?\s*[:=]\s*[\"'](?=[^\"'\s]*\d)[^\"'\s{}<>%$.,/]{16,}[\"']",
}
# Values that are no secret, each by its own name.
KNOWN = {
    "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP": "tests/conftest.py",  # TOTP_KEY of every test account
    "moonlit-calf-demo": "episodes/operations/demo/store.py",  # the demo's password, printed at its start
    "a long enough pass phrase": "tests/conftest.py",  # PASSWORD of every test account
}
SKIPPED = {".mo", ".woff2", ".png", ".svg", ".ico", ".gz"}


def tracked_files():
    """Return the files that are or would be committed; without git, all that are no product of a tool."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = done.stdout.split("\0") if done.returncode == 0 else []
    paths = [ROOT / name for name in names if name] or [
        path
        for path in ROOT.rglob("*")
        if not {".venv", "node_modules", "data", "demo-data"} & set(path.parts)
    ]
    return [path for path in paths if path.is_file() and path.suffix not in SKIPPED]


def secrets_in(text):
    """Return (what, line) of everything in a text that looks like a secret."""
    for known in KNOWN:
        text = text.replace(known, "")
    return [
        (what, line.strip()[:120])
        for what, pattern in SECRETS.items()
        if re.search(pattern, text)
        for line in text.splitlines()
        if re.search(pattern, line)
    ]


def test_no_file_holds_a_secret():
    files = tracked_files()
    found = [
        (str(path.relative_to(ROOT)), *each)
        for path in files
        for each in secrets_in(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []
    assert len(files) > 500


# Put together here, so that this file holds none.
PLANTED = [
    "-----BEGIN EC " + "PRIVATE KEY-----",
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "ghp_" + "a1" * 18,
    "xoxb-" + "1234567890-abc",
    "sk_live_" + "a1b2c3d4e5f6",
    "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiIxMjM0NTY3ODkw.x",
    "diary_" + "A1b2" * 12,
    "postgres://ada:" + "hunter22@db/x",
    'SECRET_KEY = "' + "k3" * 30 + '"',
    '"api_key": "' + "0123456789abcdef" + '"',
]


@pytest.mark.parametrize("line", PLANTED, ids=lambda line: line[:8])
def test_a_planted_secret_is_found(line):
    assert secrets_in(f"first\n{line}\nlast")


@pytest.mark.parametrize("value", KNOWN)
def test_a_known_value_still_stands_where_it_is_known(value):
    assert value in (ROOT / KNOWN[value]).read_text()


def bill_of_materials():
    spec = importlib.util.spec_from_file_location("sbom", ROOT / "tools" / "sbom.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["run", "pdf", "push"])
def test_the_bill_of_materials_lists_every_locked_package_with_hashes(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    packages = bill_of_materials().python_packages(text)

    assert len(packages) == len(re.findall(r"^\S+==", text, re.MULTILINE))
    assert len(packages) > 20
    assert all(each.hashes for each in packages)
    assert sum(len(each.hashes) for each in packages) == text.count("sha256:")


def test_the_bill_of_materials_lists_what_the_browser_gets():
    packages = bill_of_materials().front_end_packages((ROOT / "package-lock.json").read_text())
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]

    assert {each.name: each.version for each in packages} == wanted
