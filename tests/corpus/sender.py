"""Sends malformed requests as one of the people, rolls each back, and says what went wrong."""

from __future__ import annotations

import io
import re
from collections import Counter

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from episodes.models import ClinicianCard, Episode, HealthModel, acting_as
from episodes.report.links import make_link
from episodes.web.charset import in_utf8
from tests.api.conftest import token_for
from tests.conftest import log_in, looking_as, write_night
from tests.corpus.cases import Case, addresses, request_of, role_of
from tests.corpus.routes import FORMS_BY_NAME, LIBRARY, REFUSED
from tests.matrix.people import NIGHT, build
from tests.matrix.test_matrix import OTHER_PARAMETERS, row_kind

TONIGHT = "2026-11-20"
CSRF = "c" * 32
WRITES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
# What a request may always leave behind: its session, counts of tries, and a note that it was refused.
ALWAYS = {"django_session", "crampdiary_cache", "usersessions_usersession"}
# What opening a page may leave behind: notes of who looked and that they looked first, the use of a token.
BY_LOOKING = {"episodes_auditevent", "episodes_consentnotice", "episodes_apitoken"}
PATIENTS = ("ada", "cleo", "eva", "finn")
BYSTANDERS = ("cleo", "eva", "finn")


class ServedClient(Client):
    """Asks the product as the server does: through what stands before Django in the WSGI application."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        handler = self.handler
        answers = []
        served = in_utf8(lambda environ, _start: answers.append(handler(environ)) or [])
        self.handler = lambda environ: served(environ, None) or answers.pop()


class Sender:
    def __init__(self):
        self.world = build()
        ada = self.world.people["ada"]
        write_night(ada, NIGHT, "cramps", episodes=[{"location": "calf", "side": "left"}])
        self.facts = {
            "version": 2,
            "<code>": ClinicianCard.objects.get(clinician=self.world.people["dora"]).code,
        }
        self.token = token_for(ada)
        self.cookies = {"nobody": {}, "program": {}}
        for role in ("ada", "ben", "odd"):
            self.cookies[role] = log_in(Client(), self.world.people[role]).cookies
        with looking_as(ada):
            cramp = Episode.objects.owned_by(ada).get()
            self.facts["<cramp>"] = str(cramp.pk)
            link = make_link(
                first=NIGHT, last=NIGHT, sections=["nights"], days=7, pin="1234", now=timezone.now(), by=ada
            )  # fmt: skip
        self.parameters = OTHER_PARAMETERS | {
            "api:episode": {"date": NIGHT, "pk": cramp.pk},
            "report:shared-report": {"token": link.token},
        }
        for role in ("ada", "ben", "odd"):  # allauth would make them when their page is opened
            person = self.world.people[role]
            EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"primary": True})
        self.tables = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
        self._before = {}
        self.count, self.answers, self.hit = 0, Counter(), set()

    def address_of(self, place):
        """Return (address, the part of it that a parameter stands for)."""
        name = place.partition(" ")[2]
        entry = addresses()[f"GET {name}"]
        kind, converters = row_kind(name), entry.pattern.converters
        owner = "ben" if kind == "invitation" else "ada"
        if kind and converters:
            value = self.world.rows[owner][kind].pk
            return reverse(name, kwargs={next(iter(converters)): value}), str(value)
        if name in self.parameters:
            values = dict(self.parameters[name])
            url = reverse(name, kwargs=values)
            return url, next(str(value) for value in reversed(values.values()) if str(value) in url)
        if "date" in converters:
            date = TONIGHT if name == "diary:evening" else str(NIGHT)
            return reverse(
                name, kwargs={"date": date if name.startswith("api:") else NIGHT.fromisoformat(date)}
            ), date
        return reverse(name), ""

    def send(self, request, role, prepare=None, *, is_kept=False):
        """Return (status, problem text or empty, tables written to, response); everything is rolled back."""
        client = ServedClient(raise_request_exception=False, enforce_csrf_checks=True)
        for name, morsel in self.cookies[role].items():
            client.cookies[name] = morsel.value
        extra = {"HTTP_X_CSRFTOKEN": CSRF, "wsgi.input": io.BytesIO(request.body.content)}
        extra["CONTENT_LENGTH"] = str(len(request.body.content))
        extra["CONTENT_TYPE"] = request.body.content_type
        extra["QUERY_STRING"] = request.query.encode("utf-8", "replace").decode("latin-1")
        if role == "program":
            extra["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        written = set()

        def watch(execute, sql, params, many, context):
            if found := WRITES.match(str(sql)):
                written.add(found.group(1))
            return execute(sql, params, many, context)

        with transaction.atomic():
            if prepare:
                prepare(client, self.world)
            client.cookies["csrf"] = CSRF  # the page with the form was opened before
            with connection.execute_wrapper(watch):
                response = client.generic(request.method, request.path, **{**extra, **request.body.more})
                body = b"".join(response.streaming_content) if response.streaming else response.content
            changed = self.changed(written - ALWAYS) if not connection.needs_rollback else set()
            others = (
                self.changed(written - ALWAYS, BYSTANDERS)
                if changed and response.status_code < 400
                else set()
            )
            transaction.set_rollback(not is_kept)
        self.count += 1
        return response, body, changed, others

    def changed(self, tables, people=PATIENTS):
        """Return those of these tables that no longer hold what they held before the request."""
        return {table for table in tables if self._rows(table, people) != self._rows_before(table, people)}

    def _rows_before(self, table, people):
        return self._before.setdefault((table, people), self._kept[table, people])

    def remember(self):
        """Keep what every table holds, to compare with after each request."""
        self._kept = {
            (table, people): self._rows(table, people)
            for table in self.tables
            for people in (PATIENTS, BYSTANDERS)
        }

    def _rows(self, table, people):
        model = self.tables.get(table)
        if model is None:
            return None  # no table of a model: its count below would need its own query
        if not issubclass(model, HealthModel):
            return sorted(map(str, model._base_manager.values_list())) if people is PATIENTS else []
        rows = []
        for name in people:
            person = self.world.people[name]
            with acting_as(person):
                found = model.objects.owned_by(person)
                if table == "episodes_auditevent":
                    found = found.exclude(outcome="refused")
                rows += sorted(map(str, found.values_list()))
        return rows

    def try_case(self, case: Case):
        """Send one malformed request and return what is wrong with the answer, or nothing."""
        url, parameter = self.address_of(case.place)
        request = request_of(case, url, parameter, self.facts)
        form = None if case.place.startswith("GET ") else FORMS_BY_NAME[case.place]
        response, body, changed, others = self.send(request, role_of(case.place), form and form.prepare)
        status = response.status_code
        self.answers[status] += 1
        self.hit.add(case.place)
        where = f"{case.place} {case.how} {case.target[:60]} {case.input[:70]}"
        if status == 429:
            return f"{where}: 429, so nothing was tested"
        if status >= 500 and status != 501:
            return f"{where}: {status} {reason_of(response)}"
        if others:
            return f"{where}: {status} and changed other people's {sorted(others)}"
        # Opening the page with a clinician's notes is reading them, and their author sees that.
        read = {"episodes_reviewnote"} if case.place == "GET sharing:overview" else set()
        if request.method == "GET" and changed - BY_LOOKING - read:
            return f"{where}: {status} and opening it changed {sorted(changed)}"
        # A page shown again was read again, and a wrong PIN counts.
        counted = {"episodes_reportlink"} if "shared-report" in case.place else set()
        if status >= 400 and changed - BY_LOOKING - counted:
            return f"{where}: {status} and yet changed {sorted(changed)}"
        if "header Host" in case.input:
            return ""  # refused for every address before anything is known about it
        if form is None:
            return self._problem_of_api(where, response, body)
        if form.is_json and form.role == "program" and status >= 400:
            return self._problem_of_api(where, response, body)
        if not request.must_be_refused:
            return ""
        if changed - BY_LOOKING - counted - read:
            return f"{where}: {status} took it and changed {sorted(changed)}"
        if status not in (LIBRARY if form.is_library else REFUSED | ({302} if form.says_later else set())):
            return f"{where}: {status} is no refusal"
        if (
            case.how in ("field", "missing")
            and not form.is_library
            and not form.says_later
            and status not in (409, 422)
        ):
            return f"{where}: {status} instead of 422"
        return ""

    @staticmethod
    def _problem_of_api(where, response, body):
        is_api = response.wsgi_request.path_info.startswith("/api/v1/")
        if is_api and response.status_code >= 400 and response["Content-Type"] != "application/problem+json":
            return f"{where}: {response.status_code} as {response['Content-Type']}"
        return ""


def reason_of(response):
    found = getattr(response, "exc_info", None)
    return f"{found[0].__name__}: {str(found[1])[:160]}" if found and found[0] else ""
