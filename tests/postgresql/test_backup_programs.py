"""pg_dump and pg_restore get the settings of the connection that they stand in for."""

import os
import shutil

import pytest
from django.db import connection

from tests.operations.conftest import Place

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_programs_of_postgresql_trust_whom_the_site_trusts(tmp_path):
    """A stand-in notes its settings and hands over to the real program."""
    noted, real = tmp_path / "noted", shutil.which("pg_dump")
    (programs := tmp_path / "bin").mkdir()
    (programs / "pg_dump").write_text(f'#!/bin/sh\nenv > {noted}\nexec {real} "$@"\n')
    (programs / "pg_dump").chmod(0o700)

    done = Place(tmp_path, connection.settings_dict["NAME"]).run(
        "backup", tmp_path / "b", path=f"{programs}:{os.environ['PATH']}",
        options="&sslmode=allow&sslrootcert=/etc/ssl/diary.pem",
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert {"PGSSLMODE=allow", "PGSSLROOTCERT=/etc/ssl/diary.pem"} <= set(noted.read_text().split("\n"))
