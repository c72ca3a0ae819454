"""Row security is PostgreSQL's alone: on the other leg these tests do not exist."""

import os

import pytest

from tests.matrix.people import build

if os.environ["LEG"] != "postgresql":
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture
def world(db):
    return build()
