"""Every malformed input against every place that takes one: the whole product, and a fixed sample of it."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote, unquote_to_bytes

from django.urls import URLPattern

from episodes.web.audience import declared_audience, routes
from tests.corpus.bodies import BODIES, MULTIPART, URLENCODED, Body, multipart, urlencoded
from tests.corpus.inputs import (
    COUNTER_VALUES,
    COUNTERS,
    FIELD_TEXTS,
    HEADERS,
    JSON_BODIES,
    JSON_VALUES,
    PARAMETERS,
    PATHS,
    QUERIES,
)
from tests.corpus.kinds import json_value
from tests.corpus.routes import FORMS, FORMS_BY_NAME, Form

SEED = 20_261_120


class Case(NamedTuple):
    """One malformed request. target: a field, a parameter or a name in the address; empty for the whole request."""

    place: str  # "POST diary:now" of a form, "GET diary:now" of an address
    how: str
    input: str
    target: str = ""


class Request(NamedTuple):
    method: str
    path: str
    query: str
    body: Body
    must_be_refused: bool


def input_names() -> list[str]:
    """Return the name of every malformed input there is."""
    counters = [f"{name}={value[:20]!r} of {len(value)}" for name in COUNTERS for value in COUNTER_VALUES]
    named = (FIELD_TEXTS, BODIES, HEADERS, QUERIES, PATHS, JSON_VALUES, JSON_BODIES)
    return [*(name for each in named for name in each), *counters]


@cache
def addresses() -> dict[str, URLPattern]:
    """Return every route by "GET name"."""
    return {f"GET {name}": entry for name, entry in routes()}


def cases_of(form: Form) -> Iterator[Case]:
    """Yield all that can be wrong with one form."""
    place = form.name
    for field in form.fields:
        yield Case(place, "missing", "missing", field)
        values = JSON_VALUES if form.is_json else FIELD_TEXTS
        yield from (Case(place, "field", name, field) for name in values)
        if not form.is_json:
            yield Case(place, "twice", "twice", field)
    if not form.is_json:
        yield from (Case(place, "body", name) for name in BODIES)
    elif form.fields:
        yield from (Case(place, "JSON body", name) for name in JSON_BODIES)
    yield from (Case(place, "header", name) for name in HEADERS)
    if form.counters:
        for counter in COUNTERS:
            for value in COUNTER_VALUES:
                yield Case(
                    place,
                    "counter",
                    f"{counter}={value[:20]!r} of {len(value)}",
                    f"{form.counters}-{counter}={value}",
                )
    if "{" in pattern_of(form.route):
        yield from (Case(place, "path", name) for name in PATHS)


def cases_of_address(place: str) -> Iterator[Case]:
    """Yield all that can be wrong with the address of a page and its header."""
    name = place.partition(" ")[2]
    yield from (Case(place, "header", each) for each in HEADERS)
    yield from (Case(place, "query", each) for each in QUERIES)
    for parameter in PARAMETERS.get(name, ()):
        yield from (Case(place, "parameter", each, parameter) for each in FIELD_TEXTS)
    if "{" in pattern_of(name):
        yield from (Case(place, "path", each) for each in PATHS)


def pattern_of(name: str) -> str:
    """Return the address of a route with its parameters as {}."""
    entry = addresses()[f"GET {name}"]
    return "{}" if entry.pattern.regex.groups or entry.pattern.converters else ""


def product() -> Iterator[Case]:
    for form in FORMS:
        yield from cases_of(form)
    for place in addresses():
        yield from cases_of_address(place)


def sample() -> list[Case]:
    """Return the fixed sample of the suite: every input once, each where least was sent so far, and every place."""
    chance = random.Random(SEED)
    by_input: dict[str, list[Case]] = {}
    for case in product():
        by_input.setdefault(case.input, []).append(case)
    sent_to: Counter[tuple[str, str]] = Counter()
    chosen: dict[Case, None] = {}
    for cases in sorted(by_input.values(), key=len):
        some = chance.sample(cases, min(len(cases), 40))
        _take(
            min(some, key=lambda case: sent_to[_spot(case)] + sent_to[case.place, ""] / 30), chosen, sent_to
        )
    by_place: dict[str, list[Case]] = {}
    for case in product():
        by_place.setdefault(case.place, []).append(case)
    for place, cases in by_place.items():
        if not sent_to[place, ""]:
            _take(chance.choice(cases), chosen, sent_to)
    return sorted(chosen, key=lambda case: (case.place, case.how, case.target, case.input))


def part_of(cases: list[Case], number: int) -> list[Case]:
    """Return two thirds of a sample, another two for each number, and at least one request to every place."""
    chosen = [case for place, case in enumerate(cases) if place % 3 != number]
    sent_to = {case.place for case in chosen}
    for case in cases:
        if case.place not in sent_to:
            sent_to.add(case.place)
            chosen.append(case)
    return chosen


def _take(case: Case, chosen: dict[Case, None], sent_to: Counter[tuple[str, str]]) -> None:
    chosen[case] = None
    sent_to[_spot(case)] += 1
    sent_to[case.place, ""] += 1


def _spot(case: Case) -> tuple[str, str]:
    return (case.place, case.target if case.how in ("field", "missing", "twice") else case.how)


def meant(raw: str | bytes) -> str:
    """Return the text that a value stands for once it is decoded."""
    if isinstance(raw, str):
        return raw
    return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8", "replace")


def in_address(raw: str | bytes) -> str:
    text = raw.decode("latin-1") if isinstance(raw, bytes) else quote(raw, safe="")
    return text


def request_of(case: Case, url: str, parameter: str, facts: Mapping[str, Any]) -> Request:
    """Return what is sent. url: the right address; parameter: the part of it that may be spoilt."""
    form = FORMS_BY_NAME.get(case.place) if not case.place.startswith("GET ") else None
    if form:
        form = filled(form, facts)
    method = form.method if form else "GET"
    body, query, must, path = _right_body(form), form.query if form else "", False, url
    if case.how == "header":
        body = body._replace(more=HEADERS[case.input])
    elif case.how == "query":
        query = QUERIES[case.input]
    elif case.how == "parameter":
        query = f"{case.target}={in_address(FIELD_TEXTS[case.input])}"
    elif case.how == "path":
        path = url.replace(parameter, PATHS[case.input], 1)
    elif form is None:
        raise ValueError(case)
    elif case.how == "JSON body":
        body = Body(JSON_BODIES[case.input], "application/json")
        must = not form.is_optional and case.input != "JSON body version twice"
    elif case.how == "body":
        body = BODIES[case.input](form.right)
        # A form that needs no answer means "nothing" by a body without fields, and so does one without parts.
        says_nothing = form.is_optional and body.content_type in (URLENCODED, MULTIPART)
        must = body.is_unreadable and bool(form.right) and not says_nothing
    elif form.is_json:
        body, must = _json_field(form, case)
    else:
        body, must = _form_field(form, case)
    return Request(method, path, query, body, must)


def filled(form: Form, facts: Mapping[str, Any]) -> Form:
    """Return the form with what only this world knows: the night's version, a code, a key."""
    version = 0 if form.route == "diary:evening" else facts["version"]
    right = {
        name: facts.get(value, value) if isinstance(value, str) else value
        for name, value in form.right.items()
    }
    if "version" in right:
        right["version"] = type(right["version"])(version)
    return form._replace(right=right, query=form.query.replace("version=1", f"version={version}"))


def right_request(form: Form, url: str, facts: Mapping[str, Any]) -> Request:
    """Return the right request of a form: it is accepted."""
    form = filled(form, facts)
    return Request(form.method, url, form.query, _right_body(form), False)


def _right_body(form: Form | None) -> Body:
    if form is None:
        return Body(b"", "")
    if form.is_json:
        return Body(json.dumps(form.right).encode() if form.right else b"", "application/json")
    if any("filename" in name for name in form.right):
        return Body(multipart(form.right), MULTIPART)
    return Body(urlencoded(form.right), URLENCODED)


def _json_field(form: Form, case: Case) -> tuple[Body, bool]:
    kind = form.fields[case.target]
    others = {name: value for name, value in form.right.items() if name != case.target}
    text = json.dumps(others)
    if case.how == "missing":
        return Body(text.encode(), "application/json"), kind.required
    value = JSON_VALUES[case.input]
    joined = f"{text[:-1]}{', ' if others else ''}{json.dumps(case.target)}: {value}}}"
    parsed = json_value(value)
    return Body(
        joined.encode("utf-8", "surrogatepass"), "application/json"
    ), parsed is ... or not kind.takes_json(parsed)


def _form_field(form: Form, case: Case) -> tuple[Body, bool]:
    kind = form.fields.get(case.target)
    fields = dict(form.right)
    must = False
    if case.how == "counter":
        name, _is, value = case.target.partition("=")
        fields[name] = value
    elif case.how == "missing":
        fields.pop(case.target, None)
        must = kind is not None and kind.required
    elif case.how == "twice":
        fields[case.target] = ["\0", *_listed(fields.get(case.target, "x")), "\0"]
    else:
        fields[case.target] = FIELD_TEXTS[case.input]
        must = kind is not None and not kind.takes(meant(FIELD_TEXTS[case.input]))
    if any("filename" in name for name in form.right):
        return Body(multipart(fields), MULTIPART), must
    return Body(urlencoded(fields), URLENCODED), must


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


def role_of(place: str) -> str:
    """Return who opens the address of a place."""
    if not place.startswith("GET "):
        return FORMS_BY_NAME[place].role
    name = place.partition(" ")[2]
    audience = set(declared_audience(addresses()[place].callback, name))
    if name in ("diary:now", "exchange:fhir-questionnaire"):
        return "ada"
    for names, role in (
        ({"bearer"}, "program"), ({"operator"}, "odd"), ({"clinician", "staff"}, "ben"), ({"patient", "signed_in"}, "ada"),
    ):  # fmt: skip
        if audience & names:
            return role
    return "nobody"
