"""How often somebody may try: counted for all workers together, per address and per account."""

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from episodes.models import AuditEvent, acting_as
from episodes.report.links import make_link
from episodes.web.limits import is_allowed
from tests.accounts.doors import SECOND_STEP, code_of, give_password, is_in
from tests.accounts.test_sign_up import sign_up
from tests.conftest import give_second_factor
from tests.matrix.people import NIGHT

LOG_IN, RESET, SIGN_UP = "/account/login/", "/account/password/reset/", "/account/signup/"


def guess(client, login="ada", address="198.51.100.1", **headers):
    form = {"login": login, "password": "not it"}
    return client.post(LOG_IN, form, REMOTE_ADDR=address, **headers)


def test_the_counts_are_in_the_database_that_all_workers_share():
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")


def test_many_invented_names_do_not_wipe_the_counts(client, ada):
    """Django's cache throws entries away beyond 300 unless it is told otherwise."""
    for _guess in range(5):
        guess(client)
    for number in range(320):
        cache.set(f"!{number}", 1)  # sorts before and after
        cache.set(f"~{number}", 1)

    assert "Too many" in guess(client).content.decode()


@pytest.mark.parametrize("login", ["ada", "ada@example.org", "nobody", "nobody@example.org"])
def test_an_account_gets_five_tries_from_wherever_and_an_unknown_one_as_many(client, ada, login):
    answers = [guess(client, login, f"198.51.100.{number}").content.decode() for number in range(6)]

    assert ["Too many" in answer for answer in answers] == [False] * 5 + [True]


def test_while_it_waits_the_right_password_does_not_help(client, ada):
    for _guess in range(5):
        guess(client)
    give_password(client, ada)

    assert not is_in(client)


def test_an_address_gets_ten_wrong_tries_a_minute_over_all_names(client, db):
    answers = [guess(client, f"name{number}").content.decode() for number in range(11)]

    assert ["Too many" in answer for answer in answers] == [False] * 10 + [True]


def test_the_second_step_gets_five_tries_in_every_browser_together(client, ada):
    give_second_factor(ada)
    for _turn in range(5):
        give_password(client, ada)
        client.post(SECOND_STEP, {"code": "000000"})
        client.cookies.clear()
    give_password(client, ada)

    assert "Too many" in client.post(SECOND_STEP, {"code": code_of()}).content.decode()
    assert not is_in(client)


def test_resets_are_limited_per_address_and_per_e_mail(client, ada):
    statuses = [
        client.post(RESET, {"email": ada.email}, REMOTE_ADDR=f"198.51.100.{number}").status_code
        for number in range(6)
    ]
    assert statuses == [302] * 5 + [429]

    statuses = [client.post(RESET, {"email": f"n{number}@example.org"}).status_code for number in range(21)]
    assert statuses == [302] * 20 + [429]


def test_sign_ups_are_limited_per_address(client, db):
    statuses = [client.post(SIGN_UP, {"username": "x"}).status_code for _turn in range(21)]

    assert statuses[-1] == 429
    assert 429 not in statuses[:-1]


@pytest.mark.parametrize("email", ["ada@example.org", "free@example.org"])
def test_sign_ups_with_one_e_mail_send_one_mail_in_three_minutes_whether_it_is_taken_or_not(ada, email):
    for number in range(6):
        assert sign_up(Client(), username=f"name{number}", email=email).status_code == 302

    assert [message.to for message in mail.outbox] == [[email]]


def test_the_limit_answers_with_a_page_of_ours(client, db):
    for _turn in range(21):
        answer = client.post(RESET, {"email": "n@example.org"})

    assert "Too many tries" in answer.content.decode()


# --- addresses behind proxies ----------------------------------------------------------------------


def test_without_a_proxy_an_invented_forwarding_changes_nothing(client, db, settings):
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    for number in range(10):
        guess(client, f"name{number}", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")

    assert "Too many" in guess(client, "name10", HTTP_X_FORWARDED_FOR="203.0.113.99").content.decode()


def test_behind_a_proxy_only_what_the_proxy_wrote_counts(client, db, settings):
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(10):
        guess(client, f"name{number}", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 192.0.2.1")

    spoofed = guess(client, "name10", HTTP_X_FORWARDED_FOR="203.0.113.99, 192.0.2.1")
    other = guess(client, "name11", HTTP_X_FORWARDED_FOR="203.0.113.99, 192.0.2.2")
    assert "Too many" in spoofed.content.decode()
    assert "Too many" not in other.content.decode()


def test_a_request_that_came_round_the_proxies_has_the_address_of_its_connection(client, db, settings):
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2

    assert guess(client, HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 200
    assert guess(client).status_code == 200


# --- the helper --------------------------------------------------------------------------------------


def test_an_invitation_code_gets_five_tries_a_minute_from_an_account(rf, ada, cleo):
    def tries(user, address):
        request = rf.post("/", REMOTE_ADDR=address)
        request.user = user
        return is_allowed(request, "invitation_code")

    assert [tries(ada, f"198.51.100.{number}") for number in range(6)] == [True] * 5 + [False]
    assert tries(cleo, "198.51.100.77")


def test_a_code_of_a_clinician_still_gets_five(clients, ada):
    statuses = [
        clients.ada.post(reverse("sharing:clinician-find"), {"code": "AAAAA"}).status_code for _ in range(6)
    ]

    assert statuses[-1] == 429


def test_looks_reported_as_wrong_are_ten_an_hour(clients, ada, ben):
    for _look in range(12):
        clients.ben.get(f"/admin/patients/{ada.pk}/")
    numbers = [look.sequence for look in looks_of(ada, "read")]
    mail.outbox.clear()

    answers = [clients.ada.post(reverse("sharing:look-report", args=[number])) for number in numbers]

    assert [answer.status_code for answer in answers] == [302] * 10 + [429] * 2
    assert len(looks_of(ada, "report")) == 10
    assert "Too many tries" in answers[-1].content.decode()


def looks_of(patient, action):
    with acting_as(patient):
        return list(AuditEvent.objects.owned_by(patient).filter(action=action))


def test_a_link_to_a_report_opens_sixty_times_a_minute_from_an_address_and_then_says_wait(client, ada):
    with acting_as(ada):
        link = make_link(first=NIGHT, last=NIGHT, sections=["nights"], days=7, now=timezone.now(), by=ada)
    path = reverse("report:shared-report", args=[link.token])

    answers = [client.get(path, REMOTE_ADDR="198.51.100.1") for _opening in range(61)]

    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert len(looks_of(ada, "open")) == 60
    assert client.get(path, REMOTE_ADDR="198.51.100.2").status_code == 200


def test_pdf_files_are_ten_a_minute(clients, ada):
    statuses = [
        clients.ada.get(reverse("report:visit-pdf") + "?period=no").status_code for _turn in range(11)
    ]

    assert statuses == [422] * 10 + [429]
