"""Tokens: shown once, kept as a hash, dead when they should be; and nothing else opens the API."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from episodes.models import ApiToken, AuditEvent, DataConsent
from episodes.web import tokens as actions
from episodes.web.audience import declared_audience, routes
from episodes.web.tokens import TokenRefused, bearer_of, make_token
from tests.api.conftest import Program, token_for
from tests.conftest import log_in, looking_as, write_night

FORM = {"name": "Bed button", "scopes": ["cramp_now"], "days": "90"}


def events_of(person):
    with looking_as(person):
        return list(
            AuditEvent.objects.owned_by(person).order_by("sequence").values_list("action", "resource")
        )


def test_a_token_is_shown_once_and_kept_as_a_hash(ada, clients):
    page = clients.ada.post(reverse("account:token-make"), FORM)
    text = page.context["made"].text

    assert text in page.content.decode()
    assert text not in clients.ada.get(reverse("account:tokens")).content.decode()
    with looking_as(ada):
        stored = repr(list(ApiToken.objects.owned_by(ada).values_list()))
    assert text not in stored
    assert text.removeprefix("diary_") not in stored
    assert events_of(ada) == [("make_token", "api_token")]


def test_making_a_token_asks_again_who_one_is(ada):
    client = Client()
    client.force_login(ada)

    answer = client.post(reverse("account:token-make"), FORM)

    assert answer.status_code == 302
    assert reverse("account_reauthenticate") in answer["Location"]
    with looking_as(ada):
        assert not ApiToken.objects.owned_by(ada).exists()


@pytest.mark.parametrize(
    "change", [{"name": " "}, {"scopes": []}, {"scopes": ["everything"]}, {"days": "3650"}], ids=str
)
def test_a_token_that_cannot_be_is_refused(ada, clients, change):
    assert clients.ada.post(reverse("account:token-make"), FORM | change).status_code == 422
    with looking_as(ada):
        assert not ApiToken.objects.owned_by(ada).exists()


def test_nobody_needs_more_than_twenty_tokens(ada):
    for _each in range(20):
        token_for(ada)
    with pytest.raises(TokenRefused):
        token_for(ada)


def test_an_ended_token_is_refused_at_once_and_a_strangers_stays(ada, adas, clients, cleos):
    with looking_as(ada):
        token = ApiToken.objects.owned_by(ada).get()

    foreign = clients.cleo.post(reverse("account:token-end", args=[token.pk]))
    assert foreign.status_code == 404
    assert adas.get("nights/").status_code == 200

    clients.ada.post(reverse("account:token-end", args=[token.pk]))
    assert adas.get("nights/").status_code == 401
    assert events_of(ada)[-1] == ("end_token", "api_token")


def test_a_new_password_ends_every_token(ada, adas):
    ada.set_password("another long enough phrase")
    ada.save()

    assert adas.get("nights/").status_code == 401


def test_a_token_dies_with_the_account_and_with_the_agreement(ada, adas, cleo, cleos):
    ada.is_active = False
    ada.save()
    DataConsent.objects.filter(user=cleo).update(withdrawn_at=timezone.now())

    assert adas.get("nights/").status_code == 401
    assert cleos.get("nights/").status_code == 401


def test_a_token_runs_out_and_no_token_lives_longer_than_a_year(ada):
    now = timezone.now()
    text = token_for(ada, days=365, now=now)

    assert bearer_of(text=text, now=now + dt.timedelta(days=364)) is not None
    assert bearer_of(text=text, now=now + dt.timedelta(days=366)) is None
    with pytest.raises(TokenRefused), looking_as(ada):
        make_token(name="x", scopes=["export"], days=400, now=now, by=ada)


@pytest.mark.parametrize(
    "text", ["", "diary_", "diary_x", "Bearer", "diary_" + "A" * 54, "é" * 20, "diary_" + "A" * 5000]
)
def test_what_is_no_token_opens_nothing(db, text):
    assert bearer_of(text=text, now=timezone.now()) is None
    answer = Client().get(
        "/api/v1/nights/", headers={"Authorization": f"Bearer {text}".encode().decode("latin-1")}
    )
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_the_day_of_the_last_use_is_kept_and_no_moment(ada, adas):
    adas.get("nights/")

    with looking_as(ada):
        assert ApiToken.objects.owned_by(ada).get().last_used_on == timezone.now().date()


def test_one_minute_takes_so_many_requests_and_the_next_goes_on(ada, adas, settings):
    now = timezone.now()
    for _each in range(settings.API_REQUESTS_A_MINUTE):
        assert not bearer_of(text=adas.token, now=now).is_over_limit

    answer = adas.get("nights/")

    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert not bearer_of(text=adas.token, now=now + dt.timedelta(seconds=61)).is_over_limit


def test_a_session_opens_nothing_and_sets_nothing(ada, last_night):
    """A page of another site cannot use a browser that is logged in: cookies do not count."""
    client = log_in(Client(enforce_csrf_checks=True), ada)

    answer = client.put(f"/api/v1/nights/{last_night}/", {"version": 0}, "application/json")

    assert answer.status_code == 401
    assert not answer.cookies
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_token_needs_no_csrf_and_sees_its_own_owner_beside_anothers_session(ada, adas, cleo, last_night):
    write_night(ada, last_night, private_note="mark of ada")
    client = log_in(Client(enforce_csrf_checks=True), cleo)

    answer = client.get("/api/v1/nights/", headers={"Authorization": f"Bearer {adas.token}"})

    assert "mark of ada" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store, private"
    assert client.get("/").context["user"] == cleo


def test_other_sites_are_told_nothing(adas):
    answer = adas.send("OPTIONS", "nights/", Origin="https://evil.example")

    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_a_token_never_reaches_another_diary(ada, adas, cleos, last_night):
    """Every route with a row of Ada's, by Cleo's token; the twin of each refusal is Ada's own success."""
    write_night(ada, last_night, "cramps", episodes=[{"location": "calf"}], private_note="mark of ada")
    cramp = adas.get(f"nights/{last_night}/").said["episodes"][0]["id"]
    requests = [
        ("GET", f"nights/{last_night}/", None, 200, 404),
        ("GET", f"nights/{last_night}/episodes/", None, 200, 404),
        ("GET", "nights/", None, 200, 200),
        ("PUT", f"nights/{last_night}/episodes/{cramp}/", {"version": 1, "location": "calf"}, 200, 404),
        ("DELETE", f"nights/{last_night}/episodes/{cramp}/?version=1", None, 200, 404),
    ]
    for method, path, body, _own, foreign in requests:
        answer = cleos.send(method, path, body)
        assert (method, path, answer.status_code) == (method, path, foreign)
        assert "mark of ada" not in answer.content.decode()
        assert cramp not in answer.content.decode()
    for method, path, body, own, _foreign in requests:
        assert adas.send(method, path, body).status_code == own


def test_a_clinicians_token_reaches_the_clinicians_own_diary_alone(ada, ben, last_night):
    write_night(ada, last_night, shared_note="mark of ada")
    bens = Program(token_for(ben))

    assert bens.get("nights/").said["nights"] == []
    assert bens.get(f"nights/{last_night}/").status_code == 404
    assert bens.get("trends/").said["nights"] == 0


def test_every_route_of_the_api_needs_a_token_but_its_description():
    ours = {
        name: declared_audience(entry.callback, name) for name, entry in routes() if name.startswith("api:")
    }
    public = {name for name, audience in ours.items() if audience == ("public",)}

    assert public == {"api:openapi-json", "api:api-root", "api:unknown"}
    assert {audience for name, audience in ours.items() if name not in public} == {("bearer",)}


def test_unknown_addresses_are_problems_too(adas):
    for path in ("", "nothing", "nights"):
        answer = adas.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_the_prefix_of_a_token_is_known_to_scanners(ada):
    assert token_for(ada).startswith(actions.PREFIX)
