"""Ada's own habits, and a way to send the night form."""

import pytest

from episodes.habits.actions import add_habit
from episodes.models import acting_as
from episodes.nights.own_habits import own_habits_of
from tests.diary.conftest import date, send, stored

__all__ = ["date", "send", "stored"]


@pytest.fixture
def add(ada):
    def one(label="Evening walk", kind="yes_no", **fields):
        with acting_as(ada):
            return add_habit(label=label, kind=kind, by=ada, **fields)

    return one


@pytest.fixture
def habits(ada):
    def read():
        with acting_as(ada):
            return own_habits_of(by=ada)

    return read


@pytest.fixture
def three(add):
    """A habit of each kind: h1 yes or no, h2 an amount, h3 levels."""
    return [
        add("Evening walk"),
        add("Coffee", "amount", unit="cups"),
        add("Stress", "levels", levels=["low", "some", "high"]),
    ]
