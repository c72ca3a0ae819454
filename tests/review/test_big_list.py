"""Flags of the list, answers added after a review, and the list of ten thousand patients."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from episodes.diaries.shared import active_consent
from episodes.models import Consent, Night, User, acting_as
from episodes.operations.maintenance import in_maintenance
from episodes.review.actions import since_review
from tests.conftest import log_in, make_clinician, write_night
from tests.review.test_panel import OURS, evening, mark, names, row_of, share

MANY = 10_000


def test_flags_count_with_their_denominators(ada, ben):
    write_night(
        ada, evening(ada), "cramps", restless_legs="yes", leg_warning_sign="left",
        episodes=[{"duration_seconds": 601}, {"duration_seconds": 600}, {"pain_0_10": 3}],
    )  # fmt: skip
    write_night(
        ada, evening(ada, 1), "cramps", restless_legs="no", weakness_after=True,
        episodes=[{"duration_band": "10_30"}, {"duration_band": "5_10"}],
    )  # fmt: skip
    write_night(ada, evening(ada, 2), "no_cramps", numbness=True, restless_legs="unsure")
    write_night(ada, evening(ada, 3), "no_cramps")
    write_night(ada, evening(ada, 28), "cramps", restless_legs="yes", episodes=[{"duration_band": "over_60"}])

    row = row_of(ben)

    assert (row.over_ten, row.lengths) == (2, 4)
    assert (row.restless, row.restless_answers) == (1, 3)
    assert (row.leg_signs, row.weak, row.numb, row.warnings) == (1, 1, 1, 3)


def test_the_flags_stand_on_the_page(clients, ada, ben):
    write_night(
        ada,
        evening(ada),
        "cramps",
        restless_legs="yes",
        weakness_after=True,
        episodes=[{"duration_seconds": 700}],
    )
    source = clients.ben.get("/admin/").content.decode()
    body = re.sub(r"\s+<", "<", re.sub(r">\s+", ">", source))

    for words in (">1 of 1</span>", "<div>1 of 1</div>", "weak 1"):
        assert words in body


def test_diaries_can_be_picked_and_sorted_by_a_flag(ada, ben):
    share("lou", ben, outcome="cramps", episodes=[{"duration_band": "10_30"}])
    share("rae", ben, outcome="no_cramps", restless_legs="yes")
    share(
        "hid",
        ben,
        outcome="cramps",
        restless_legs="yes",
        episodes=[{"duration_band": "over_60"}],
        scopes=["habits"],
    )

    assert names(ben, show="long") == ["lou"]
    assert names(ben, show="restless") == ["rae"]
    assert names(ben, sort="long")[0] == "lou"
    assert names(ben, sort="restless")[0] == "rae"


def since(clinician, patient):
    with acting_as(clinician):
        consent = active_consent(patient_id=patient.pk, now=timezone.now(), by=clinician)
        last = timezone.now() - dt.timedelta(days=1)
        return since_review(consent=consent, mark=last, by=clinician)


def written_long_ago(patient, *evenings):
    """Make nights as if they had been written, and last changed, a month ago."""
    with acting_as(patient):
        then = timezone.now() - dt.timedelta(days=30)
        Night.objects.owned_by(patient).filter(date__in=evenings).update(
            outcome_recorded_at=then, changed_at=then, warned_at=None
        )


def test_a_warning_answer_added_to_a_reviewed_night_is_new(ada, ben):
    night = evening(ada, 5)
    write_night(ada, night, "cramps")
    written_long_ago(ada, night)
    mark(ada, ben, timezone.now() - dt.timedelta(days=1))
    assert not row_of(ben).has_new_warning
    assert since(ben, ada).is_empty

    write_night(ada, night, "cramps", weakness_after=True)

    assert row_of(ben).has_new_warning
    assert since(ben, ada) == since_review_of(warned=[night], changed=[night])


def since_review_of(written=(), changed=(), warned=()):
    from episodes.review.actions import SinceReview

    return SinceReview(tuple(written), tuple(changed), tuple(warned))


def test_a_second_warning_answer_is_new_and_another_answer_is_not(ada, ben):
    night = evening(ada, 5)
    write_night(ada, night, "cramps", weakness_after=True)
    written_long_ago(ada, night)
    mark(ada, ben, timezone.now() - dt.timedelta(days=1))

    write_night(ada, night, "cramps", weakness_after=True, sleep_quality_1_5=2)
    assert not row_of(ben).has_new_warning
    write_night(ada, night, "cramps", weakness_after=False, sleep_quality_1_5=2)
    assert not row_of(ben).has_new_warning
    write_night(ada, night, "cramps", weakness_after=False, leg_warning_sign="right", sleep_quality_1_5=2)
    assert row_of(ben).has_new_warning


def test_what_changed_since_is_told_apart_and_habits_and_notes_are_no_change(ada, ben):
    old, habits, new = evening(ada, 5), evening(ada, 4), evening(ada)
    for night in (old, habits):
        write_night(ada, night, "cramps")
    written_long_ago(ada, old, habits)

    write_night(ada, old, "cramps", episodes=[{"pain_0_10": 4}])
    write_night(ada, habits, "cramps", alcohol_drinks=2, private_note="mine")
    write_night(ada, new, "no_cramps")

    assert since(ben, ada) == since_review_of(written=[new], changed=[old])


def test_without_the_nights_nothing_is_said_about_them(ada, dora):
    from tests.conftest import grant

    grant(ada, dora, scopes=["habits"])
    write_night(ada, evening(ada), "cramps", weakness_after=True)

    assert since(dora, ada) is None


@pytest.fixture
def crowd(transactional_db):
    """A clinician with ten thousand patients, of whom every hundredth has written a night."""
    clinician = make_clinician("busy")
    patients = User.objects.bulk_create(
        [User(username=f"p{number:05}", display_name=f"Patient {number:05}") for number in range(MANY)], 500
    )
    now = timezone.now()
    with in_maintenance(), acting_as(patients[0]):
        Consent.objects.owned_by(patients[0]).bulk_create(
            [
                Consent(
                    patient=patient, clinician=clinician, valid_from=now - dt.timedelta(days=1),
                    valid_until=now + dt.timedelta(days=90), text_version="1",
                )
                for patient in patients
            ],
            500,
        )  # fmt: skip
        Night.objects.owned_by(patients[0]).bulk_create(
            [
                Night(
                    patient=patient, date=evening(patient, 1), outcome="cramps", time_zone="Europe/London",
                    weakness_after=number == 7, outcome_recorded_at=now,
                )
                for number, patient in enumerate(patients[::100])
            ],
            500,
        )  # fmt: skip
    if connection.vendor == "postgresql":
        # What autovacuum does within a minute: the planner counts the tables as they are now.
        with in_maintenance(), connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return clinician


@pytest.mark.timeout(300)
def test_ten_thousand_patients_cost_eight_statements_at_most(crowd, client):
    log_in(client, crowd)
    for query in (
        "",
        "?sort=cramps",
        "?sort=-long",
        "?show=warnings",
        "?show=quiet&sort=name&page=150",
        "?q=09",
    ):
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(f"/admin/{query}")
        sent = [each["sql"] for each in captured if any(table in each["sql"] for table in OURS)]
        assert len(sent) <= 8, query
        assert answer.status_code == 200
        rows = answer.context["rows"]
        if not query:
            assert rows.paginator.count == MANY
            assert rows[0].patient.username == "p00700"
        assert len(rows.object_list) in (50, 1)
