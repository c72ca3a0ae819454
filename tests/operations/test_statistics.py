"""`manage.py statistics` counts people, and reads no diary."""

import io

import pytest
from django.core.management import call_command
from django.db import connection

from tests.conftest import make_operator, make_user


@pytest.mark.django_db
def test_people_are_counted_and_nobody_is_named(ben, cleo):
    make_operator("olga")
    make_user("gone", is_active=False)
    said = io.StringIO()
    call_command("statistics", stdout=said)
    lines = said.getvalue().splitlines()

    assert "accounts: 5" in lines
    assert "accounts switched off: 1" in lines
    assert "clinicians: 1" in lines
    assert "operators: 1" in lines
    assert ("bytes of the database" in said.getvalue()) == (connection.vendor == "postgresql")
    for name in ("ada", "cleo", "olga", "gone"):
        assert name not in said.getvalue()
