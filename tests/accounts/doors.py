"""The doors of the site as a person goes through them, and the codes of an app (RFC 6238, by hand)."""

import base64
import hmac
import struct
import time

from django.test import Client
from django.urls import reverse

from tests.conftest import PASSWORD, TOTP_KEY

SET_UP = "/account/two-step/"
SECOND_STEP = "/account/two-step/log-in/"
AGAIN = "/account/two-step/again/"


def code_of(key=TOTP_KEY, step=0):
    """Return what the app shows now, one half minute later (1) or earlier (-1)."""
    counter = struct.pack(">Q", int(time.time()) // 30 + step)
    digest = hmac.new(base64.b32decode(key), counter, "sha1").digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def recovery_codes_of(user):
    from allauth.mfa.models import Authenticator

    return Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()


def give_password(client, user, next_page=""):
    form = {"login": user.username, "password": PASSWORD, **({"next": next_page} if next_page else {})}
    return client.post(reverse("account_login"), form)


def enter(user, *, step=0):
    """Return a new browser that logged in through the pages, with the second step if there is one."""
    client = Client()
    answer = give_password(client, user)
    if answer["Location"] == SECOND_STEP:
        answer = client.post(SECOND_STEP, {"code": code_of(step=step)})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    return client


def is_in(client):
    return client.get(reverse("account:overview")).status_code == 200
