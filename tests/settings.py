"""The shipped settings, with what a test process needs different and nothing else."""

from crampdiary.settings import *  # noqa: F403
from crampdiary.settings import DATA_DIR, DATABASES, PASSWORD_HASHERS, STORAGES

# A file, not memory: the write-ahead log, threads and the live server exist only with a file.
if DATABASES["default"]["ENGINE"] == "crampdiary.sqlite":
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}

# Hashed names need collectstatic; the live server finds the files where they are written.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# Argon2id as shipped, with the least work it accepts.
PASSWORD_HASHERS = ["tests.plugins.hashers.QuickArgon2PasswordHasher", *PASSWORD_HASHERS]
