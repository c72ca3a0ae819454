"""What an operator copies from ops/ names only what is there."""

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
OPS = ROOT / "ops"


def test_an_image_is_built_from_files_that_exist():
    for file in OPS.glob("*Containerfile"):
        for line in re.findall(r"^COPY (.+)$", file.read_text(), re.MULTILINE):
            sources = line.split()[:-1]
            assert sources
            for source in sources:
                assert (ROOT / source).exists(), f"{file.name}: {source}"


def test_an_image_has_everything_that_the_site_imports_and_shows():
    copied = set(
        " ".join(re.findall(r"^COPY (.+)$", (OPS / "Containerfile").read_text(), re.MULTILINE)).split()
    )
    assert {"crampdiary", "episodes", "templates", "static", "locale", "manage.py"} <= copied


def test_an_image_runs_as_nobody_in_particular():
    for file in OPS.glob("*Containerfile"):
        lines = file.read_text().splitlines()
        user = [number for number, line in enumerate(lines) if line.startswith("USER ")]
        start = next(number for number, line in enumerate(lines) if line.startswith("CMD "))
        assert user, file.name
        assert user[-1] < start
        assert "root" not in lines[user[-1]]


def test_services_mount_files_that_exist():
    compose = (OPS / "compose.yaml").read_text()
    made_by_the_operator = {"site.env", "proxy.env", "secrets"}
    for name in re.findall(r"(?:\./|dockerfile: ops/)([\w.-]+)", compose):
        assert name in made_by_the_operator or (OPS / name).exists(), name


@pytest.mark.parametrize("file", sorted(OPS.glob("*")), ids=lambda file: file.name)
def test_every_file_for_operators_stands_in_the_handbook(file):
    handbook = (ROOT / "docs" / "operations.md").read_text() + (OPS / "compose.yaml").read_text()
    assert file.name in handbook or f"{file.name.split('.')[0]}.*" in handbook


def test_units_and_handbook_name_commands_that_exist():
    files = [*OPS.glob("*.service"), ROOT / "docs" / "operations.md"]
    named = {word for file in files for word in re.findall(r"manage\.py\s+([a-z_]+)", file.read_text())}
    assert {"doctor", "send_reminders", "serve", "restore"} <= named
    assert named - set(get_commands()) == set()


@pytest.mark.parametrize("file", [*sorted(OPS.glob("*.sh")), OPS / "manage"], ids=lambda file: file.name)
def test_a_script_has_the_grammar_of_a_shell(file):
    assert subprocess.run(["sh", "-n", file], check=False).returncode == 0


def test_whoever_stops_the_site_stops_its_socket_first():
    """Else the next visitor starts the site again, in the middle of a restore."""
    stops = re.findall(r"systemctl stop [^\n`]+", (ROOT / "docs" / "operations.md").read_text())
    assert len(stops) >= 2
    assert [line for line in stops if not line.startswith("systemctl stop crampdiary.socket ")] == []


def test_the_proxy_keeps_no_connection_and_waits_for_a_site_that_restarts():
    said = (OPS / "Caddyfile").read_text()
    assert "keepalive off" in said
    assert "lb_try_duration" in said
