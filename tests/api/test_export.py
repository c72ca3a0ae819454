"""A program with the scope takes out the very files of the export page, and each time is noted."""

import pytest

from episodes.exchange.export_files import MEDIA_TYPES
from episodes.models import AuditEvent
from tests.api.conftest import Program, token_for
from tests.broken_audit import broken_audit
from tests.conftest import looking_as
from tests.diaries import write_nights
from tests.exchange.diaries import body


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_every_file_is_that_of_the_page(ada, adas, clients, name):
    with looking_as(ada):
        write_nights(ada, 5)
    answer = adas.get(f"export/{name}")
    assert answer.status_code == 200
    assert answer["Content-Type"].partition(";")[0] == MEDIA_TYPES[name].partition(";")[0]
    taken = answer.body
    if name.endswith(".csv"):
        page = clients.ada.get(f"/account/export/{name}")
        assert taken == b"".join(page.streaming_content)
    else:
        assert len(taken) > 500
    with looking_as(ada):
        noted = AuditEvent.objects.owned_by(ada).filter(action="token_export")
        assert [event.resource for event in noted] == [name]


def test_the_looks_of_the_patient_tell_it(ada, adas, clients):
    adas.get("export/nights.csv")
    assert "A program took out your diary" in clients.ada.get("/sharing/looks/").content.decode()


def test_without_the_scope_nothing_goes_out(ada):
    program = Program(token_for(ada, scopes=["read_nights"]))
    assert program.get("export/diary.json").status_code == 403


def test_page_and_programs_take_out_thirty_files_an_hour_together(ada, adas, cleos, clients, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "export": "3/h/user"}
    assert body(clients.ada.get("/account/export/nights.csv"))
    taken = [program.get("export/nights.csv") for program in (adas, Program(token_for(ada)), adas)]

    assert [answer.status_code for answer in taken] == [200, 200, 429]
    refused = taken[-1]
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["Retry-After"] == "3600"
    assert refused.said["detail"] == "You took out many files. Wait an hour, then try again."
    assert clients.ada.get("/account/export/nights.csv").status_code == 429
    with looking_as(ada):
        assert AuditEvent.objects.owned_by(ada).filter(action="token_export").count() == 2
    assert adas.get("nights/").status_code == 200
    assert cleos.get("export/nights.csv").status_code == 200


def test_a_name_that_is_no_file_is_refused(adas):
    assert adas.get("export/passwords.txt").status_code == 422
    assert adas.get("export/..%2f..%2fetc").status_code in (404, 422)


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_noted_is_not_sent(ada, adas):
    """The database itself is made to refuse the row."""
    with looking_as(ada):
        write_nights(ada, 5)
    with broken_audit():
        answer = adas.get("export/diary.json")

    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert int(answer["Retry-After"]) > 0
    assert set(answer.said) <= {"type", "title", "status", "detail"}
