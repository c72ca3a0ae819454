"""What a night says after it was cleared or undone and begun anew."""

import datetime as dt

import pytest
from django.utils import timezone

from episodes.models import Episode, Night, NightRevision
from episodes.nights.content import read_night
from tests.conftest import looking_as, write_night

NIGHT = dt.date(2026, 3, 14)


def stored(ada):
    with looking_as(ada):
        return read_night(patient=ada, date=NIGHT, by=ada)


def test_a_night_that_is_not_written_cannot_be_undone(clients, ada):
    assert clients.ada.post(f"/nights/{NIGHT}/undo/", {"version": "0"}).status_code == 409
    with looking_as(ada):
        assert not NightRevision.objects.owned_by(ada).exists()

    write_night(ada, NIGHT, "cramps")
    clients.ada.post(f"/nights/{NIGHT}/delete/", {"version": "1"})
    assert clients.ada.post(f"/nights/{NIGHT}/undo/", {"version": "0"}).status_code == 409


def test_a_night_begun_anew_after_an_undo_becomes_unwritten_by_the_next_undo(clients, ada):
    write_night(ada, NIGHT, "cramps")
    clients.ada.post(f"/nights/{NIGHT}/undo/", {"version": "1"})
    write_night(ada, NIGHT, "no_cramps")
    clients.ada.post(f"/nights/{NIGHT}/undo/", {"version": f"{stored(ada).version}"})

    assert stored(ada).outcome is None
    assert stored(ada).version == 0


@pytest.mark.parametrize("end", ["delete", "undo"])
def test_a_private_note_that_went_with_its_night_does_not_come_back_with_an_undo(clients, ada, end):
    write_night(ada, NIGHT, "cramps", private_note="only for me")
    clients.ada.post(f"/nights/{NIGHT}/{end}/", {"version": "1"})
    write_night(ada, NIGHT, "no_cramps")
    write_night(ada, NIGHT, "unsure")

    clients.ada.post(f"/nights/{NIGHT}/undo/", {"version": f"{stored(ada).version}"})

    assert (stored(ada).outcome, stored(ada).private_note) == ("no_cramps", "")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (0, 2, 1)])
def test_a_night_whose_taps_are_all_taken_back_is_as_before_in_whatever_order(clients, ada, order):
    now = timezone.now().replace(microsecond=0)
    ids = [f"01900000-0000-7000-8000-00000000000{number}" for number in range(3)]
    for number, client_id in enumerate(ids):
        started = now - dt.timedelta(minutes=30 + number * 5)
        clients.ada.post("/now/", {"client_id": client_id, "started_at": started.isoformat()})
    for number in order:
        clients.ada.post("/now/", {"client_id": ids[number], "removed_at": now.isoformat()})

    with looking_as(ada):
        assert list(Night.objects.owned_by(ada).values_list("outcome", flat=True)) == [None]
        assert not Episode.objects.owned_by(ada).exists()
