"""Is it you? Asked before sharing and changes of log-in, and after a quarter of an hour in the review."""

from urllib.parse import unquote_plus

import time_machine
from django.contrib.sessions.backends.db import SessionStore as StockStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from episodes.models import Consent, ReviewNote, User, acting_as
from episodes.web.session_store import SessionStore
from tests.accounts.doors import AGAIN, code_of, enter, is_in
from tests.conftest import PASSWORD, give_second_factor, log_in

NOW = 1_800_000_000
MINUTE = 60
REVIEW = "/admin/"


def consents_of(patient):
    with acting_as(patient):
        return list(Consent.objects.owned_by(patient))


def share(client, clinician):
    client.post(reverse("sharing:clinician-find"), {"code": clinician.card.code})
    form = {"scopes": ["nights"], "period": "3", "agrees": "on"}
    return client.post(reverse("sharing:consent-add"), form)


def test_who_has_just_logged_in_shares_without_another_question(ada, dora):
    assert share(enter(ada), dora)["Location"] == reverse("sharing:overview")
    assert len(consents_of(ada)) == 1


def test_later_the_password_is_asked_for_and_what_was_sent_is_then_carried_out(ada, dora):
    with time_machine.travel(NOW, tick=False) as clock:
        client = enter(ada)
        clock.shift(11 * MINUTE)
        asked = share(client, dora)
        assert (
            asked["Location"]
            == f"/account/reauthenticate/?next={reverse('sharing:consent-add').replace('/', '%2F')}"
        )
        assert consents_of(ada) == []

        wrong = client.post(asked["Location"], {"password": "not it"})
        assert wrong.status_code == 200
        assert consents_of(ada) == []

        done = client.post(asked["Location"], {"password": PASSWORD, "next": reverse("sharing:consent-add")})
    assert done["Location"] == reverse("sharing:overview")
    [consent] = consents_of(ada)
    assert consent.scopes == {"nights"}


def test_the_page_to_change_a_consent_asks_too_and_ending_one_never_does(clients, ada, ben):
    [consent] = consents_of(ada)
    old = Client()
    old.force_login(ada)  # a session that has proved nothing lately

    assert old.get(reverse("sharing:consent-change", args=[consent.pk]))["Location"].startswith(
        "/account/reauth"
    )
    assert old.post(reverse("sharing:consent-withdraw", args=[consent.pk])).status_code == 302
    [consent] = consents_of(ada)
    assert consent.withdrawn_at


def test_who_has_a_second_step_is_asked_for_that_and_not_for_the_password(ada, dora):
    give_second_factor(ada)
    client = Client()
    client.force_login(ada)
    asked = share(client, dora)
    assert asked["Location"].startswith(AGAIN)

    answer = client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert answer["Location"].startswith(AGAIN)
    assert consents_of(ada) == []
    client.post(asked["Location"], {"code": code_of(), "next": reverse("sharing:consent-add")})
    assert len(consents_of(ada)) == 1


def test_every_change_of_log_in_asks(ada):
    give_second_factor(ada)
    old = Client()
    old.force_login(ada)
    for name in (
        "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_view_recovery_codes",
        "mfa_download_recovery_codes", "mfa_add_webauthn",
    ):  # fmt: skip
        for send in (old.get, old.post):
            answer = send(reverse(name))
            assert answer.status_code == 405 or answer["Location"].startswith(AGAIN), name
    old.post(reverse("account_email"), {"action_add": "1", "email": "thief@example.org"})
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    assert not ada.emailaddress_set.filter(email="thief@example.org").exists()


# --- the review ------------------------------------------------------------------------------------


def test_the_review_closes_after_a_quarter_of_an_hour_and_the_diary_stays_open(ben):
    with time_machine.travel(NOW, tick=False) as clock:
        client = log_in(Client(), ben)
        for _look in range(3):  # using it keeps it open
            clock.shift(14 * MINUTE)
            assert client.get(REVIEW).status_code == 200
        clock.shift(16 * MINUTE)
        asked = client.get(REVIEW)
        assert asked["Location"].startswith(AGAIN)
        assert client.get("/").status_code == 200
        assert is_in(client)

        assert client.post(asked["Location"], {"code": code_of(), "next": REVIEW})["Location"] == REVIEW
        assert client.get(REVIEW).status_code == 200


def test_using_the_diary_does_not_keep_the_review_open(ben):
    with time_machine.travel(NOW, tick=False) as clock:
        client = log_in(Client(), ben)
        for _morning in range(4):
            clock.shift(5 * MINUTE)
            client.get("/")
        assert client.get(REVIEW)["Location"].startswith(AGAIN)


def test_a_note_sent_too_late_is_kept_and_written_after_the_code(ada, ben):
    path = f"/admin/patients/{ada.pk}/notes/"
    with time_machine.travel(NOW, tick=False) as clock:
        client = log_in(Client(), ben)
        clock.shift(20 * MINUTE)
        asked = client.post(path, {"text": "word-of-note"})
        assert asked["Location"].startswith(AGAIN)
        with acting_as(ada):
            assert not ReviewNote.objects.owned_by(ada).exists()

        client.post(asked["Location"], {"code": code_of(), "next": path})
        with acting_as(ada):
            assert [note.text for note in ReviewNote.objects.owned_by(ada)] == ["word-of-note"]


def test_an_operator_s_pages_close_as_well(odd):
    with time_machine.travel(NOW, tick=False) as clock:
        client = log_in(Client(), odd)
        clock.shift(16 * MINUTE)
        assert client.get("/admin/episodes/user/")["Location"].startswith(AGAIN)


def test_the_session_is_not_written_at_every_click(ben, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = log_in(Client(), ben)
    client.get(REVIEW)  # the first click of a day begins the session's ninety days anew
    with CaptureQueriesContext(
        connection,
    ) as seen:
        client.get(REVIEW)
    assert not [each for each in seen.captured_queries if 'UPDATE "django_session"' in each["sql"]]


def session_rows():
    """Return what lies in the table of sessions, as it stands and as the framework's own sessions would be read."""
    rows = [row.session_data for row in Session.objects.all()]
    return rows, [StockStore().decode(row) for row in rows], [SessionStore().decode(row) for row in rows]


def test_no_password_and_no_pin_waits_in_a_session_and_the_form_asks_again(ada):
    old = Client()
    old.force_login(ada)
    for path, form in (
        ("/account/erase/", {"what": "diary", "diary-password": PASSWORD, "diary-sure": "on"}),
        ("/report/links/", {"days": "7", "pin": "471199"}),
    ):
        asked = old.post(path, form)
        assert asked["Location"].startswith("/account/reauthenticate/")
        stored, by_others, opened = session_rows()
        assert path in str(opened)
        assert PASSWORD not in unquote_plus(str(opened))
        assert "471199" not in str(opened)
        assert path not in str(stored)
        assert by_others == [{}] * len(stored)

    old.post("/account/erase/", {"what": "diary", "diary-password": PASSWORD, "diary-sure": "on"})
    answer = old.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/account/erase/"})
    assert answer.status_code == 422
    assert User.objects.filter(pk=ada.pk).exists()


def test_a_session_of_another_key_is_an_empty_one(ada, settings):
    client = Client()
    client.force_login(ada)
    assert client.get("/").status_code == 200
    before = settings.SECRET_KEY
    settings.SECRET_KEY = "another key " * 5
    assert client.get("/").status_code == 302
    (row,) = Session.objects.filter(session_key=client.cookies["session"].value)
    assert SessionStore().decode(row.session_data) == {}
    settings.SECRET_KEY_FALLBACKS = [before]
    assert SessionStore().decode(row.session_data)["_auth_user_id"] == str(ada.pk)
