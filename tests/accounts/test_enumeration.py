"""Strangers do not learn who has an account: the same answer, and the same work behind it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.test import Client

from tests.accounts.test_sign_up import sign_up
from tests.conftest import PASSWORD, give_second_factor

LOG_IN, RESET = "/account/login/", "/account/password/reset/"


@pytest.fixture
def hashed(monkeypatch):
    """Return the list of password hashes computed: what a log-in costs is these and nothing else."""
    done = []
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)

        def counted(self, *args, _real=real, _name=name):
            done.append(_name)
            return _real(self, *args)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    return done


def masked(body, *names):
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", body)
    body = re.sub(r'data-owner="[^"]+"', "", body)  # the opaque number of the new account
    for name in names:
        body = body.replace(name, "NAME")
    return body


def answer_to(hashed, path, form, *names):
    """Return everything a stranger can see of an answer, and how many hashes it took."""
    hashed.clear()
    client = Client()
    answer = client.post(path, form)
    body = masked(answer.content.decode(), *names)
    headers = {
        name: value for name, value in answer.headers.items() if name not in ("X-Request-ID", "Expires")
    }
    then = (
        masked(client.get(answer["Location"]).content.decode(), *names) if answer.status_code == 302 else ""
    )
    return answer.status_code, headers, body, then, sorted(client.cookies), len(hashed)


@pytest.mark.parametrize(("known", "unknown"), [("ada", "eva"), ("ada@example.org", "eva@example.org")])
def test_a_wrong_password_and_an_unknown_name_are_answered_and_cost_the_same(hashed, ada, known, unknown):
    wrong = answer_to(hashed, LOG_IN, {"login": known, "password": "not it"}, known)
    nobody = answer_to(hashed, LOG_IN, {"login": unknown, "password": "not it"}, unknown)

    assert wrong == nobody
    assert wrong[-1] == 1


@pytest.mark.parametrize("state", ["off", "without password", "second step"])
def test_whatever_the_account_is_like(hashed, ada, state):
    if state == "off":
        ada.is_active = False
    elif state == "without password":
        ada.set_unusable_password()
    else:
        give_second_factor(ada)
    ada.save()

    wrong = answer_to(hashed, LOG_IN, {"login": "ada", "password": "not it"}, "ada")
    assert wrong == answer_to(hashed, LOG_IN, {"login": "eva", "password": "not it"}, "eva")


def test_two_accounts_with_one_unconfirmed_e_mail_cost_as_much_as_one(hashed, ada, cleo):
    cleo.email = ada.email
    cleo.save()

    wrong = answer_to(hashed, LOG_IN, {"login": ada.email, "password": "not it"}, ada.email)
    nobody = answer_to(hashed, LOG_IN, {"login": "eva@example.org", "password": "not it"}, "eva@example.org")
    assert wrong == nobody


def test_an_e_mail_means_who_confirmed_it_else_who_had_it_first(client, ada, cleo):
    cleo.email = ada.email
    cleo.save()
    form = {"login": ada.email, "password": PASSWORD}
    client.post(LOG_IN, form)
    assert client.get("/account/").context["user"] == ada

    EmailAddress.objects.create(user=cleo, email=ada.email, verified=True, primary=True)
    client.logout()
    client.post(LOG_IN, form)
    assert client.get("/account/").context["user"] == cleo


@pytest.mark.parametrize("state", ["on", "off"])
def test_a_reset_is_answered_and_costs_the_same_and_sends_one_mail(hashed, ada, state):
    ada.is_active = state == "on"
    ada.save()
    known = answer_to(hashed, RESET, {"email": ada.email}, ada.email)
    unknown = answer_to(hashed, RESET, {"email": "eva@example.org"}, "eva@example.org")

    assert known == unknown
    assert known[-1] == 0
    assert [message.to for message in mail.outbox] == [[ada.email], ["eva@example.org"]]


def test_a_sign_up_with_a_taken_e_mail_is_answered_and_costs_the_same(hashed, ada):
    seen = []
    for username, email in (("free-name", "free@example.org"), ("other-name", ada.email)):
        hashed.clear()
        client = Client()
        answer = sign_up(client, username=username, email=email)
        then = masked(client.get(answer["Location"]).content.decode(), username, email)
        account = masked(client.get("/account/").content.decode(), username, email)
        mails = masked(client.get("/account/email/").content.decode(), username, email)
        seen.append(
            (answer.status_code, answer["Location"], then, account, mails, len(hashed), len(mail.outbox))
        )
        mail.outbox.clear()

    assert seen[0] == seen[1]
    assert seen[0][-2:] == (1, 1)  # one hash, one mail
