"""The disk is full: reading goes on, writing says so, nothing is lost, and room is enough to go on."""

import os

import pytest

from tests.faults.conftest import SMALL_DISK_MB

MOST = 400  # nights until a write must have failed: a database has some room of its own left


@pytest.fixture
def fill(site):
    """Return a function that takes the last byte of the site's disk; it is given back after the test."""
    ballast = site.folder / "ballast"

    def take():
        with ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1024 * 1024))
            except OSError:
                while True:
                    try:
                        file.write(bytes(512))
                    except OSError:
                        return ballast

    yield take
    ballast.unlink(missing_ok=True)


def test_on_a_full_disk_reading_goes_on_and_no_write_is_lost(site, ledger, fill, figure):
    if not os.path.ismount(site.folder):
        return  # named as not run at the end of the session: the machine's own disk is never filled
    person = site.patients[0]
    site.serve_again()
    ledger.write_night(person)
    ledger.look(person)
    shown = len(ledger.looks)
    ballast = fill()
    for _number in range(MOST):
        if ledger.statuses[503] >= 3:
            break
        ledger.write_night(person)
    stored_when_full = len(ledger.acknowledged)
    answer = site.ask("POST", "/account/health/medicines/add/", "drug_class=other&name=lost", person=person)

    assert ledger.statuses[503] == 3
    assert answer.status in (302, 503)  # a row as small as this one may still find room
    for path in ("/", "/calendar/", "/trends/", "/learn/"):
        assert ledger.read(person, path).status == 200
    # Somebody's first page of the day, which would give the session a new end.
    assert ledger.read(site.patients[1], "/calendar/").status == 200
    assert "cannot be reached" in refused_page(site, person)
    ledger.look(person)
    ledger.look(person)

    ballast.unlink()
    if site.cluster is not None and not site.cluster.is_up:
        site.cluster.launch()
    ledger.write_night(person)
    assert len(ledger.acknowledged) == stored_when_full + 1
    ledger.look(person)
    assert len(ledger.looks) > shown
    assert ledger.differences() == []
    figure(
        f"disk of {SMALL_DISK_MB} MB full: pages 200, writes 503 ({dict(ledger.statuses)} in all), with room again the "
        f"next write was stored without a restart; {len(ledger.acknowledged)} acknowledged writes there"
    )


def refused_page(site, person):
    """Return the page that a browser shows for a night that finds no room."""
    from urllib.parse import urlencode

    from tests.faults.ledger import night_fields

    for day in range(1, 29):
        body = urlencode(night_fields(f"refused-{day}"), doseq=True)
        answer = site.ask("POST", f"/nights/2018-01-{day:02}/", body, person=person)
        if answer.status == 503:
            return answer.text
        assert answer.status == 302
    return "every night found room"


def test_a_server_started_on_a_full_disk_shows_what_is_there(site, ledger, fill, figure):
    if not os.path.ismount(site.folder):
        return
    person = site.patients[3]
    site.serve_again()
    ledger.write_night(person)
    assert site.stop() == 0
    ballast = fill()
    site.serve_again()
    answers = [site.ask("GET", path, person=person).status for path in ("/", "/calendar/", "/trends/")]
    refused_page(site, person)
    ballast.unlink()

    if site.cluster is not None and not site.cluster.is_up:
        site.cluster.launch()
    ledger.write_night(person)
    assert (answers, len(ledger.acknowledged), ledger.differences()) == ([200, 200, 200], 2, [])
    figure("a server started on a full disk: pages 200, writes 503, stored again once there was room")
