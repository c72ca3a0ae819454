"""Signing up, logging in and out, and what strangers can learn from it."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from episodes.accounts.library_forms import SignUpForm
from episodes.article import consent_texts
from episodes.models import DataConsent, User
from tests.conftest import make_user

PASSWORD = "seven calm sleepy owls"


def answers(**changes):
    given = {
        "username": "eva",
        "email": "",
        "password1": PASSWORD,
        "time_zone": "Europe/Vienna",
        "agrees": "on",
        "is_old_enough": "on",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


def sign_up(client, **changes):
    return client.post(reverse("account_signup"), answers(**changes))


def test_sign_up_lets_in_and_keeps_the_agreement_with_its_version(client, db):
    response = sign_up(client)

    assert response.status_code == 302
    eva = User.objects.get(username="eva")
    assert eva.time_zone == "Europe/Vienna"
    consent = DataConsent.objects.get(user=eva)
    assert consent.text_version == consent_texts.STORING_VERSION
    assert client.get(reverse("account:overview")).status_code == 200


def test_the_sign_up_page_prints_the_text_that_is_agreed_to(client, db):
    page = client.get(reverse("account_signup"))

    for paragraph in consent_texts.storing_text().paragraphs:
        assert paragraph in page.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("missing", ["agrees", "is_old_enough"])
def test_without_agreement_or_age_there_is_no_account(client, db, missing):
    response = sign_up(client, **{missing: None})

    assert response.status_code == 200
    assert missing in response.context["form"].errors
    assert not User.objects.filter(username="eva").exists()


def test_a_refused_sign_up_keeps_what_was_typed(client, db):
    page = sign_up(client, agrees=None).content.decode()

    assert 'value="eva"' in page
    assert '<option value="Europe/Vienna" selected' in page


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe", "../etc/passwd", "Europe/Vienna\0", ""])
def test_an_unknown_time_zone_is_refused(client, db, zone):
    response = sign_up(client, time_zone=zone)

    assert "time_zone" in response.context["form"].errors
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["short", "password1234", "evaevaevaeva"])
def test_a_weak_password_is_refused(client, db, password):
    assert sign_up(client, password1=password, username="evaevaevaeva").context["form"].errors["password1"]


EASY = (
    "123456789012", "012345678901", "987654321098", "aaaaaaaaaaaa", "            ", "abcdefghijkl", "zyxwvutsrqpo",
    "qwertyuiop12", "qwertzuiopü1", "azertyuiopqs", "asdfghjklöä#", "1qaz2wsx3edc", "qazwsxedcrfv", "zaq12wsxcde3",
    "112233445566", "121212121212", "abcabcabcabc", "qwe123qwe123", "passwordpassword", "password12345", "!!!password!!!",
    "iloveyouiloveyou", "１２３４５６７８９０１２", "QWERTYUIOPAS", "mississippi mississippi", "hellohellohe",
)  # fmt: skip


@pytest.mark.parametrize("password", EASY)
def test_a_password_that_runs_along_the_keys_or_repeats_itself_is_refused(clients, client, ada, password):
    sentence = "This password is easy to guess"
    assert sentence in str(sign_up(client, password1=password).context["form"].errors["password1"])

    change = {"oldpassword": "a long enough pass phrase", "password1": password, "password2": password}
    page = clients.ada.post(reverse("account_change_password"), change).content.decode()
    assert sentence in page


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "correct horse battery", "nächtlicher wadenkrampf", "kX9!mvw2#Lq8", "Lp7-2mQ.x9Rt", "ночной покой дома",
     "mi gato duerme mucho", "les chats dorment bien", "夜の静かな眠りはいいですね"],
)  # fmt: skip
def test_a_few_words_in_a_row_are_taken(client, db, password):
    assert sign_up(client, password1=password).status_code == 302


def test_a_very_long_password_is_looked_at_as_fast(client, db):
    started = time.perf_counter()
    assert sign_up(client, password1="ab" * 500_000 + "c").context["form"].errors["password1"]
    assert time.perf_counter() - started < 5


def test_a_user_name_cannot_look_like_an_email(client, db):
    assert "username" in sign_up(client, username="ada@example.org").context["form"].errors


def test_a_taken_user_name_says_so_in_any_case(client, ada):
    assert "taken" in str(sign_up(client, username="ADA").context["form"].errors["username"])


def test_a_user_name_taken_meanwhile_is_a_sentence_and_leaves_nothing_behind(db, rf):
    form = SignUpForm(answers(username="Eva"))
    assert form.is_valid()
    make_user("eva")

    user, response = form.try_save(rf.post(reverse("account_signup")))

    assert user is None
    assert response.status_code == 422
    assert "taken" in response.content.decode()
    assert DataConsent.objects.count() == 1


def test_a_taken_email_is_answered_like_a_free_one(client, ada):
    free = sign_up(client, username="eva", email="free@example.org")
    client.logout()
    taken = sign_up(client, username="eve", email=ada.email)

    assert (free.status_code, free.url) == (taken.status_code, taken.url)
    assert len(mail.outbox) == 2
    assert mail.outbox[0].subject == mail.outbox[1].subject


def test_an_email_is_never_confirmed_for_two_accounts(client, ada):
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)

    sign_up(client, username="eve", email=ada.email)

    assert not EmailAddress.objects.get(user__username="eve").verified


@pytest.mark.parametrize("login", ["ada", "Ada", "ada@example.org"])
def test_user_name_and_email_both_log_in(client, ada, login):
    response = client.post(
        reverse("account_login"), {"login": login, "password": "a long enough pass phrase"}
    )

    assert response.status_code == 302


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client, ada):
    wrong = client.post(reverse("account_login"), {"login": "ada", "password": "not it"})
    unknown = client.post(reverse("account_login"), {"login": "nobody", "password": "not it"})

    assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()
    assert wrong.status_code == unknown.status_code


def test_looking_at_the_log_out_page_does_not_log_out(clients, ada):
    clients.ada.get(reverse("account_logout"))
    assert clients.ada.get(reverse("account:overview")).status_code == 200

    clients.ada.post(reverse("account_logout"))
    assert clients.ada.get(reverse("account:overview")).status_code == 302


def test_a_known_and_an_unknown_email_get_the_same_answer_to_a_reset(client, ada):
    known = client.post(reverse("account_reset_password"), {"email": ada.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [message.to for message in mail.outbox] == [[ada.email], ["nobody@example.org"]]


def test_the_mailed_link_sets_a_new_password(client, ada):
    client.post(reverse("account_reset_password"), {"email": ada.email})
    link = next(line for line in mail.outbox[0].body.splitlines() if "/password/reset/key/" in line)

    form = client.get(link.strip(), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})

    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


@pytest.mark.parametrize("host", ["testserver:4431", "testserver.", "testserver.:4431", "TESTSERVER"])
def test_a_mail_names_the_address_of_the_site_whatever_address_the_request_named(client, ada, settings, host):
    """Whoever asks for somebody's reset could else choose a port, where a link with its key is sent to."""
    settings.BASE_URL = "https://diary.example.org"
    client.post(reverse("account_reset_password"), {"email": ada.email}, HTTP_HOST=host)
    client.post(reverse("account_reset_password"), {"email": "nobody@example.org"}, HTTP_HOST=host)
    client.post(reverse("account_signup"), answers(email="new@example.org"), HTTP_HOST=host)
    client.logout()
    client.post(reverse("account_signup"), answers(username="eve", email=ada.email), HTTP_HOST=host)

    assert [message.to[0] for message in mail.outbox] == [
        ada.email, "nobody@example.org", "new@example.org", ada.email
    ]  # fmt: skip
    for message in mail.outbox:
        assert "testserver" not in message.body.lower()
        assert "the diary at diary.example.org." in message.body
        assert set(re.findall(r"\S+://[^/\s]+", message.body)) <= {"https://diary.example.org"}
    assert "https://diary.example.org/account/password/reset/key/" in mail.outbox[0].body
    assert "https://diary.example.org/account/confirm-email/" in mail.outbox[2].body


def test_changing_the_password_ends_every_other_session(client, clients, ada):
    client.force_login(ada)
    clients.ada.post(
        reverse("account_change_password"),
        {"oldpassword": "a long enough pass phrase", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert client.get(reverse("account:overview")).status_code == 302


def test_guessing_a_password_is_slowed_down(client, ada):
    for _guess in range(6):
        response = client.post(reverse("account_login"), {"login": "ada", "password": "not it"})

    assert "Too many" in response.content.decode()


def test_every_library_page_prints(clients, client, ada):
    for name in (
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_inactive",
        "account_email_verification_sent",
    ):
        assert client.get(reverse(name)).status_code == 200, name
    for name in (
        "account_logout",
        "account_change_password",
        "account_email",
        "account_reauthenticate",
        "usersessions_list",
    ):
        assert clients.ada.get(reverse(name)).status_code == 200, name
    assert client.get("/account/password/reset/key/abc-def/").status_code == 200
    assert client.get("/account/confirm-email/nothing/").status_code == 200
