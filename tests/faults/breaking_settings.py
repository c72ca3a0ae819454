"""The settings of the site with an address whose view fails."""

from crampdiary.settings import *  # noqa: F403

ROOT_URLCONF = "tests.faults.breaking"
