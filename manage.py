#!/usr/bin/env python
"""Django's command line for Crampdiary."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crampdiary.settings")
    try:
        execute_from_command_line(sys.argv)
    except (InterfaceError, DatabaseError) as error:  # away, full, never migrated, or no database at all
        if "--traceback" in sys.argv or isinstance(error, (IntegrityError, DataError)):
            raise
        reason = (str(error).splitlines() or ["no reason given"])[0]
        sys.exit(
            f"The database does not do what it is asked ({reason}): check DATABASE_URL, and run `manage.py migrate`."
        )
    except ImproperlyConfigured as wrong:  # a setting that stops the start is told in one sentence
        sys.exit(f"Crampdiary does not start: {wrong}")
