"""The guards of this suite are awake: each refuses what it was put there to refuse."""

import datetime as dt
import logging
import re
import socket

import pytest

from tests.conftest import write_night
from tests.plugins import answers, statements
from tests.plugins.network import OutboundConnection


def test_another_machine_is_refused():
    with pytest.raises(OutboundConnection):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_a_name_is_not_looked_up():
    with pytest.raises(OutboundConnection):
        socket.getaddrinfo("example.org", 80)


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT "episodes_night"."id" FROM "episodes_night" WHERE "episodes_night"."id" = %s',
        'SELECT "episodes_night"."patient_id" FROM "episodes_night"',
        'UPDATE "episodes_night" SET "patient_id" = %s WHERE "episodes_night"."id" = %s',
        'DELETE FROM "episodes_episode" WHERE "episodes_episode"."night_id" IN (%s)',
        'SELECT 1 FROM "episodes_user" INNER JOIN "episodes_night" ON ("episodes_night"."id" = %s)',
        'SELECT 1 FROM "episodes_night" WHERE "episodes_night"."patient_id" IS NOT NULL',
        'SELECT 1 FROM "episodes_night" WHERE "episodes_night"."patient_id" > %s',
        'SELECT 1 FROM "episodes_episode" INNER JOIN "episodes_night" ON ("episodes_episode"."night_id" = '
        '"episodes_night"."id") WHERE "episodes_episode"."patient_id" = %s',
        'DELETE FROM "episodes_episode" WHERE "episodes_episode"."id" IN '
        '(SELECT U0."id" FROM "episodes_episode" U0 WHERE U0."patient_id" = %s)',
    ],
)
def test_a_statement_without_the_patient_is_seen(sql):
    assert statements.forgotten_tables(sql)


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT "episodes_night"."id" FROM "episodes_night" WHERE "episodes_night"."patient_id" = %s',
        'SELECT "episodes_night"."id" FROM "episodes_night" WHERE "episodes_night"."patient_id" IN (%s, %s)',
        "SELECT id FROM episodes_night WHERE patient_id = ANY (%s)",
        'SELECT 1 FROM "episodes_night" WHERE "episodes_night"."patient_id" = %s AND EXISTS(SELECT 1 FROM '
        '"episodes_episode" U0 WHERE (U0."night_id" = "episodes_night"."id" AND '
        'U0."patient_id" = ("episodes_night"."patient_id")))',
        'INSERT INTO "episodes_night" ("id") VALUES (%s)',
        'SELECT "episodes_user"."id" FROM "episodes_user" WHERE "episodes_user"."id" = %s',
        'SELECT "episodes_consent"."id" FROM "episodes_consent" WHERE "episodes_consent"."clinician_id" = %s',
    ],
)
def test_a_statement_that_names_the_patient_is_fine(sql):
    assert statements.forgotten_tables(sql) == set()


def test_every_model_about_a_patient_is_watched():
    from episodes.models import AuditEvent, Episode, Night, RemedyUse

    tables = {model._meta.db_table for model in (Night, Episode, RemedyUse, AuditEvent)}

    assert tables <= statements.health_tables()


def test_a_statement_sent_by_the_product_is_noted(ada, monkeypatch):
    """The product never sends one, so here the watcher objects to every statement about nights."""
    monkeypatch.setattr(statements, "forgotten_tables", lambda sql: re.findall("episodes_night", sql))

    write_night(ada, dt.date(2026, 3, 1))

    assert any("nights/content.py" in line or "nights/writer.py" in line for line in statements._found)
    statements._found.clear()


@pytest.mark.parametrize(
    ("middleware", "header"),
    [
        ("django.middleware.security.SecurityMiddleware", "X-Content-Type-Options"),
        ("csp.middleware.CSPMiddleware", "Content-Security-Policy"),
        ("django.middleware.clickjacking.XFrameOptionsMiddleware", "X-Frame-Options"),
        ("episodes.web.headers.permissions_middleware", "Permissions-Policy"),
        ("episodes.web.request_id.request_id_middleware", "X-Request-ID"),
    ],
)
def test_an_answer_without_a_header_is_noted(clients, settings, middleware, header):
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each != middleware]

    clients.nobody.get("/account/login/")

    assert any(header in problem for problem in answers._problems)
    answers._problems.clear()


def test_a_kept_page_of_somebody_and_an_open_cookie_are_noted(clients, ada, settings):
    clients.ada.get("/")
    assert answers._problems == []
    response = clients.ada.get("/").wsgi_request, clients.ada.get("/")
    del response[1].headers["Cache-Control"]
    response[1].set_cookie("session", "x")
    response[1].set_cookie("tracker", "x", samesite="Lax", httponly=True)

    assert answers.headers_missing(*response) == [
        "somebody's page with Cache-Control None", "the cookie session goes to other sites", "a cookie called tracker",
    ]  # fmt: skip


def test_a_word_of_a_diary_in_a_log_line_is_found(ada):
    write_night(ada, dt.date(2026, 3, 1), private_note="a vermilion heron by the bed")

    logging.getLogger("anything").warning("Saved: %s", "a vermilion heron by the bed")

    assert answers.words_out(answers._said[-1][1]) == ["a vermilion heron by the bed"]
    answers._said.clear()
