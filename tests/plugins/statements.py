"""Reads every SQL statement that the code under test sends and keeps those that forget the patient.

A SELECT, UPDATE or DELETE must compare the patient of every health table that it touches by = or
with a list, in its WHERE or its join: only then can the tables be distributed by patient, and only
then is a forgotten filter not somebody else's diary. Statements of the tests themselves, of fixtures, of migrations and of the flush
between tests are not the product's and are not read.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

import pytest

EPISODES = str(Path(__file__).resolve().parent.parent.parent / "episodes") + "/"
MIGRATIONS = EPISODES + "migrations/"
READS_OR_CHANGES = re.compile(r"[\s(]*(?:SELECT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
NOT_A_NAME = r"(?!(?:WHERE|ON|SET|INNER|LEFT|JOIN|ORDER|GROUP|LIMIT|FOR|USING|AS)\b)"
TOUCHED = re.compile(
    rf'\b(?:FROM|JOIN|UPDATE)\s+"?(\w+)"?(?:\s+(?:AS\s+)?{NOT_A_NAME}"?(\w+)"?)?', re.IGNORECASE
)
CONDITIONS = re.compile(r"\b(?:WHERE|ON)\b(.*)", re.IGNORECASE | re.DOTALL)

# The questions without a patient: who has let this clinician in, and the operator's look at everybody's audit rows.
ASKED_BY_CLINICIAN = {"episodes_consent": "clinician_id"}
ASKED_BY_OPERATOR = ("models/audit.py in_order", "models/audit.py reports")

_found: list[str] = []
_is_watching = False


@cache
def health_tables() -> frozenset[str]:
    """Return the tables of every model that carries a patient."""
    from django.apps import apps

    return frozenset(
        model._meta.db_table
        for model in apps.get_app_config("episodes").get_models()
        if any(field.column == "patient_id" for field in model._meta.fields)
    )


def forgotten_tables(sql: str) -> set[str]:
    """Return the health tables that a statement touches without comparing their patient by = or a list."""
    if not READS_OR_CHANGES.match(sql):
        return set()
    found = CONDITIONS.search(sql)
    conditions = found.group(1) if found else ""
    return {
        table
        for table, alias in TOUCHED.findall(sql)
        if table in health_tables()
        and not is_compared("patient_id", alias or table, conditions)
        and not (
            table in ASKED_BY_CLINICIAN and is_compared(ASKED_BY_CLINICIAN[table], alias or table, conditions)
        )
    }


def is_compared(column: str, table: str, conditions: str) -> bool:
    """Whether `table.column = ...`, `= table.column` or `table.column IN (...)` stands in the conditions."""
    name = rf'(?:"?\b{table}"?\.|(?<![.\w"]))"?{column}"?'
    return bool(re.search(rf"{name}\)?\s*(?:=|IN\s*\()|=\s*\(?{name}", conditions, re.IGNORECASE))


def _sent_by_product() -> str:
    """Return the line of `episodes/` that sent the running statement, or nothing for a test's own."""
    frame = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(EPISODES) and not file.startswith(MIGRATIONS):
            return f"{file.removeprefix(EPISODES)}:{frame.f_lineno} {frame.f_code.co_name}"
        frame = frame.f_back
    return ""


def read_statement(execute, sql, params, many, context):
    """Note a statement that forgets the patient, then let it run: the test fails at its end."""
    if _is_watching and (tables := forgotten_tables(str(sql))):
        place = _sent_by_product()
        if place and re.sub(r":\d+", "", place) not in ASKED_BY_OPERATOR:
            _found.append(f"{', '.join(sorted(tables))} from {place}: {sql}")
    return execute(sql, params, many, context)


def _read_new_connection(connection, **_signal):
    if read_statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(read_statement)


@pytest.hookimpl(trylast=True)
def pytest_configure():
    from django.db.backends.signals import connection_created

    connection_created.connect(_read_new_connection, dispatch_uid="tests.plugins.statements")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    global _is_watching
    _found.clear()
    _is_watching = True
    try:
        result = yield
    finally:
        _is_watching = False
    if _found:
        statements = "\n".join(dict.fromkeys(_found))
        pytest.fail(f"These statements do not name the patient:\n{statements}", pytrace=False)
    return result
