"""Mails about sharing: neutral, to a confirmed address, once each, and never in the way of a page."""

import datetime as dt
import socket
import time

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from episodes.audit import notices
from episodes.audit.notices import Sent, send_consent_notices, tell_first_look
from episodes.models import Consent, ConsentNotice, acting_as
from episodes.sharing.actions import withdraw_consent
from tests.conftest import grant, log_in, looking_as, make_clinician, make_user
from tests.plugins.parallel import together


def confirm(person, **changes):
    fields = {"email": f"{person.username}@example.org", "verified": True, "primary": True, **changes}
    return EmailAddress.objects.create(user=person, **fields)


@pytest.fixture
def reachable(ada):
    confirm(ada)
    return ada


@pytest.fixture
def look(clients, ben, ada, django_capture_on_commit_callbacks):
    """Return a function: the clinician opens Ada's diary, and what waits for the commit runs."""

    def open_diary(client=None, status=200):
        with django_capture_on_commit_callbacks(execute=True):
            response = (client or clients.ben).get(f"/admin/patients/{ada.pk}/")
        assert response.status_code == status
        return response

    return open_diary


@pytest.fixture
def deaf_mail_server(settings):
    """Mails go to a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def consent_of(patient):
    with looking_as(patient):
        return Consent.objects.owned_by(patient).get()


def notices_of(patient):
    with looking_as(patient):
        return list(ConsentNotice.objects.owned_by(patient).order_by("made_at"))


# --- The first look -------------------------------------------------------------------------------


def test_the_first_look_of_a_clinician_is_mailed_once(reachable, look):
    look()
    look()

    [letter] = mail.outbox
    assert letter.to == ["ada@example.org"]
    assert "opened" in letter.subject
    assert reverse("sharing:overview") in letter.body


def test_the_mail_names_nobody_and_nothing_about_health(reachable, look):
    look()
    send_consent_notices(now=timezone.now() + dt.timedelta(days=80))

    assert len(mail.outbox) == 2
    for letter in mail.outbox:
        text = f"{letter.subject}\n{letter.body}".replace("about your health", "").lower()
        for word in (
            "ben",
            "ada",
            "dr ",
            "clinician",
            "mill road",
            "cramp",
            "night",
            "leg",
            "next visit",
            "doctor",
        ):
            assert word not in text.replace("nothing", ""), word


def test_each_clinician_is_told_of(clients, reachable, look, dora):
    grant(reachable, dora)
    look()
    look(clients.dora)

    assert len(mail.outbox) == 2


def test_sharing_anew_is_told_of_anew(reachable, ben, look):
    look()
    grant(reachable, ben)
    look()

    assert len(mail.outbox) == 2


def test_a_refused_look_is_no_look(clients, reachable, dora, look):
    look(clients.dora, status=404)

    assert mail.outbox == []
    assert notices_of(reachable) == []


def test_a_look_that_could_not_be_written_down_is_not_told(reachable, look):
    def refuse_audit_rows(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "episodes_auditevent" in sql:
            raise DatabaseError("the disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse_audit_rows):
        look(status=503)

    assert mail.outbox == []
    assert notices_of(reachable) == []


def test_a_look_whose_transaction_is_undone_later_is_not_told(reachable, ben):
    consent = consent_of(reachable)
    with acting_as(ben), pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        tell_first_look(consent=consent, now=timezone.now())
        raise ZeroDivisionError

    assert mail.outbox == []
    assert notices_of(reachable) == []


def test_who_wants_no_mails_gets_none_not_even_later(clients, reachable, look):
    clients.ada.post(reverse("sharing:mails"), {})
    look()
    assert mail.outbox == []

    clients.ada.post(reverse("sharing:mails"), {"sharing_mails": "on"})
    look()
    send_consent_notices(now=timezone.now())
    assert mail.outbox == []


@pytest.mark.parametrize("changes", [{"verified": False}, {"primary": False}])
def test_an_address_that_is_not_confirmed_gets_nothing(ada, look, changes):
    confirm(ada, **changes)
    look()
    send_consent_notices(now=timezone.now() + dt.timedelta(days=80))

    assert mail.outbox == []


def test_a_mail_server_that_fails_breaks_no_page_and_the_mail_comes_later(
    reachable, look, deaf_mail_server, settings
):
    look()
    [notice] = notices_of(reachable)
    assert (notice.is_due, notice.sent_at) == (True, None)

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    look()
    assert mail.outbox == []
    assert send_consent_notices(now=timezone.now()) == Sent(sent=1)
    assert send_consent_notices(now=timezone.now()) == Sent()
    assert len(mail.outbox) == 1


def test_a_mail_server_that_never_answers_holds_a_page_up_for_a_moment_only(reachable, look, settings):
    assert settings.EMAIL_TIMEOUT <= 10
    settings.EMAIL_TIMEOUT = 1
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        begun = time.monotonic()
        look()
        assert time.monotonic() - begun < 5

    assert [notice.is_due for notice in notices_of(reachable)] == [True]


@pytest.mark.django_db(transaction=True)
def test_the_mail_goes_out_after_a_real_commit_and_nobody_is_left_acting():
    ada, ben = make_user("ada"), make_clinician("ben")
    confirm(ada)
    grant(ada, ben)
    client = Client()
    log_in(client, ben)

    assert client.get(f"/admin/patients/{ada.pk}/").status_code == 200
    assert client.get(f"/admin/patients/{ada.pk}/").status_code == 200

    assert len(mail.outbox) == 1
    assert [notice.kind for notice in notices_of(ada)] == ["first_look"]


def test_the_command_says_what_could_not_be_sent(reachable, look, deaf_mail_server):
    look()

    with pytest.raises(CommandError, match="1 could not be sent"):
        call_command("send_consent_notices", verbosity=0)


def test_the_mail_is_in_the_readers_language_and_zone(reachable, ben):
    reachable.time_zone = "Pacific/Auckland"
    reachable.save()
    consent = consent_of(reachable)
    send_consent_notices(now=timezone.now() + dt.timedelta(days=80))

    there = consent.valid_until.astimezone(reachable.zone)
    assert f"{there:%H:%M}" in mail.outbox[0].body


def test_a_notice_cannot_hang_on_another_patients_consent(reachable, ben, cleo):
    consent = consent_of(reachable)
    with acting_as(cleo), pytest.raises(IntegrityError), transaction.atomic():  # noqa: PT012  deferred on PostgreSQL
        ConsentNotice(patient=cleo, consent_id=consent.pk, kind="first_look").save(force_insert=True)
        connection.check_constraints()


def test_the_database_keeps_one_notice_of_a_kind(reachable, ben):
    consent = consent_of(reachable)
    with acting_as(reachable):
        ConsentNotice(patient=reachable, consent=consent, kind="first_look").save(force_insert=True)
        with pytest.raises(IntegrityError), transaction.atomic():
            ConsentNotice(patient=reachable, consent=consent, kind="first_look").save(force_insert=True)


# --- Before the end -------------------------------------------------------------------------------


@pytest.mark.parametrize(("days_before", "mails"), [(15, 0), (14, 1), (1, 1), (0, 0)])
def test_the_end_is_mailed_from_fourteen_days_before(reachable, ben, days_before, mails):
    consent = consent_of(reachable)
    now = consent.valid_until - dt.timedelta(days=days_before)

    assert send_consent_notices(now=now) == Sent(sent=mails)
    assert send_consent_notices(now=now) == Sent()
    assert len(mail.outbox) == mails


def test_what_was_withdrawn_does_not_end_soon(reachable, ben):
    consent = consent_of(reachable)
    with acting_as(reachable):
        withdraw_consent(consent=consent, now=timezone.now(), by=reachable)

    assert send_consent_notices(now=timezone.now() + dt.timedelta(days=80)) == Sent()


def test_a_mail_that_failed_is_dropped_once_the_sharing_is_over(reachable, ben, deaf_mail_server, settings):
    consent = consent_of(reachable)
    assert send_consent_notices(now=consent.valid_until - dt.timedelta(days=3)) == Sent(failed=1)

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_consent_notices(now=consent.valid_until + dt.timedelta(days=1)) == Sent()
    assert mail.outbox == []
    assert [notice.is_due for notice in notices_of(reachable)] == [False]


def test_sharing_for_a_week_is_not_announced_to_end_on_its_first_day(ada, dora):
    confirm(ada)
    grant(ada, dora, days=7)

    assert send_consent_notices(now=timezone.now()) == Sent()


def test_each_patient_gets_their_own_mail_alone(reachable, ben, cleo):
    confirm(cleo)
    grant(cleo, ben)

    assert send_consent_notices(now=timezone.now() + dt.timedelta(days=80)) == Sent(sent=2)
    assert sorted(letter.to[0] for letter in mail.outbox) == ["ada@example.org", "cleo@example.org"]


def test_more_patients_than_one_page_get_their_mails(reachable, ben, cleo, monkeypatch):
    monkeypatch.setattr(notices, "PAGE", 1)
    confirm(cleo)
    grant(cleo, ben)

    assert send_consent_notices(now=timezone.now() + dt.timedelta(days=80)) == Sent(sent=2)


def test_one_failing_mail_does_not_keep_the_others(reachable, ben, cleo):
    EmailAddress.objects.filter(user=reachable).update(email="ada@exa\nmple.org")
    confirm(cleo)
    grant(cleo, ben)

    assert send_consent_notices(now=timezone.now() + dt.timedelta(days=80)) == Sent(sent=1, failed=1)
    assert [letter.to[0] for letter in mail.outbox] == ["cleo@example.org"]


@pytest.mark.parametrize("page", ["/", "/sharing/"])
@pytest.mark.parametrize(("days", "is_said"), [(14, True), (16, False)])
def test_the_pages_say_that_sharing_ends_soon(clients, ada, dora, page, days, is_said):
    grant(ada, dora, days=days)

    body = clients.ada.get(page).content.decode()

    assert ("ends soon" in body) is is_said
    assert "Dr Dora" in body


def test_the_sharing_page_says_where_mails_go(clients, ada):
    assert "no confirmed e-mail" in clients.ada.get("/sharing/").content.decode()
    confirm(ada)
    assert "They go to ada@example.org" in clients.ada.get("/sharing/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_no_statement_about_a_notice_is_sent_in_autocommit():
    ada, ben = make_user("ada"), make_clinician("ben")
    confirm(ada)
    grant(ada, ben)
    client, outside = Client(), []
    log_in(client, ben)

    def watch(execute, sql, params, many, context):
        if "episodes_consentnotice" in sql and not connection.in_atomic_block:
            outside.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        client.get(f"/admin/patients/{ada.pk}/")
        send_consent_notices(now=timezone.now() + dt.timedelta(days=80))

    assert len(mail.outbox) == 2
    assert outside == []


@pytest.mark.django_db(transaction=True)
def test_eight_runs_at_once_send_one_mail():
    ada, ben = make_user("ada"), make_clinician("ben")
    confirm(ada)
    grant(ada, ben)
    now = timezone.now() + dt.timedelta(days=80)

    outcomes = together([lambda: send_consent_notices(now=now) for _run in range(8)], threads=8)

    assert sum(outcome.sent for outcome in outcomes) == 1
    assert len(mail.outbox) == 1
