"""A throw-away PostgreSQL server with the memory of a small real one, and one database per size."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg

from tests.plugins.postgresql import Cluster, make_roles

SETTINGS = """
shared_buffers = 1GB
maintenance_work_mem = 1GB
max_wal_size = 8GB
wal_level = minimal
max_wal_senders = 0
random_page_cost = 1.1
effective_cache_size = 8GB
"""


class ScaleCluster(Cluster):
    """The suite's server with fsync on and 1 GB of shared buffers, as an operator would set it up."""

    def _run(self, program: str, *arguments: object) -> None:
        super()._run(program, *arguments)
        if program == "initdb":
            with (self._data / "postgresql.conf").open("a") as settings:
                settings.write(SETTINGS)

    def database(self, name: str) -> dict[str, str]:
        """Return what a process needs in its environment to work on the migrated database `name`."""
        make_roles(self.url)
        with psycopg.connect(self.url, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} OWNER cramp_owner")
        place = self.url.partition("@")[2].replace("/postgres?", f"/{name}?")
        environment = {
            "DATABASE_URL": f"postgres://cramp_app@{place}",
            "DATABASE_OWNER_URL": f"postgres://cramp_owner@{place}",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "EMAIL_URL": "memorymail://",
            "SECRET_KEY": "only-for-measuring-" * 4,
            "BASE_URL": "http://localhost:8000",
            "ALLOWED_HOSTS": "testserver",
            "AUDIT_ANCHOR": "off",
            "OPENBLAS_NUM_THREADS": "1",
        }
        for command in ("migrate", "createcachetable"):
            subprocess.run(
                [sys.executable, "manage.py", command, "--verbosity", "0"],
                env=os.environ | environment,
                check=True,
            )
        return environment

    def as_superuser(self, name: str) -> psycopg.Connection:
        return psycopg.connect(self.url.replace("/postgres?", f"/{name}?"))
