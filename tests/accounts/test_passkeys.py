"""Passkeys without a device: made, used as the second step, used alone, asked for again, removed, abused."""

import json
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse

from tests.accounts.doors import SECOND_STEP, SET_UP, code_of, enter, give_password, is_in
from tests.conftest import give_second_factor, make_clinician
from tests.passkeys import SoftPasskey

REVIEW = "/admin/"
ADD, LOG_IN, PASSKEYS = "/account/passkeys/add/", "/account/passkeys/log-in/", "/account/passkeys/"


def options_in(page):
    """Return what the page asks the browser for."""
    start = page.index('id="passkey-options"')
    return json.loads(page[page.index(">", start) + 1 : page.index("</script>", start)])


def add_passkey(client, *, is_verified=True, **changes):
    key = SoftPasskey()
    options = options_in(client.get(ADD).content.decode())
    credential = json.dumps(key.created(options, is_verified=is_verified))
    form = {"name": "Phone", "credential": credential, "passwordless": "on", **changes}
    return key, client.post(ADD, form)


def add_key_for_second_step(client, *, is_verified):
    """Return a key that its owner did not mark as one to log in with alone."""
    key, answer = add_passkey(client, is_verified=is_verified, passwordless="")
    assert answer.status_code == 302
    return key


def handle_of(user):
    from allauth.account.utils import user_pk_to_url_str

    return user_pk_to_url_str(user).encode()


def log_in_with(client, key, user, **form):
    options = client.get(LOG_IN, HTTP_ACCEPT="application/json").json()["request_options"]
    credential = json.dumps(key.used(options, handle_of(user)))
    return client.post(LOG_IN, {"credential": credential, **form})


def test_a_passkey_is_added_with_recovery_codes(clients, ada):
    _key, answer = add_passkey(clients.ada)

    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"webauthn", "recovery_codes"}
    assert "Phone" in clients.ada.get(PASSKEYS).content.decode()


def test_a_passkey_alone_logs_in(clients, client, ada):
    key, _answer = add_passkey(clients.ada)

    assert log_in_with(client, key, ada, next="/calendar/")["Location"] == "/calendar/"
    assert is_in(client)


def test_a_clinician_s_passkey_alone_opens_the_review(client, db):
    hal = make_clinician("hal", has_second_factor=False)
    setting_up = enter(hal)
    assert setting_up.get(REVIEW)["Location"] == SET_UP
    key, _answer = add_passkey(setting_up)
    assert setting_up.get(REVIEW).status_code == 200

    log_in_with(client, key, hal)
    assert client.get(REVIEW).status_code == 200


def test_after_the_password_a_passkey_is_the_second_step(clients, client, ada):
    key, _answer = add_passkey(clients.ada)
    assert give_password(client, ada)["Location"] == SECOND_STEP
    options = options_in(client.get(SECOND_STEP).content.decode())

    assert client.post(SECOND_STEP, {"credential": json.dumps(key.used(options))})["Location"] == "/"
    assert is_in(client)


def test_a_passkey_answers_the_question_is_it_you(clients, ada):
    key, _answer = add_passkey(clients.ada)
    again = reverse("mfa_reauthenticate_webauthn")
    options = options_in(clients.ada.get(again).content.decode())

    answer = clients.ada.post(f"{again}?next=/calendar/", {"credential": json.dumps(key.used(options))})
    assert answer["Location"] == "/calendar/"


def test_another_passkey_an_old_challenge_and_another_site_open_nothing(clients, client, ada, cleo):
    key, _answer = add_passkey(clients.ada)
    assert log_in_with(client, SoftPasskey(), ada)["Location"] == "/account/login/"
    assert log_in_with(client, key, cleo)["Location"] == "/account/login/"

    options = client.get(LOG_IN, HTTP_ACCEPT="application/json").json()["request_options"]
    used = json.dumps(key.used(options, handle_of(ada)))
    client.get(LOG_IN, HTTP_ACCEPT="application/json")  # asks anew: the answer above is for an old question
    assert client.post(LOG_IN, {"credential": used})["Location"] == "/account/login/"

    key._origin = "https://evil.example"
    assert log_in_with(client, key, ada)["Location"] == "/account/login/"
    assert not is_in(client)


@pytest.mark.parametrize("is_verified", [False, True])
def test_a_key_of_the_second_step_does_not_log_in_alone(clients, client, ada, is_verified):
    key = add_key_for_second_step(clients.ada, is_verified=is_verified)
    options = client.get(LOG_IN, HTTP_ACCEPT="application/json").json()["request_options"]
    used = json.dumps(key.used(options, handle_of(ada), is_verified=is_verified))

    answer = client.post(LOG_IN, {"credential": used}, follow=True)
    assert not is_in(client)
    if is_verified:
        assert "Log in with your password first" in answer.content.decode()


def test_a_key_of_the_second_step_works_there_by_a_touch(clients, client, ada):
    key = add_key_for_second_step(clients.ada, is_verified=False)
    give_password(client, ada)
    used = key.used(options_in(client.get(SECOND_STEP).content.decode()), is_verified=False)

    assert client.post(SECOND_STEP, {"credential": json.dumps(used)})["Location"] == "/"
    assert is_in(client)


@pytest.mark.parametrize("alone", ["", "on"])
def test_a_touch_does_not_log_in_with_the_question_of_a_strangers_second_step(
    clients, client, ada, cleo, alone
):
    """Whoever found the key asks with a password of their own, whose second step is content with a touch."""
    key, _answer = add_passkey(clients.ada, is_verified=bool(alone), passwordless=alone)
    add_passkey(clients.cleo)
    give_password(client, cleo)
    options = options_in(client.get(SECOND_STEP).content.decode())
    used = json.dumps(key.used(options, handle_of(ada), is_verified=False))

    with time_machine.travel(time.time() + 3600, tick=True):  # their own log-in is given up by then
        assert client.post(LOG_IN, {"credential": used})["Location"] == "/account/login/"
        assert not is_in(client)


def test_a_log_in_alone_needs_a_finger_a_face_or_a_pin(clients, client, ada):
    key, _answer = add_passkey(clients.ada)
    options = client.get(LOG_IN, HTTP_ACCEPT="application/json").json()["request_options"]
    assert options["publicKey"]["userVerification"] == "required"

    client.post(LOG_IN, {"credential": json.dumps(key.used(options, handle_of(ada), is_verified=False))})
    assert not is_in(client)


def test_the_question_of_a_log_in_does_not_answer_the_second_step(clients, client, ada):
    key, _answer = add_passkey(clients.ada)
    options = client.get(LOG_IN, HTTP_ACCEPT="application/json").json()["request_options"]
    give_password(client, ada)

    client.post(SECOND_STEP, {"credential": json.dumps(key.used(options))})
    assert not is_in(client)


def test_the_question_of_the_second_step_does_not_answer_is_it_you(clients, client, ada):
    key, _answer = add_passkey(clients.ada)
    give_second_factor(ada)
    give_password(client, ada)
    options = options_in(client.get(SECOND_STEP).content.decode())
    assert client.post(SECOND_STEP, {"code": code_of()})["Location"] == "/"

    used = json.dumps(key.used(options))
    answer = client.post(reverse("mfa_reauthenticate_webauthn") + "?next=/calendar/", {"credential": used})
    assert answer["Location"] != "/calendar/"


def test_a_question_is_answered_once(clients, client, ada):
    """Also with a wrong answer: the next try is asked anew."""
    key, _answer = add_passkey(clients.ada)
    options = client.get(LOG_IN, HTTP_ACCEPT="application/json").json()["request_options"]
    client.post(LOG_IN, {"credential": json.dumps(SoftPasskey().used(options, handle_of(ada)))})

    client.post(LOG_IN, {"credential": json.dumps(key.used(options, handle_of(ada)))})
    assert not is_in(client)


def test_two_questions_open_in_two_tabs_are_both_answered(clients, ada):
    """A passkey is being added in one tab while another one asks "is it you?"."""
    key, _answer = add_passkey(clients.ada)
    again = reverse("mfa_reauthenticate_webauthn")
    asked = options_in(clients.ada.get(again).content.decode())
    _second, answer = add_passkey(clients.ada)
    assert answer.status_code == 302

    answer = clients.ada.post(f"{again}?next=/calendar/", {"credential": json.dumps(key.used(asked))})
    assert answer["Location"] == "/calendar/"


def test_a_switched_off_account_is_not_opened_by_its_passkey(clients, client, ada):
    key, _answer = add_passkey(clients.ada)
    ada.is_active = False
    ada.save()

    assert log_in_with(client, key, ada)["Location"] == "/account/inactive/"
    assert not is_in(client)


def test_a_passkey_is_renamed_and_removed_and_the_others_sessions_end(clients, client, ada):
    key, _answer = add_passkey(clients.ada)
    log_in_with(client, key, ada)
    row = Authenticator.objects.get(type="webauthn")
    clients.ada.post(reverse("mfa_edit_webauthn", args=[row.pk]), {"name": "My <b>key</b>"})
    assert "My &lt;b&gt;key&lt;/b&gt;" in clients.ada.get(PASSKEYS).content.decode()

    clients.ada.post(reverse("mfa_remove_webauthn", args=[row.pk]))
    assert not Authenticator.objects.exists()
    assert is_in(clients.ada)
    assert not is_in(client)


def test_a_stranger_s_passkey_is_not_there(clients, ada, cleo):
    row = SoftPasskey().stored_for(cleo)

    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        for send in (clients.ada.get, clients.ada.post):
            assert send(reverse(name, args=[row.pk]), {}).status_code == 404
    assert Authenticator.objects.filter(pk=row.pk).exists()


NO_CREDENTIALS = [
    "", "x", "1", "null", "[]", '"x"', "{}", "[[]]", '{"response": []}', '{"response": {}}', '{"id": 1}',
    '{"id": "x", "rawId": "x", "type": "public-key", "response": {}}',
    '{"id": "x", "rawId": "x", "type": "public-key", "response": {"userHandle": 7}}',
    '{"id": "x", "rawId": "x", "type": "public-key", "response": {"userHandle": "\\u0000"}}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "eA", "attestationObject": "eA"}}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "eA", "authenticatorData": "eA", "signature": "eA", "userHandle": "eA"}}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": 1, "authenticatorData": [], "signature": {}}}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "e30", "authenticatorData": "", "signature": "", "userHandle": "%%"}}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "bnVsbA", "attestationObject": "oA"}}',
]  # fmt: skip


@pytest.mark.parametrize("credential", NO_CREDENTIALS)
def test_what_is_no_credential_breaks_nothing_and_opens_nothing(clients, client, ada, credential):
    SoftPasskey().stored_for(ada)
    client.get(LOG_IN, HTTP_ACCEPT="application/json")
    assert client.post(LOG_IN, {"credential": credential}).status_code == 302
    give_password(client, ada)
    client.get(SECOND_STEP)
    assert client.post(SECOND_STEP, {"credential": credential}).status_code == 200
    clients.ada.get(ADD)
    assert clients.ada.post(ADD, {"name": "x", "credential": credential}).status_code == 200
    again = reverse("mfa_reauthenticate_webauthn")
    clients.ada.get(again)
    assert clients.ada.post(again, {"credential": credential}).status_code in (200, 302)

    assert not is_in(client)
    assert Authenticator.objects.count() == 1


@pytest.mark.parametrize("part", ["id", "rawId", "clientDataJSON", "attestationObject", "extensions"])
def test_a_damaged_new_passkey_is_refused(clients, ada, part):
    options = options_in(clients.ada.get(ADD).content.decode())
    for junk in ("", "%%", "AAAA", "\0", "\ud800", 7, [], {}, None):
        credential = SoftPasskey().created(options)
        if part in credential:
            credential[part] = junk
        elif part == "extensions":
            credential["clientExtensionResults"] = {"x": junk} if junk in ("\0", "\ud800") else 7
        else:
            credential["response"][part] = junk
        cache.clear()  # the limit of tries is another test's
        answer = clients.ada.post(ADD, {"name": "x", "credential": json.dumps(credential)})
        assert answer.status_code == 200, junk
    assert not Authenticator.objects.exists()


def test_a_challenge_is_never_the_same_and_names_no_account(clients, client, ada):
    add_passkey(clients.ada)
    first, second = (client.get(LOG_IN, HTTP_ACCEPT="application/json").json() for _turn in range(2))

    assert (
        first["request_options"]["publicKey"]["challenge"]
        != second["request_options"]["publicKey"]["challenge"]
    )
    assert not first["request_options"]["publicKey"].get("allowCredentials")
