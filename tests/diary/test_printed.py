"""Questions are printed once and kept: never what a person typed, never in another language, never with a mistake."""

import pytest
from django.utils import translation

from episodes.diary import printed
from episodes.models import CustomHabit, acting_as
from tests.conftest import write_night


@pytest.fixture(autouse=True)
def nothing_printed():
    printed._printed.clear()


def page(client, date):
    response = client.get(f"/nights/{date}/")
    assert response.status_code == 200
    return response.content.decode()


def kept():
    return "".join(printed._printed.values())


def test_a_question_from_memory_reads_as_one_printed_anew(clients, ada, date):
    write_night(
        ada, date, "cramps", alcohol_drinks=2, warm_bath=True,
        episodes=[{"pain_0_10": 4, "duration_band": "1_5", "woke_me": True}],
    )  # fmt: skip
    first = page(clients.ada, date)
    size = len(printed._printed)

    second = page(clients.ada, date)

    assert size > 40
    assert len(printed._printed) == size
    assert [line for line in first.splitlines() if "csrf" not in line and "form_session" not in line] == [
        line for line in second.splitlines() if "csrf" not in line and "form_session" not in line
    ]


def test_another_answer_is_printed_anew(clients, ada, date):
    write_night(ada, date, "cramps", warm_bath=True)
    assert 'name="warm_bath" value="yes" checked' in page(clients.ada, date)

    write_night(ada, date, "cramps", warm_bath=False)

    assert 'name="warm_bath" value="no" checked' in page(clients.ada, date)


def test_another_language_is_printed_anew(clients, ada, date):
    page(clients.ada, date)
    ada.language = "de"
    ada.save()

    german = page(clients.ada, date)

    with translation.override("de"):
        assert translation.gettext("Did you have a leg cramp?") in german
    assert "Did you have a leg cramp?" not in german


def test_what_a_person_typed_or_named_is_never_kept(clients, ada, date):
    with acting_as(ada):
        CustomHabit(patient=ada, key="secret", label="My secret tea", kind="yes_no").save()
    write_night(
        ada, date, "cramps", sitting_hours="7.5", shared_note="Zebra",
        episodes=[{"duration_seconds": 481, "pain_0_10": 4}],
    )  # fmt: skip

    shown = page(clients.ada, date)

    assert "My secret tea" in shown
    assert "7.5" in shown
    for words in ("secret", "7.5", "=481", "8 minutes", "Zebra", str(ada.pk), "csrf"):
        assert words not in kept(), words


def test_a_refused_form_is_neither_kept_nor_taken_from_memory(send, clients, date):
    page(clients.ada, date)
    before = dict(printed._printed)

    response = send(alcohol_drinks_exact="many")

    assert response.status_code == 422
    assert "Write a number, such as 6 or 6.5." in response.content.decode()
    assert printed._printed == before
