"""Thousands of requests made from the API's own description: `make fuzz-api`, or `python -m benchmarks.fuzz_api`.

Starts the real server on a throw-away SQLite database, makes a patient with a token and lets Schemathesis send what
the description allows and what it forbids. Ends with 0 where no answer was a 5xx and none was undocumented.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,unsupported_method,allow_header_conformance,"
    "ignored_auth,missing_required_header"
)
MAKE_TOKEN = """
from django.utils import timezone
from episodes.web.tokens import SCOPES, make_token
from episodes.article import consent_texts
from episodes.models import DataConsent, User, acting_as
person = User.objects.create_user("ada", "a long enough pass phrase")
DataConsent.objects.create(user=person, text_version=consent_texts.STORING_VERSION)
with acting_as(person):
    print(make_token(name="fuzz", scopes=SCOPES, days=30, now=timezone.now(), by=person).text)
"""


# Invented dates are mostly refused: the second round writes to one night, again and again.
ONE_NIGHT = '[parameters]\n"path.date" = "2026-03-14"\n'


def schemathesis_command(
    url: str, token: str, examples: int, seed: int, report: Path, config: Path | None = None
) -> list[str]:
    """Return the command that sends the requests and writes one line per event to `report`."""
    program = shutil.which("schemathesis", path=str(Path(sys.executable).parent)) or "schemathesis"
    return [
        program, *(["--config-file", str(config)] if config else []), "run", f"{url}/api/v1/openapi.json", "--header", f"Authorization: Bearer {token}",
        "--checks", CHECKS, "--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure",
        "--report", "ndjson", "--report-ndjson-path", str(report), "--no-color",
    ]  # fmt: skip


def statuses_of(report: Path) -> Counter[int]:
    """Return how often each status was answered."""
    with report.open() as lines:
        return Counter(int(code) for line in lines for code in re.findall(r'"status_code": ?(\d{3})', line))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=300, help="per operation and phase")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", default="8791")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fuzz-api-") as folder:
        environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "DATA_DIR": folder, "PORT": chosen.port, "API_REQUESTS_A_MINUTE": "999999",
            "DJANGO_SETTINGS_MODULE": "crampdiary.settings",
        }  # fmt: skip
        manage = [sys.executable, str(ROOT / "manage.py")]
        subprocess.run([*manage, "migrate", "-v", "0"], env=environment, cwd=ROOT, check=True)
        made = subprocess.run(
            [*manage, "shell", "-v", "0", "-c", MAKE_TOKEN],
            env=environment, cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
        token, url = made.stdout.split()[-1], f"http://127.0.0.1:{chosen.port}"
        server = subprocess.Popen(
            [*manage, "serve"],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(f"{url}/healthz")
            config = Path(folder) / "schemathesis.toml"
            config.write_text(ONE_NIGHT)
            begun, statuses, is_clean = time.monotonic(), Counter[int](), True
            for number, setting in enumerate((None, config)):
                report = Path(folder) / f"events-{number}.ndjson"
                command = schemathesis_command(
                    url, token, chosen.examples, chosen.seed + number, report, setting
                )
                is_clean &= subprocess.run([*command, "--workers", "2"]).returncode == 0
                statuses += statuses_of(report)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(20)
    broken = sum(number for status, number in statuses.items() if status >= 500)
    figures = {
        "requests": sum(statuses.values()), "seconds": round(time.monotonic() - begun), "5xx": broken,
        "statuses": dict(sorted(statuses.items())), "schemathesis": "clean" if is_clean else "failed",
    }  # fmt: skip
    print(json.dumps(figures))
    return 1 if broken or not is_clean else 0


def wait_for(url: str) -> None:
    for _each in range(300):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"The server does not answer at {url}.")


if __name__ == "__main__":
    raise SystemExit(main())
