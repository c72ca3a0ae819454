#!/usr/bin/env python
"""Django's command line for Crampdiary."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crampdiary.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:  # a setting that stops the start is told in one sentence
        sys.exit(f"Crampdiary does not start: {wrong}")
