"""Guesses at a PIN, all at once: five are answered, and the link is dead."""

import datetime as dt
from collections import Counter

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from episodes.models import AuditEvent, ReportLink, acting_as
from episodes.report.links import MOST_REFUSALS, make_link
from tests.plugins.parallel import together

NIGHT = dt.date(2026, 3, 14)

pytestmark = pytest.mark.django_db(transaction=True)


def test_forty_guesses_at_once_are_five_guesses(device, ada, cleo):
    with acting_as(ada):
        made = make_link(
            first=NIGHT, last=NIGHT, sections=["nights"], days=1, pin="4711", now=timezone.now(), by=ada
        )
    address = reverse("report:shared-report", args=[made.token])
    stranger = device(cleo)

    answers = together([lambda: stranger.send(address, {"pin": "0000"}) for _guess in range(40)], threads=20)

    assert Counter(status for status, _text in answers) == {422: 5, 404: 35}
    assert stranger.send(address, {"pin": "4711"})[0] == 404
    with acting_as(ada), transaction.atomic():
        [link] = ReportLink.objects.owned_by(ada)
        refused = AuditEvent.objects.owned_by(ada).filter(outcome="refused")
        sequences = list(
            AuditEvent.objects.owned_by(ada).order_by("sequence").values_list("sequence", flat=True)
        )
        assert link.pin_failures == 5
        assert refused.count() == MOST_REFUSALS
        assert sequences == list(range(1, MOST_REFUSALS + 2))
