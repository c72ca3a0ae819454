"""Proof 2: every admin page with every parameter shows nothing of patients who share nothing, and never breaks."""

import re
import string
import uuid

import pytest
from django.contrib.admin.sites import all_sites
from django.db import transaction
from django.test import Client

from episodes.models import AuditEvent, User, acting_as
from episodes.review.site import review_site
from episodes.web.audience import routes
from tests.conftest import grant, log_in, make_clinician, make_operator, make_user, write_night
from tests.matrix import canaries
from tests.matrix.test_matrix import masked

# What Django's own admin offers for a model; each is asked for, whether it exists here or not.
SUB_VIEWS = (
    "", "add/", "{pk}/", "{pk}/change/", "{pk}/history/", "{pk}/delete/", "{pk}/password/", "r/1/{pk}/", "autocomplete/",
)  # fmt: skip
ELSEWHERE = (
    "", "r/1/{pk}/", "r/{pk}/{pk}/", "autocomplete/", "jsi18n/", "password_change/", "password_change/done/", "auth/",
    "episodes/", "login/", "logout/", "code/", "patients/{pk}/", "patients/{pk}/notes/", "patients/{pk}/reviewed/",
    "doc/",
)  # fmt: skip
HEALTH = ("night", "episode", "consent", "auditevent", "privatenote", "sharednote", "medicine", "profile")


@pytest.fixture
def world(db):
    """Ben reads Ada's diary; Odd operates; three others are full of marks and share nothing."""
    ada, ben = make_user("ada"), make_clinician("ben")
    write_night(ada, canaries.NIGHT, "cramps")
    grant(ada, ben)
    odd = make_operator("odd")
    both = make_clinician("both", is_superuser=True)
    return {"ada": ada, "ben": ben, "odd": odd, "both": both, "strangers": canaries.strangers()}


class Visitor:
    """A logged-in person; every request is rolled back."""

    def __init__(self, person):
        client = Client()
        log_in(client, person)
        self._cookies = client.cookies

    def send(self, url, data=None):
        """Return (status, body with tokens and ids masked, headers)."""
        client = Client(raise_request_exception=False)
        client.cookies = self._cookies.copy()
        with transaction.atomic():
            response = client.get(url) if data is None else client.post(url, data)
            transaction.set_rollback(True)
        return response.status_code, masked(response.content.decode(errors="replace")), str(response.headers)


def words_that_leak(role):
    """Return what no page may show to this role: an operator sees names and addresses of accounts."""
    seen_by_operator = ("username", "name", "mail")
    pattern = r"canary-(?:xena|yuri|zola)-?(\w*)"
    numbers = "|".join(f"{n}|{n:,}" for n in canaries.NUMBERS.values())

    def leaks(text):
        parts = set(re.findall(pattern, text))
        if role in ("odd", "both"):
            parts -= set(seen_by_operator)
        found_numbers = re.findall(rf"\b(?:{numbers})\b(?![\w-])", text)
        return sorted(parts) + found_numbers

    return leaks


def every_url(person):
    """Yield every admin address for this row, with the ModelAdmin it belongs to where there is one."""
    for site in all_sites:
        for model, model_admin in site._registry.items():
            if site is not review_site:
                continue
            base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            for part in SUB_VIEWS:
                yield base + part.format(pk=person.pk), model_admin
    for name in HEALTH:
        for part in ("", f"{person.pk}/change/", "add/"):
            yield f"/admin/episodes/{name}/{part}", None
    for part in ELSEWHERE:
        yield f"/admin/{part.format(pk=person.pk)}", None


def is_offered(url):
    """Return whether a page with parameters of its own is behind an address."""
    return url == "/admin/" or url.startswith("/admin/episodes/user/") or "/patients/" in url


def test_one_site_holds_every_registered_model():
    assert [site for site in all_sites if site._registry and site is not review_site] == []
    assert set(review_site._registry) == {User}


def test_every_free_field_of_a_stranger_holds_a_mark(world):
    assert [canaries.unmarked_fields(person) for person in world["strangers"]] == [[], [], []]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", ["ben", "odd", "both"])
def test_no_admin_page_shows_a_stranger_or_breaks(world, role):
    visitor, leaks, person = Visitor(world[role]), words_that_leak(role), world["strangers"][0]
    before = canaries.snapshot(world["strangers"])
    accounts = review_site._registry[User]
    problems, answers = [], set()
    for url, _model_admin in every_url(person):
        asked = list(canaries.queries(accounts, person)) if is_offered(url) else ["q=canary"]
        if visitor.send(url)[0] == 404:
            asked = asked[::20]  # nothing is there for this role: parameters seldom change that
        for query in ["", *asked]:
            status, body, headers = visitor.send(f"{url}?{query}" if query else url)
            answers.add(status)
            if status >= 500:
                problems.append(f"{url}?{query}: {status}")
            # What was asked for may be said again, such as the words of a search.
            said = body.replace("canary-xena-mail@example.org", "") if role != "ben" else body
            if found := leaks(said + headers):
                problems.append(f"{url}?{query}: {found}")
    assert problems == []
    assert {200, 404} <= answers
    assert canaries.snapshot(world["strangers"]) == before


@pytest.mark.parametrize(
    "field", ["password", "last_login", "sharing_mails", "consent__purpose", "card__code", "is_superuser"]
)
def test_a_hidden_field_cannot_be_read_letter_by_letter(world, field):
    visitor = Visitor(world["odd"])
    answers = {
        visitor.send(f"/admin/episodes/user/?{field}__{lookup}={letter}")[0]
        for letter in string.ascii_lowercase + string.digits
        for lookup in ("startswith", "istartswith")
    }

    assert answers == {400}


def test_the_list_answers_alike_for_every_letter_of_a_hidden_field(world):
    visitor = Visitor(world["ben"])
    bodies = {
        visitor.send(f"/admin/?{field}={letter}")
        for field in (
            "consent__patient__password__startswith",
            "night__outcome",
            "patient__email__startswith",
        )
        for letter in string.ascii_lowercase
    }

    assert len({(status, body) for status, body, _headers in bodies}) == 1


def test_a_search_finds_nobody_who_does_not_share(world):
    visitor = Visitor(world["ben"])
    for words in ("canary", "xena", "example.org", "canary-xena-name", str(world["strangers"][0].pk)):
        status, body, _headers = visitor.send(f"/admin/?q={words}")
        assert status == 200
        assert "No shared diary fits." in body
    assert "Ada" in visitor.send("/admin/?q=ada")[1]


def test_a_post_moves_no_row_to_somebody_else_and_changes_no_stranger(world):
    stranger, ada = world["strangers"][0], world["ada"]
    before = canaries.snapshot([*world["strangers"], ada])
    smuggled = {
        "patient": stranger.pk, "patient_id": stranger.pk, "id": stranger.pk, "pk": stranger.pk, "author": stranger.pk,
        "clinician": stranger.pk, "text": "smuggled", "outcome": "no_cramps", "date": "2026-03-14", "username": "evil",
        "is_superuser": "on", "action": "delete_selected", "_selected_action": str(stranger.pk), "post": "yes",
    }  # fmt: skip
    for role in ("ben", "odd", "both"):
        visitor = Visitor(world[role])
        for person in (stranger, ada):
            for url, _model_admin in every_url(person):
                status, _body, _headers = visitor.send(url, smuggled)
                assert status < 500, url
    assert canaries.snapshot([*world["strangers"], ada]) == before

    client = Client()
    log_in(client, world["ben"])
    assert client.post(f"/admin/patients/{ada.pk}/notes/", smuggled).status_code == 302
    after = canaries.snapshot([*world["strangers"], ada])
    assert {key for key in after if after[key] != before[key]} == {(ada.pk, "ReviewNote")}
    User.objects.get(pk=stranger.pk, username="canary-xena-username", is_superuser=False)


def test_a_refused_address_reads_like_one_that_never_was(world):
    visitor = Visitor(world["ben"])
    for part in ("patients/{}/", "episodes/user/{}/change/", "r/1/{}/", "episodes/night/{}/change/"):
        there = visitor.send("/admin/" + part.format(world["strangers"][0].pk))
        nowhere = visitor.send("/admin/" + part.format(uuid.UUID(int=9)))
        assert there[:2] == nowhere[:2]
        assert there[0] == 404


def test_the_crawl_knows_every_admin_route():
    known = {"index", "login", "logout", "code-replace", "patient-detail", "patient-note", "patient-reviewed", "patient-review-undo",
             "patient-number",
             "episodes_user_changelist", "episodes_user_change"}  # fmt: skip
    names = {name.removeprefix("admin:") for name, _route in routes() if name.startswith("admin:")}

    assert names - known == set()


def test_a_crawl_leaves_its_traces_with_the_strangers(world):
    stranger = world["strangers"][0]
    client = Client()
    log_in(client, world["odd"])
    client.get(f"/admin/patients/{stranger.pk}/")

    with acting_as(stranger):
        row = AuditEvent.objects.owned_by(stranger).order_by("sequence").last()
    assert (row.outcome, row.actor_role) == ("refused", "operator")
