"""The WSGI entry point. It refuses wrong settings, a half restored database, and a role that row security does not bind."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, connection

from episodes.operations.unfinished import unfinished_restore
from episodes.web.charset import in_utf8
from episodes.web.listening import not_for_others

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crampdiary.settings")

try:
    application = not_for_others(in_utf8(get_wsgi_application()))
    if reason := unfinished_restore():
        raise ImproperlyConfigured(reason)
    connection.ensure_connection()
except ImproperlyConfigured as refusal:
    sys.exit(f"Crampdiary does not start: {refusal}")
except OperationalError as error:
    sys.stderr.write(f"The database does not answer yet: {error}\n")
    connection.close()
else:
    connection.close()
