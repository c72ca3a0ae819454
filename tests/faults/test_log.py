"""What the real server writes down: never an address, which may hold the secret of a link."""

import json
import re

import pytest

from tests.faults.site import CSRF, Person

SECRET = "canaryS3cret"
OPEN, CALENDAR = f"/report/open/{SECRET}", f"/account/reminders/calendar/{SECRET}.ics"
# Percent-encoded as a browser or a mistyping sends it: letters of any kind, broken UTF-8, controls, directions.
ENDS = [
    "", "/", "%C3%A9", "%C3%A9/", "/%C3%A9", "%E2%80%AE/", "%F0%9F%A6%B5", "%FF", "%FF/", "%80%C3", "%00/", "%0A", "%0D%0Ax/",
    "%5C", "%25", "%2F/", "//", "/../x", "/breaks", "%C3%A9/breaks", "%FF/breaks", "%0A/breaks", "?q=%C3%A9", "/?%FF", ";x", "'%22",
]  # fmt: skip
PATHS = [
    *(begin + end for begin in (OPEN, CALENDAR) for end in ENDS),
    OPEN.upper().replace(SECRET.upper(), SECRET) + "%C3%A9", "/" + OPEN + "%C3%A9", f"/%C3%A9{OPEN}", f"//{SECRET}%C3%A9",
    f"/{SECRET}", f"/static/{SECRET}%C3%A9.css", f"/api/v1/{SECRET}%C3%A9", f"/nights/{SECRET}%FF/",
]  # fmt: skip


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_no_line_of_the_log_holds_the_secret_of_an_address(site, log_format):
    site.serve_again(LOG_FORMAT=log_format, DJANGO_SETTINGS_MODULE="tests.faults.breaking_settings")
    begins = site.log.stat().st_size
    statuses = set()
    statuses.add(site.ask("GET", "/healthz").status)
    for path in PATHS:
        statuses.add(site.ask("GET", path).status)
    for path in (CALENDAR, f"{OPEN}/", f"{OPEN}%C3%A9/", f"{OPEN}%C3%A9/breaks"):
        for method in ("POST", "PUT", "PROPFIND"):
            for person in (None, Person("", f"csrf={CSRF}")):
                statuses.add(site.ask(method, path, "pin=1", person=person).status)
    for header in ("Host", "Referer", "Origin", "Cookie", "Content-Type", "X-Forwarded-For", "Authorization"):
        value = f"https://{SECRET}/{SECRET}\xe9" if header in ("Referer", "Origin") else f"{SECRET}/\xe9"
        statuses.add(ask_with(site, "POST", OPEN + "%C3%A9/", header, value))
    assert {200, 400, 403, 404, 405, 500} <= statuses
    site.stop()

    said = site.log.read_bytes()[begins:].decode(errors="replace")
    for line in ("Not Found: ", "Method Not Allowed", "Forbidden", "Internal Server Error: ", "RuntimeError"):
        assert line in said, line
    if log_format == "json":
        told = [json.loads(line) for line in said.splitlines()]
        assert {"GET", "POST", "PUT", "OTHER"} <= {line.get("method") for line in told}
    assert re.findall("canary.{0,40}", said, re.IGNORECASE) == []


def ask_with(site, method, path, header, value):
    """Return the status of a request with one odd header."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    connection.putrequest(method, path, skip_host=header == "Host")
    connection.putheader(header, value.encode("latin-1"))
    connection.putheader("Content-Length", "5")
    connection.endheaders(b"pin=1")
    try:
        return connection.getresponse().status
    finally:
        connection.close()
