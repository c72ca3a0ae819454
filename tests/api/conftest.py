import datetime as dt
import json

import pytest
from django.test import Client
from django.utils import timezone

from episodes.web.tokens import SCOPES, make_token
from tests.conftest import looking_as


def token_for(person, scopes=SCOPES, days=30, name="script", now=None):
    """Return the text of a new token of `person`."""
    with looking_as(person):
        return make_token(name=name, scopes=scopes, days=days, now=now or timezone.now(), by=person).text


class Program:
    """A program with a token and no cookie; `send` returns the response with its JSON as `.said`."""

    def __init__(self, token=None):
        self.client, self.token = Client(), token

    def send(self, method, path, body=None, **headers):
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        data = body if isinstance(body, str | bytes) else "" if body is None else json.dumps(body)
        response = self.client.generic(
            method, f"/api/v1/{path}", data, headers.pop("content_type", "application/json"), headers=headers
        )
        response.body = b"".join(response.streaming_content) if response.streaming else response.content
        is_json = "json" in response.get("Content-Type", "")
        response.said = json.loads(response.body) if response.body and is_json else None
        return response

    def get(self, path, **headers):
        return self.send("GET", path, **headers)

    def put(self, path, body, **headers):
        return self.send("PUT", path, body, **headers)

    def post(self, path, body, **headers):
        return self.send("POST", path, body, **headers)

    def delete(self, path, **headers):
        return self.send("DELETE", path, **headers)


@pytest.fixture
def adas(ada):
    """Ada's program, with every scope."""
    return Program(token_for(ada))


@pytest.fixture
def cleos(cleo):
    return Program(token_for(cleo))


@pytest.fixture
def last_night():
    return timezone.now().date() - dt.timedelta(days=2)
