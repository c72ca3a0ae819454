"""Many readers of one diary at once: every reading is a row, and the rows are numbered without a gap."""

import datetime as dt
from collections import Counter

import pytest
from django.utils import timezone

from episodes.audit.check import check_audit
from episodes.models import AuditEvent, acting_as
from tests.conftest import grant, looking_as, make_clinician, write_night
from tests.plugins.parallel import together

READERS = 200

pytestmark = pytest.mark.django_db(transaction=True)


def rows_of(patient):
    with looking_as(patient):
        return list(AuditEvent.objects.owned_by(patient).order_by("sequence"))


@pytest.mark.timeout(300)
def test_two_hundred_parallel_readers_leave_a_sequence_without_gaps(device, ada):
    write_night(ada, timezone.localdate() - dt.timedelta(days=1), "cramps", episodes=[{"pain_0_10": 5}])
    clinicians = [make_clinician(f"clinician{number}") for number in range(5)]
    for clinician in clinicians:
        grant(ada, clinician)
    before = len(rows_of(ada))
    screens = [device(clinician) for clinician in clinicians]
    path = f"/admin/patients/{ada.pk}/?period=28"

    answers = together([lambda s=screens[n % 5]: s.read(path) for n in range(READERS)], threads=64)

    assert Counter(answer[0] if isinstance(answer, tuple) else repr(answer) for answer in answers) == {
        200: READERS
    }
    rows = rows_of(ada)
    assert [row.sequence for row in rows] == list(range(1, before + READERS + 1))
    assert Counter(row.actor_id for row in rows[before:]) == {c.pk: READERS // 5 for c in clinicians}
    assert len({row.request_id for row in rows[before:]}) == READERS
    with acting_as(ada):
        assert check_audit([]).broken == ()
