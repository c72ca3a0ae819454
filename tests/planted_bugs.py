"""Plants one policy bug at a time in a copy of the project and sees at least one test turn red.

    .venv/bin/python -m tests.planted_bugs [number ...]

The working tree is never touched: each bug is patched into a fresh copy in a temporary folder, the tests
named beside it run there, and the copy goes. Exit status 1 when a bug was not noticed, or when its text
is no longer in the code.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(
    ".venv", ".git", "data", "demo-data", "__pycache__", ".*_cache", ".hypothesis"
)


class Bug(NamedTuple):
    """What goes wrong, where, and which tests must notice.

    leg: the database they run on, or the browser. also: more places, as (file, right, wrong).
    """

    what: str
    file: str
    right: str
    wrong: str
    tests: str
    leg: str = "sqlite"
    also: tuple[tuple[str, str, str], ...] = ()


WALKS = "tests/browser/test_walks.py -k known"

BUGS = (
    Bug(
        "a consent opens every section, whatever it shares",
        "episodes/models/access.py", ', **{f"shares_{section}": True})', ")",
        "tests/models/test_access.py",
    ),
    Bug(
        "a withdrawn consent still holds",
        "episodes/models/sharing.py", "withdrawn_at=None, patient__is_active=True)", "patient__is_active=True)",
        "tests/models/test_access.py tests/sharing",
    ),
    Bug(
        "a consent never ends",
        "episodes/models/sharing.py", "valid_until__gt=at, ", "",
        "tests/models/test_access.py tests/sharing",
    ),
    Bug(
        "a clinician reads every diary",
        "episodes/models/access.py", "if section == OWN or not actor.is_clinician:\n        return own",
        "if actor.is_clinician:\n        return models.Q()\n    if section == OWN or not actor.is_clinician:\n        return own",
        "tests/models/test_access.py",
    ),
    Bug(
        "a deactivated person still reads",
        "episodes/models/access.py", "if not actor.is_authenticated or not actor.is_active:", "if not actor.is_authenticated:",
        "tests/models/test_access.py",
    ),
    Bug(
        "a patient writes in every diary",
        "episodes/models/access.py", "self.model.rows.filter(patient_id=actor.pk) if actor.is_active", "self.model.rows.all() if actor.is_active",
        "tests/models tests/sharing tests/habits",
    ),
    Bug(
        "a clinician sees what a patient agreed with others",
        "episodes/models/access.py", "return own | models.Q(in_force_at(at), clinician_id=actor.pk)", "return models.Q()",
        "tests/models/test_access.py",
    ),
    Bug(
        "columns out of scope are read",
        "episodes/models/records.py", "if scopes is None:\n        return HABIT_FIELDS", "if True:\n        return HABIT_FIELDS",
        "tests/models/test_access.py tests/sharing/test_scopes.py",
    ),
    Bug(
        "a page opens to the wrong audience",
        "episodes/web/audience.py", "            raise Http404\n\n    return Middleware()", "            return None\n\n    return Middleware()",
        "tests/review tests/matrix",
    ),
    Bug(
        "a clinician's reading leaves no audit row",
        "episodes/review/views.py", "patient_ids=[consent.patient_id for consent in consents],", "patient_ids=[],",
        "tests/review",
    ),
    Bug(
        "staff need no second step",
        "episodes/web/audience.py", "return staff_refusal(request)", "return None",
        "tests/accounts/test_two_step.py tests/matrix",
    ),
    Bug(
        "row security lets everybody read",
        "episodes/models/database/row_security.py", "read = own if self.section == OWN else permitted", 'read = "true"',
        "tests/postgresql", "postgresql",
    ),
    Bug(
        "row security forgets the sections of a consent",
        "episodes/models/database/row_security.py", "AND (to_jsonb(consent) ->> ('shares_' || section))::boolean", "",
        "tests/postgresql", "postgresql",
    ),
    Bug(
        "the connection keeps the last person",
        "crampdiary/postgresql/base.py", "SET LOCAL cramp.actor", "SET cramp.actor",
        "tests/postgresql", "postgresql",
    ),
    Bug(
        "a night is acknowledged a moment before it is stored",
        "episodes/diary/views.py", "stored = actions.record_night(",
        'stored = (lambda **asked: (__import__("threading").Timer(0.3, actions.record_night, kwargs=asked).start(), '
        'setattr(asked["content"], "version", 1), asked["content"])[2])(',
        "tests/faults/test_kill.py",
    ),
    Bug(
        "a night that saved itself while it was filled in cannot be saved",
        "episodes/diary/entry.py", ' | {"empty_permitted": False}', "",
        WALKS, "browser",
    ),
    Bug(
        "safety words are not shown at the answer",
        "static/js/night.js", "    rules.forEach(showSafety);\n", "",
        WALKS, "browser",
    ),
    Bug(
        "a described cramp stands silently beside No cramp",
        "static/js/night.js", "      else if (answer.asks) ask(answer.question);\n", "",
        WALKS, "browser",
    ),
    Bug(
        "the second of two taps in a list is taken for the next night",
        "episodes/diary/calendar.py", " or night.date in filled]", "]",
        WALKS, "browser",
        (
            ("episodes/diary/calendar.py", "return is_moment and 0", "return False and 0"),
            ("static/js/base.js", "if (isNear && ", "if (false && "),
        ),
    ),
    Bug(
        "what is sent last is lost in the service worker",
        "static/js/night.js", "    sendLast();\n    if (words.state", "    if (words.state",
        WALKS, "browser",
    ),
    Bug(
        "a night kept on the device is shown as it was before",
        "static/js/night.js", "      fill(record.data);\n      holdsKept = true;\n", "",
        WALKS, "browser",
    ),
)  # fmt: skip


def main(chosen: list[int]) -> int:
    """Return 0 when every chosen bug was noticed."""
    missed = 0
    for number, bug in enumerate(BUGS, start=1):
        if chosen and number not in chosen:
            continue
        verdict = noticed(bug)
        missed += not verdict.startswith("red")
        sys.stdout.write(f"{number:>2} {bug.what}: {verdict}\n")
        sys.stdout.flush()
    return 1 if missed else 0


def noticed(bug: Bug) -> str:
    """Return the word for what the tests said about a copy with this bug."""
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        for file, right, wrong in ((bug.file, bug.right, bug.wrong), *bug.also):
            path = copy / file
            text = path.read_text(encoding="utf-8")
            if right not in text:
                return f"not planted: its place is no longer in {file}"
            path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *bug.tests.split()],
            cwd=copy, env={**os.environ, "LEG": bug.leg}, capture_output=True, text=True,
        )  # fmt: skip
    red = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return f"red: {red[0].split(' - ')[0]}" if done.returncode == 1 and red else "NOT NOTICED"


if __name__ == "__main__":
    sys.exit(main([int(word) for word in sys.argv[1:]]))
