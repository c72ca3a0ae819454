"""What somebody agreed to can be read again, word for word, however many texts come after it."""

import hashlib
import json
from dataclasses import asdict, replace

import pytest
from django.urls import reverse

from episodes.article import consent_texts
from episodes.article.consent_texts import SHARING_TEXTS, STORING_TEXTS
from episodes.models import Consent, DataConsent, acting_as
from tests.conftest import grant

# A text in use is never changed: whoever agreed to it must find the same words. A new wording is a new version.
KEPT = {
    ("storing", "2026-11"): "eaa6e5a29d49824e",
    ("sharing", "2026-11"): "93aeff11a63674c0",
    ("sharing", "2026-12"): "f74627df0f2c60be",
}
LATER = "2027-05"


def fingerprint(text):
    return hashlib.sha256(json.dumps(asdict(text), sort_keys=True).encode()).hexdigest()[:16]


def every_text():
    return {("storing", key): text for key, text in STORING_TEXTS.items()} | {
        ("sharing", key): text for key, text in SHARING_TEXTS.items()
    }


def test_no_text_in_use_was_changed_or_dropped():
    assert {key: fingerprint(text) for key, text in every_text().items()} == KEPT


@pytest.mark.parametrize(("kind", "version"), KEPT)
def test_every_text_opens_on_a_page_of_its_own(clients, ada, kind, version):
    name = {"storing": "account:agreement-detail", "sharing": "sharing:text-detail"}[kind]
    text = every_text()[kind, version]

    body = clients.ada.get(reverse(name, args=[version])).content.decode()

    for words in (text.heading, *text.paragraphs, text.agreement, *(scope.label for scope in text.scopes)):
        assert words in body


@pytest.mark.parametrize("name", ["account:agreement-detail", "sharing:text-detail"])
def test_a_version_that_never_was_is_not_found(clients, ada, name):
    assert clients.ada.get(reverse(name, args=["2019-01"])).status_code == 404


def test_the_text_about_storing_can_be_read_before_signing_up(clients):
    assert clients.nobody.get(reverse("account:agreement-detail", args=["2026-11"])).status_code == 200


@pytest.fixture
def later_texts(monkeypatch):
    """Put newer texts in use, with other words and another label for alcohol."""
    today = consent_texts.sharing_text()
    scopes = tuple(
        replace(scope, label="Beer and wine") if scope.key == "alcohol" else scope for scope in today.scopes
    )
    newer = replace(today, version=LATER, heading="Newer words about sharing", scopes=scopes)
    monkeypatch.setitem(SHARING_TEXTS, LATER, newer)
    stored = replace(consent_texts.storing_text(), version=LATER, heading="Newer words about storing")
    monkeypatch.setitem(STORING_TEXTS, LATER, stored)


def test_a_consent_keeps_the_words_it_was_given_in(clients, ada, dora, later_texts):
    old = grant(ada, dora)
    with acting_as(ada):
        Consent.objects.owned_by(ada).filter(pk=old.pk).update(text_version="2026-11")
    page = clients.ada.get(reverse("sharing:consent-detail", args=[old.pk])).content.decode()

    assert SHARING_TEXTS["2026-11"].heading in page
    assert "<li>Alcohol<br>" in page
    assert "Newer words" not in page
    with acting_as(ada):
        Consent.objects.owned_by(ada).filter(pk=old.pk).update(text_version=LATER)
    page = clients.ada.get(reverse("sharing:consent-detail", args=[old.pk])).content.decode()
    assert "Newer words about sharing" in page
    assert "<li>Beer and wine<br>" in page


def test_the_agreement_to_storing_and_the_ones_before_it_can_be_read(clients, ada, later_texts):
    DataConsent.objects.create(user=ada, text_version=LATER)

    response = clients.ada.get(reverse("account:agreement"))

    body = response.content.decode()
    assert "Newer words about storing" in body
    assert STORING_TEXTS["2026-11"].heading not in body
    assert reverse("account:agreement-detail", args=["2026-11"]) in body


def test_the_versions_lead_to_one_another(clients, ada, later_texts):
    for name in ("account:agreement-detail", "sharing:text-detail"):
        body = clients.ada.get(reverse(name, args=["2026-11"])).content.decode()
        assert reverse(name, args=[LATER]) in body
