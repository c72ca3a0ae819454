"""Makes the people of a site of its own and prints who they are: `python -m tests.faults.people 6`.

A process beside the tests, because it needs the settings of that site. Prints JSON: patients as
[account id, session], and one clinician whom each patient lets read every section. A second number is of
nights that each diary already holds.
"""

from __future__ import annotations

import json
import sys

import django


def main(count: int, nights: int = 0) -> None:
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from tests.conftest import grant, log_in, make_clinician, make_user
    from tests.diaries import write_nights

    call_command("migrate", verbosity=0)
    if connection.vendor == "postgresql":
        connection.end_maintenance()
    call_command("createcachetable", verbosity=0)
    clinician = make_clinician("clinician")
    patients = [make_user(f"patient{number}") for number in range(count)]
    for patient in patients:
        write_nights(patient, nights)
        grant(patient, clinician)
    people = [
        [str(user.pk), log_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value]
        for user in [*patients, clinician]
    ]
    json.dump({"patients": people[:-1], "clinician": people[-1]}, sys.stdout)
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
