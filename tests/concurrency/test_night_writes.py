"""Many writers at once, over real HTTP: what was acknowledged is stored, once, and nothing breaks."""

import datetime as dt
from collections import Counter

import pytest

from episodes.models import Night, NightRevision, Operation
from tests.conftest import looking_as, make_user
from tests.plugins.parallel import together

NIGHT = dt.date(2026, 3, 14)
WRITERS = 200

pytestmark = pytest.mark.django_db(transaction=True)


def statuses(answers):
    return Counter(answer[0] if isinstance(answer, tuple) else repr(answer) for answer in answers)


def test_two_hundred_parallel_writers_lose_nothing(device):
    patients = [make_user(f"patient{number}") for number in range(20)]
    devices = {patient: device(patient) for patient in patients}
    wanted = [(patients[n % 20], NIGHT + dt.timedelta(days=n // 20)) for n in range(WRITERS)]

    answers = together(
        [lambda p=patient, d=date: devices[p].write(d, "cramps") for patient, date in wanted],
        threads=WRITERS,
    )

    assert statuses(answers) == {200: WRITERS}
    for patient in patients:
        with looking_as(patient):
            stored = set(Night.objects.owned_by(patient).values_list("date", "outcome", "version"))
        assert stored == {(date, "cramps", 1) for writer, date in wanted if writer == patient}


def test_two_hundred_writers_of_one_diary_lose_nothing(device, ada):
    phone = device(ada)
    dates = [NIGHT - dt.timedelta(days=n) for n in range(WRITERS)]

    answers = together([lambda d=date: phone.write(d) for date in dates], threads=64)

    assert statuses(answers) == {200: WRITERS}
    with looking_as(ada):
        assert set(Night.objects.owned_by(ada).values_list("date", flat=True)) == set(dates)


def test_the_same_submit_fifty_times_at_once_is_one_night(device, ada):
    phone = device(ada)

    answers = together(
        [lambda: phone.write(NIGHT, operation_id="one-tap") for _copy in range(50)], threads=50
    )

    assert statuses(answers) == {200: 50}
    assert {body["version"] for _status, body in answers} == {1}
    with looking_as(ada):
        assert Night.objects.owned_by(ada).count() == 1
        assert NightRevision.objects.owned_by(ada).count() == 1
        assert Operation.objects.owned_by(ada).count() == 1


def test_the_same_submit_without_an_operation_id_is_one_night_too(device, ada):
    phone = device(ada)

    answers = together([lambda: phone.write(NIGHT) for _copy in range(50)], threads=50)

    assert statuses(answers) == {200: 50}
    with looking_as(ada):
        assert list(Night.objects.owned_by(ada).values_list("version", flat=True)) == [1]


def test_an_operation_id_with_other_answers_is_refused_and_changes_nothing(device, ada):
    phone = device(ada)
    phone.write(NIGHT, "no_cramps", operation_id="one-tap")

    status, _body = phone.write(NIGHT, "unsure", operation_id="one-tap", version=1)

    assert status == 409
    with looking_as(ada):
        assert Night.objects.owned_by(ada).get().outcome == "no_cramps"


def test_of_two_devices_on_one_night_one_is_stored_and_one_is_told(device, ada):
    phone, tablet = device(ada), device(ada)
    for day in range(10):
        date = NIGHT + dt.timedelta(days=day)
        tries = [
            lambda d=date: phone.write(d, "no_cramps", shared_note="from the phone"),
            lambda d=date: tablet.write(d, "unsure", shared_note="from the tablet"),
        ]

        answers = together(tries if day % 2 else tries[::-1])

        assert statuses(answers) == {200: 1, 409: 1}
    with looking_as(ada):
        assert set(Night.objects.owned_by(ada).values_list("version", flat=True)) == {1}


def test_a_stale_copy_is_answered_with_both_copies_and_changes_nothing(device, ada):
    phone, tablet = device(ada), device(ada)
    phone.write(NIGHT, "no_cramps", shared_note="from the phone")

    status, page = tablet.write(NIGHT, "unsure", shared_note="from the tablet", accept="text/html")

    assert status == 409
    assert "from the phone" in page
    assert "from the tablet" in page
    with looking_as(ada):
        assert list(Night.objects.owned_by(ada).values_list("outcome", "version")) == [("no_cramps", 1)]


def test_the_told_device_can_keep_its_own_copy_and_the_other_stays_in_the_history(device, ada):
    phone, tablet = device(ada), device(ada)
    phone.write(NIGHT, "no_cramps")
    tablet.write(NIGHT, "unsure")

    status, body = tablet.write(NIGHT, "unsure", version=1)

    assert (status, body["version"]) == (200, 2)
    with looking_as(ada):
        revisions = list(NightRevision.objects.owned_by(ada).order_by("version"))
    assert [revision.content["answers"]["outcome"] for revision in revisions] == ["no_cramps", "unsure"]
