"""A way to send the night form as a browser or a program does."""

import datetime as dt

import pytest
from django.utils import timezone

from episodes.models import acting_as
from episodes.nights.content import read_night
from episodes.stats.nights import last_night


@pytest.fixture
def date(ada):
    return last_night(timezone.now(), ada.zone)


@pytest.fixture
def send(clients, date):
    """Post the whole form of one night as Ada."""

    def post(night=date, **fields):
        data = {
            "version": "0",
            "outcome": "no_cramps",
            **{name.replace("__", "-"): value for name, value in fields.items()},
        }
        return clients.ada.post(f"/nights/{night}/", data)

    return post


@pytest.fixture
def stored(ada, date):
    def read(night: dt.date = date):
        with acting_as(ada):
            return read_night(patient=ada, date=night, by=ada)

    return read


def one_cramp(**fields):
    """Return the fields of a form with one cramp."""
    return {"outcome": "cramps", "episodes__TOTAL_FORMS": "1", "episodes__INITIAL_FORMS": "0"} | {
        f"episodes__0__{name}": value for name, value in fields.items()
    }
