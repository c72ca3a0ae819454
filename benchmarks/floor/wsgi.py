"""The entry point of the bare project."""

import os

from django.core.wsgi import get_wsgi_application

from crampdiary.buffered import Buffered

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.floor.settings")
application = Buffered(get_wsgi_application(), threads=1)  # as the site is served
