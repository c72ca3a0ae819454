"""Somebody without JavaScript, who gives the same answers: the other half of every walk.

The pages are read as plain HTML forms and sent as a browser without scripts sends them.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.test import Client

from episodes.api.night_json import night_json
from episodes.models import Night
from episodes.nights.content import read_night
from tests.conftest import log_in, looking_as

NOT_AN_ANSWER = {
    "csrfmiddlewaretoken", "form_session", "answered_at", "version", "operation_id", "habits_shown", "next",
    "episodes-TOTAL_FORMS", "episodes-INITIAL_FORMS",
}  # fmt: skip
OF_A_CRAMP = re.compile(r"episodes-(\d+)-(\w+)")
# What differs between two people who answer alike: when and how they answered, and names of rows.
NOT_COMPARED = {"version", "outcome_recorded_at", "time_zone", "entered_via", "id", "client_id"}


@dataclass
class Form:
    action: str
    id: str
    fields: list = field(default_factory=list)
    buttons: list = field(default_factory=list)  # (name, value, words)


class _Reader(HTMLParser):
    """Collects the forms of a page as they would be sent untouched."""

    def __init__(self):
        super().__init__()
        self.forms, self.open, self.textarea, self.button = [], None, None, None

    def handle_starttag(self, tag, given):
        has = dict(given)
        if tag == "form":
            self.open = Form(has.get("action", ""), has.get("id", ""))
            self.forms.append(self.open)
        if self.open is None:
            return
        name, kind = has.get("name"), has.get("type", "text")
        if tag == "textarea" and name:
            self.textarea = [name, ""]
        elif tag == "button":
            self.button = [name or "", has.get("value") or "", ""]
        elif tag == "input" and name and (kind not in ("radio", "checkbox") or "checked" in has):
            self.open.fields.append((name, has.get("value") or ("on" if kind == "checkbox" else "")))

    def handle_data(self, text):
        if self.textarea:
            self.textarea[1] += text
        if self.button:
            self.button[2] += text

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None
        elif tag == "textarea" and self.textarea:
            self.open.fields.append((self.textarea[0], self.textarea[1].removeprefix("\n")))
            self.textarea = None
        elif tag == "button" and self.button:
            self.open.buttons.append((self.button[0], self.button[1], " ".join(self.button[2].split())))
            self.button = None


def forms_of(response):
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader.forms


@dataclass
class Visit:
    """One night page as one tab shows it: every answer, by the names of its fields.

    cramps: by the number in the field's name. ids: the stored row of a cramp, by that number.
    """

    date: str
    version: str
    session: str
    answers: dict
    cramps: dict
    ids: dict
    hidden: dict
    is_new: bool = True  # nothing was answered since it was opened
    is_stale: bool = False

    @classmethod
    def of(cls, date, pairs):
        """Return the visit that the fields of a night form stand for."""
        hidden = {name: value for name, value in pairs if name in NOT_AN_ANSWER}
        visit = cls(date, hidden.get("version", "0"), hidden.get("form_session", ""), {}, {}, {}, hidden)
        for name, value in pairs:
            match = OF_A_CRAMP.fullmatch(name)
            if match is None:
                if name not in NOT_AN_ANSWER and value:
                    visit.answers.setdefault(name, []).append(value)
                continue
            number, part = int(match[1]), match[2]
            cramp = visit.cramps.setdefault(number, {})
            if part == "id":
                visit.ids[number] = value
            elif part != "client_id" and value:
                cramp.setdefault(part, []).append(value)
        return visit

    def copy(self):
        return (dict(self.answers), {number: dict(cramp) for number, cramp in self.cramps.items()})

    def shown(self, is_timed=False):
        """Return the answers in one fixed form; a cramp about which nothing is said is none.

        is_timed: cramps were timed by a clock, whose exact answers two people do not share.
        """
        cramps = [
            {
                name: ["timed"] if is_timed and values[0].startswith("=") else sorted(values)
                for name, values in cramp.items()
            }
            for _n, cramp in sorted(self.cramps.items())
        ]
        return {
            "answers": {name: sorted(values) for name, values in sorted(self.answers.items())},
            "cramps": [cramp for cramp in cramps if cramp and "DELETE" not in cramp],
        }


class Paper:
    """A person whose browser has no JavaScript."""

    def __init__(self, user):
        self.user = user
        self.client = log_in(Client(), user)

    def forms(self, path):
        response = self.client.get(path, follow=True)
        assert response.status_code in (200, 404), f"{path}: {response.status_code}"
        return forms_of(response)

    def open(self, date):
        (form,) = [each for each in self.forms(f"/nights/{date}/") if each.id == "night-form"]
        return Visit.of(date, form.fields)

    def save(self, visit, answers=None, cramps=None, *, button=None):
        """Send the night as it stands in the visit; return the status and the page that answers."""
        answers = visit.answers if answers is None else answers
        cramps = visit.cramps if cramps is None else cramps
        sent = {name: list(values) for name, values in answers.items()}
        sent |= {"version": visit.version, "form_session": visit.session, "episodes-INITIAL_FORMS": "0"}
        if "habits_shown" in visit.hidden:
            sent["habits_shown"] = visit.hidden["habits_shown"]
        numbers = sorted(cramps)
        sent["episodes-TOTAL_FORMS"] = str(len(numbers))
        for place, number in enumerate(numbers):
            sent[f"episodes-{place}-id"] = visit.ids.get(number, "")
            sent |= {f"episodes-{place}-{part}": values for part, values in cramps[number].items()}
        if button:
            sent[button[0]] = button[1]
        answer = self.client.post(f"/nights/{visit.date}/", sent)
        if answer.status_code == 302:
            self._learn(visit, cramps)
        return answer.status_code, answer

    def _learn(self, visit, cramps):
        """Take over which stored row each cramp has now, and which version the night is."""
        with looking_as(self.user):
            stored = read_night(patient=self.user, date=dt.date.fromisoformat(visit.date), by=self.user)
        visit.version, visit.is_stale = str(stored.version), False
        kept = [n for n in sorted(cramps) if "DELETE" not in cramps[n] and (cramps[n] or visit.ids.get(n))]
        visit.ids = dict(zip(kept, [str(each["id"]) for each in stored.episodes], strict=False))
        for number in [n for n in visit.cramps if "DELETE" in visit.cramps[n]]:
            del visit.cramps[number]

    def press(self, forms, action, name, value):
        """Press a button of a plain form; return the answer. None: there is no such button."""
        for form in forms:
            if form.action.split("?")[0] == action and any(
                button[:2] == (name, value) for button in form.buttons
            ):
                sent = {}
                for key, each in form.fields:
                    sent.setdefault(key, []).append(each)
                if "made" in sent:
                    sent["made"] = [""]  # she takes her time: a tap right after a page has come does nothing
                return self.client.post(form.action, sent | ({name: value} if name else {}))
        return None

    def diary(self, *, is_timed=False):
        return diary(self.user, is_timed=is_timed)


def diary(user, *, is_timed=False):
    """Return every stored night by date, without what two people who answer alike do not share.

    is_timed: cramps were timed by a clock, so that only whether there is a time and a length is told.
    """
    with looking_as(user):
        dates = list(Night.objects.owned_by(user).order_by("date").values_list("date", flat=True))
        return {
            str(date): told(night_json(date, read_night(patient=user, date=date, by=user)), is_timed)
            for date in dates
        }


def versions(user):
    with looking_as(user):
        return {
            str(date): str(version)
            for date, version in Night.objects.owned_by(user).values_list("date", "version")
        }


def told(value, is_timed):
    if isinstance(value, dict):
        kept = {
            name: told(each, is_timed)
            for name, each in value.items()
            if name not in NOT_COMPARED and name != "date"
        }
        if is_timed and kept.get("started_at"):
            kept |= {"started_at": "timed", "duration_seconds": bool(kept["duration_seconds"])}
        return kept
    if isinstance(value, list | tuple):
        return [told(each, is_timed) for each in value]
    return value if value is None or isinstance(value, str | int | bool) else str(value)
