"""Links, tokens and codes that people hold: what an earlier version made and hashed still opens."""

import base64
import datetime as dt
import hashlib
import hmac

import pytest
from django.urls import reverse
from django.utils import timezone

from episodes.models import ApiToken, CalendarLink, Invitation, ReportLink
from tests.api.conftest import Program
from tests.conftest import looking_as

SECRET = bytes(range(24))


def handed_out(person):
    return base64.urlsafe_b64encode(person.pk.bytes + SECRET).decode().rstrip("=")


def keyed(salt, value, key):
    """Return what Django's salted_hmac has always made."""
    return hmac.new(
        hashlib.sha256((salt + key).encode()).digest(), value.encode(), hashlib.sha256
    ).hexdigest()


def keep(row):
    with looking_as(row.patient):
        row.save(force_insert=True)


@pytest.fixture
def times():
    now = timezone.now()
    return {"made_at": now, "expires_at": now + dt.timedelta(days=7)}


def test_an_earlier_report_link_opens(clients, ada, times):
    hashed = hashlib.sha256(SECRET).hexdigest()
    day = dt.date(2026, 3, 1)
    keep(ReportLink(patient=ada, secret_hash=hashed, first=day, last=day, sections=["questions"], **times))

    answer = clients.nobody.get(reverse("report:shared-report", args=[handed_out(ada)]))

    assert answer.status_code == 200


def test_an_earlier_token_opens_until_the_password_is_another(ada, settings, times):
    keep(
        ApiToken(
            patient=ada,
            name="Button",
            secret_hash=hashlib.sha256(SECRET).hexdigest(),
            password_stamp=keyed("episodes.api_token", ada.password, settings.SECRET_KEY),
            scopes=["read_nights"],
            **times,
        )
    )
    program = Program(f"diary_{handed_out(ada)}")
    assert program.get("habits/").status_code == 200

    ada.set_password("another 1 that is long enough")
    ada.save()
    assert program.get("habits/").status_code == 401


def test_an_earlier_calendar_link_opens(clients, ada):
    address = "k3_" + "A" * 40
    CalendarLink.objects.create(user=ada, token_hash=hashlib.sha256(address.encode()).hexdigest())

    assert clients.nobody.get(reverse("account:reminder-calendar", args=[address])).status_code == 200


def test_an_earlier_invitation_opens_under_the_key_of_its_day(clients, dora, settings, times):
    hashed = keyed("episodes.invitation", "ABCDEFGHJKLM", settings.SECRET_KEY)
    Invitation.objects.create(clinician=dora, code_hash=hashed, **times)
    settings.SECRET_KEY_FALLBACKS = ["f" * 60]
    other = keyed("episodes.invitation", "ABCDEFGHJKLN", "f" * 60)
    Invitation.objects.create(clinician=dora, code_hash=other, **times)

    for code in ("ABCD-EFGH-JKLM", "abcdefghjkln"):
        assert clients.ada.post(reverse("sharing:clinician-find"), {"code": code}).status_code == 302, code
    assert clients.ada.post(reverse("sharing:clinician-find"), {"code": "ABCDEFGHJKLP"}).status_code == 422
