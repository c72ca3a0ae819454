"""The second step: codes of an app, recovery codes, and the doors that ask clinicians and operators for it."""

import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from tests.accounts.doors import (
    AGAIN,
    SECOND_STEP,
    SET_UP,
    code_of,
    enter,
    give_password,
    is_in,
    recovery_codes_of,
)
from tests.conftest import PASSWORD, give_second_factor, grant, make_clinician, make_operator, make_user

REVIEW = "/admin/"


def set_up_app(client):
    """Set a code app up as a person does, and return its key."""
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    key = re.search(r'<code class="key-text">([A-Z2-7]+)</code>', page)[1]
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(key)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    return key


@pytest.fixture
def hal(db, ada):
    """A clinician whom Ada lets read, without a second step."""
    clinician = make_clinician("hal", has_second_factor=False)
    grant(ada, clinician)
    return clinician


def test_a_code_app_is_set_up_with_a_drawing_a_key_and_recovery_codes(clients, ada):
    page = clients.ada.get(reverse("mfa_activate_totp")).content.decode()
    assert '<svg class="qr"' in page
    assert "style=" not in page
    assert "otpauth://totp/" in page
    assert "issuer=Crampdiary" in page

    set_up_app(clients.ada)

    codes = clients.ada.get(reverse("mfa_view_recovery_codes")).content.decode()
    file = clients.ada.get(reverse("mfa_download_recovery_codes"))
    assert file["Content-Disposition"].startswith("attachment")
    assert len(recovery_codes_of(ada)) == 10
    for code in recovery_codes_of(ada):
        assert code in codes
        assert code in file.content.decode()


def test_a_wrong_code_sets_nothing_up(clients, ada):
    clients.ada.get(reverse("mfa_activate_totp"))
    answer = clients.ada.post(reverse("mfa_activate_totp"), {"code": "000000"})

    assert "did not fit" in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_the_password_alone_does_not_log_in_who_has_a_second_step(client, ada):
    give_second_factor(ada)

    assert give_password(client, ada)["Location"] == SECOND_STEP
    assert not is_in(client)
    assert client.get("/")["Location"].startswith("/account/login/")


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_a_code_of_now_or_of_its_neighbours_logs_in(client, ada, step):
    give_second_factor(ada)
    give_password(client, ada)

    assert client.post(SECOND_STEP, {"code": code_of(step=step)})["Location"] == "/"
    assert is_in(client)


@pytest.mark.parametrize("wrong", ["000000", "", "12345", "abcdef", "0" * 500, "\u0661\u0662\u0663"])
def test_a_wrong_code_does_not_log_in(client, ada, wrong):
    give_second_factor(ada)
    give_password(client, ada)

    assert client.post(SECOND_STEP, {"code": wrong}).status_code == 200
    assert not is_in(client)


def test_a_code_of_two_minutes_ago_does_not_log_in(client, ada):
    give_second_factor(ada)
    give_password(client, ada)

    assert client.post(SECOND_STEP, {"code": code_of(step=-3)}).status_code == 200
    assert not is_in(client)


@pytest.mark.parametrize("seconds", [0, 40])
def test_a_code_logs_in_only_once_although_it_would_still_fit(client, ada, seconds):
    """The library forgets a used code after half a minute; it fits for a minute and a half."""
    give_second_factor(ada)
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        code = code_of(step=1)
        give_password(client, ada)
        assert client.post(SECOND_STEP, {"code": code})["Location"] == "/"
        client.logout()
        clock.shift(seconds)
        give_password(client, ada)
        assert client.post(SECOND_STEP, {"code": code}).status_code == 200
    assert not is_in(client)


def test_a_recovery_code_logs_in_once(client, ada):
    give_second_factor(ada)
    code = recovery_codes_of(ada)[3]
    give_password(client, ada)
    assert client.post(SECOND_STEP, {"code": code})["Location"] == "/"
    client.logout()

    give_password(client, ada)
    assert client.post(SECOND_STEP, {"code": code}).status_code == 200
    assert len(recovery_codes_of(ada)) == 9


def test_new_recovery_codes_replace_the_old_ones(clients, ada):
    give_second_factor(ada)
    old = recovery_codes_of(ada)
    clients.ada.post(reverse("mfa_generate_recovery_codes"))

    assert set(recovery_codes_of(ada)).isdisjoint(old)


def test_the_second_step_cannot_be_reached_without_the_password(client, ada):
    give_second_factor(ada)

    assert client.get(SECOND_STEP)["Location"] == "/account/login/"
    assert client.post(SECOND_STEP, {"code": code_of()})["Location"] == "/account/login/"
    assert not is_in(client)


# --- clinicians and operators -----------------------------------------------------------------


@pytest.mark.parametrize(
    "make", [lambda: make_clinician("x", has_second_factor=False), lambda: make_user("x", is_superuser=True)]
)
@pytest.mark.parametrize("door", ["/account/login/", "/admin/login/"])
def test_without_a_second_step_the_review_leads_to_its_set_up_and_the_diary_stays_open(
    client, db, make, door
):
    person = make()
    page = client.get(door, {"next": REVIEW}, follow=True)
    client.post(page.request["PATH_INFO"], {"login": "x", "password": PASSWORD, "next": REVIEW})

    for path in (
        REVIEW,
        "/admin/login/",
        f"/admin/patients/{person.pk}/",
        "/admin/episodes/user/",
        "/admin/code/",
    ):
        answer = client.get(path, follow=True)
        end = answer.redirect_chain[-1][0] if answer.redirect_chain else answer.status_code
        assert end in (SET_UP, 404), path  # 404: an operator at a clinician's page and the reverse
    assert "Set this up before you go on" in client.get(SET_UP).content.decode()
    assert client.get("/").status_code == 200
    assert client.get("/calendar/").status_code == 200


def test_a_clinician_without_a_second_step_reads_and_writes_nothing_of_a_patient(clients, ada, hal):
    from episodes.models import AuditEvent, ReviewNote, acting_as

    for path in (f"/admin/patients/{ada.pk}/", REVIEW):
        answer = clients.hal.get(path)
        assert (answer.status_code, answer["Location"]) == (302, SET_UP)
    answer = clients.hal.post(f"/admin/patients/{ada.pk}/notes/", {"text": "word"})
    assert (answer.status_code, answer["Location"]) == (302, SET_UP)
    with acting_as(ada):
        assert not ReviewNote.objects.owned_by(ada).exists()
        assert not AuditEvent.objects.owned_by(ada).filter(actor_id=hal.pk).exists()


def test_setting_up_an_app_opens_the_review_at_once(clients, ada, hal):
    set_up_app(clients.hal)

    assert clients.hal.get(REVIEW).status_code == 200
    assert clients.hal.get(f"/admin/patients/{ada.pk}/").status_code == 200


def test_a_session_from_before_the_second_step_is_asked_for_it(client, ada, hal):
    """Ended by the set-up in another browser; and where it was not, the review asks."""
    client.force_login(hal)
    give_second_factor(hal)

    answer = client.get(REVIEW)
    assert answer["Location"].startswith(AGAIN)
    client.post(answer["Location"], {"code": code_of()})
    assert client.get(REVIEW).status_code == 200


def test_removing_the_last_one_closes_the_review_in_the_same_session(clients, ben):
    assert clients.ben.get(REVIEW).status_code == 200
    clients.ben.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.exists()
    assert clients.ben.get(REVIEW)["Location"] == SET_UP
    assert clients.ben.get("/").status_code == 200


def test_a_clinician_s_log_in_goes_through_the_second_step_to_the_page_they_wanted(client, ben):
    give_password(client, ben, next_page=REVIEW)
    assert client.get(REVIEW)["Location"].startswith("/account/login/")

    assert client.post(SECOND_STEP, {"code": code_of()})["Location"] == REVIEW
    assert client.get(REVIEW).status_code == 200


def test_a_password_reset_does_not_go_round_the_second_step(client, ben):
    client.post(reverse("account_reset_password"), {"email": ben.email})
    link = next(line for line in mail.outbox[0].body.splitlines() if "/password/reset/key/" in line)
    form = client.get(link.strip(), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})

    assert not is_in(client)
    assert give_password(client, ben)["Location"] == SECOND_STEP
    assert not is_in(client)


@pytest.mark.parametrize("path", ["/account/login/code/", "/account/login/code/confirm/", "/account/2fa/"])
def test_there_is_no_other_door(client, db, path):
    assert client.get(path).status_code == 404


# --- sessions ------------------------------------------------------------------------------------


def test_setting_up_an_app_ends_every_other_session_and_keeps_this_one(ada):
    here, there = enter(ada), enter(ada)
    set_up_app(here)

    assert is_in(here)
    assert not is_in(there)


@pytest.mark.parametrize("change", ["mfa_deactivate_totp", "mfa_generate_recovery_codes"])
def test_changing_it_ends_every_other_session_and_keeps_this_one(ada, change):
    give_second_factor(ada)
    here, there = enter(ada), enter(ada, step=1)
    here.post(reverse(change))

    assert is_in(here)
    assert not is_in(there)


def test_the_operator_s_help_for_a_lost_phone_ends_every_session(ben):
    there = enter(ben)
    call_command("remove_second_factor", "ben")

    assert not is_in(there)
    assert enter(ben).get(REVIEW)["Location"] == SET_UP


def test_an_operator_with_a_second_step_manages_accounts(db):
    assert enter(make_operator("olga")).get("/admin/episodes/user/").status_code == 200
