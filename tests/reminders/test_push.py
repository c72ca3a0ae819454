"""Web push through a service on this machine that checks signature and encryption as the standards say.

No public push service is called here.
"""

import datetime as dt
import json
import stat
import threading

import pytest

from episodes.models import PushSubscription, acting_as
from episodes.reminders import push
from tests.reminders.conftest import remind, sent_to
from tests.reminders.push_service import Browser, PushService

ADD, REMOVE = "/account/reminders/browser/", "/account/reminders/browser/remove/"
GOOD = "https://fcm.googleapis.com/fcm/send/abc"


@pytest.fixture
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def service(settings, data_dir):
    service = PushService()
    settings.PUSH_EXTRA_ORIGINS = [service.origin]
    yield service
    service.close()


def post(client, path, body):
    return client.post(path, json.dumps(body), content_type="application/json")


@pytest.fixture
def browser(service, clients, ada):
    remind(ada, by_email=False)
    browser = Browser(service, push.public_key())
    assert post(clients.ada, ADD, browser.subscription()).status_code == 200
    return browser


def subscriptions(person):
    with acting_as(person):
        return list(PushSubscription.objects.owned_by(person))


def test_a_message_arrives_signed_and_encrypted_and_is_opened_by_the_browser(browser, service, run):
    run("2026-03-15 09:00")
    run("2026-03-15 09:01")
    assert service.refusals == []
    [message] = browser.messages
    assert message["title"] == "Diary: last night?"
    assert message["url"] == "/nights/2026-03-14/"
    assert message["later_url"] == "/account/reminders/later/"
    assert service.tokens[0]["aud"] == service.origin
    words = json.dumps(message).lower()
    assert [word for word in ("cramp", "leg", "pain", "sore") if word in words] == []


def test_the_service_refuses_a_key_that_the_browser_does_not_know(browser, service, run, data_dir, ada):
    (data_dir / "push_key.pem").unlink()
    assert run("2026-03-15 09:00").failed == 1
    assert browser.messages == []
    assert service.refusals == ["token of another key"]
    assert sent_to(ada)[0].state == "failed"


def test_another_browser_cannot_open_the_message(browser, service, run, ada):
    other = Browser(service, push.public_key())
    with acting_as(ada):
        PushSubscription.objects.owned_by(ada).update(p256dh=other.subscription()["keys"]["p256dh"])
    assert run("2026-03-15 09:00").failed == 1
    assert browser.messages == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(browser, run, ada, status):
    browser.answer = status
    assert run("2026-03-15 09:00").failed == 0
    assert subscriptions(ada) == []


def test_a_redirect_is_not_followed(browser, service, run):
    browser.answer = 307
    assert run("2026-03-15 09:00").failed == 1
    assert service.asked == [browser.path]


def test_two_browsers_get_one_message_each_and_a_failure_repeats_only_its_own(browser, service, clients, run):
    second = Browser(service, push.public_key())
    post(clients.ada, ADD, second.subscription())
    second.answer = 500
    run("2026-03-15 09:00")
    second.answer = 201
    run("2026-03-15 09:05")
    assert (len(browser.messages), len(second.messages)) == (1, 1)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x", "https://fcm.googleapis.com.evil.example/x", "https://evil.example/fcm.googleapis.com",
        "https://fcm.googleapis.com@169.254.169.254/x", "https://fcm.googleapis.com:8443/x", "https://169.254.169.254/",
        "https://localhost/x", "http://127.0.0.1:1/x", "https://notify.windows.com/x", "https://xnotify.windows.com/x",
        "https://fcm.googleapis.com\\@evil.example/x", "https://[::1]/x", "https://[", "file:///etc/passwd", "",
        "https://fcm.googleapis.com/" + "x" * 1000, "https://fcm.googleapis.com/\n",
        "https://fcm.googleapis.com/\0", "https://fcm.googleapis.com/\x7f", "https://fcm.googleapis.com/a b", None, 5, ["x"],
    ],
)  # fmt: skip
def test_only_known_services_are_kept(clients, ada, service, endpoint):
    body = {**Browser(service, "").subscription(), "endpoint": endpoint}
    assert post(clients.ada, ADD, body).status_code == 422
    assert subscriptions(ada) == []


@pytest.mark.parametrize(
    "endpoint",
    [
        GOOD, "https://updates.push.services.mozilla.com/wpush/v2/x", "https://web.push.apple.com/Q",
        "https://wns2-par02p.notify.windows.com/w/?token=x",
    ],
)  # fmt: skip
def test_the_known_services_are_kept(clients, ada, service, endpoint):
    body = {**Browser(service, "").subscription(), "endpoint": endpoint}
    assert post(clients.ada, ADD, body).status_code == 200
    assert [row.endpoint for row in subscriptions(ada)] == [endpoint]


def test_an_address_that_is_no_longer_known_is_never_called(browser, service, settings, run, ada):
    settings.PUSH_EXTRA_ORIGINS = []
    run("2026-03-15 09:00")
    assert service.asked == []
    assert subscriptions(ada) == []


@pytest.mark.parametrize(
    "keys",
    [{}, None, {"p256dh": "x", "auth": "y"}, {"p256dh": "A" * 87, "auth": "A" * 22}, {"auth": "A" * 22}, "x"],
)
def test_a_wrong_key_is_refused(clients, ada, service, keys):
    assert post(clients.ada, ADD, {"endpoint": GOOD, "keys": keys}).status_code == 422
    assert subscriptions(ada) == []


@pytest.mark.parametrize("body", ["", "[]", "{", "null", "[" * 3000, "\ud800"])
@pytest.mark.parametrize("path", [ADD, REMOVE])
def test_a_wrong_body_is_refused(clients, service, path, body):
    sent = body.encode("utf-8", "surrogatepass")
    assert clients.ada.post(path, sent, content_type="application/json").status_code == 422


def test_five_browsers_are_the_most_and_the_same_one_counts_once(clients, ada, service):
    browsers = [Browser(service, "").subscription() for _each in range(6)]
    answers = [post(clients.ada, ADD, each).status_code for each in [*browsers[:5], browsers[0], browsers[5]]]
    assert answers == [200] * 6 + [422]


def test_a_browser_can_be_stopped_by_its_owner_alone(clients, browser, ada, cleo):
    post(clients.cleo, REMOVE, {"endpoint": browser.endpoint})
    assert len(subscriptions(ada)) == 1
    post(clients.ada, REMOVE, {"endpoint": browser.endpoint})
    assert subscriptions(ada) == []


def test_subscribing_needs_the_csrf_token(ada, service):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    assert post(client, ADD, Browser(service, "").subscription()).status_code == 403


def test_without_the_library_the_page_does_not_offer_push(clients, ada, data_dir, monkeypatch, settings):
    assert "In this browser" in clients.ada.get("/account/reminders/").content.decode()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "In this browser" not in clients.ada.get("/account/reminders/").content.decode()
    assert post(clients.ada, ADD, {"endpoint": GOOD}).status_code == 404


def test_the_key_is_made_once_also_by_sixteen_at_the_same_moment(data_dir):
    keys, gate = [], threading.Barrier(16)

    def ask():
        gate.wait(timeout=10)
        keys.append(push.public_key())

    threads = [threading.Thread(target=ask) for _each in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 16
    assert len(set(keys)) == 1
    assert [file.name for file in data_dir.iterdir()] == ["push_key.pem"]
    assert stat.S_IMODE((data_dir / "push_key.pem").stat().st_mode) == 0o600


def test_a_device_that_subscribes_first_is_reminded_at_nine_every_day(clients, service, ada, run):
    browser = Browser(service, push.public_key())
    post(clients.ada, ADD, browser.subscription())
    run("2026-03-15 08:59")
    run("2026-03-15 09:00")
    assert len(browser.messages) == 1
    assert dt.date(2026, 3, 14).isoformat() in browser.messages[0]["url"]
