"""The paper of a report: one template for the page, for printing and for the PDF."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from episodes.models import User
from episodes.report.content import VisitReport

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60
PAPERS = ("a4", "letter")
LETTER_COUNTRIES = {"US", "CA", "MX", "PH", "CL", "CO"}
# What a process needs to find its libraries and fonts; no key, no database address.
ENVIRONMENT = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "XDG_CACHE_HOME")


class NoPdf(Exception):
    """The PDF could not be made; nothing about its content is in the message."""


def can_make_pdf() -> bool:
    """Return whether the optional part for PDFs is installed, without loading it."""
    return importlib.util.find_spec("weasyprint") is not None


def paper_of(patient: User) -> str:
    """Return the size of paper that is usual where the patient lives."""
    return "letter" if patient.country in LETTER_COUNTRIES else "a4"


def paper_context(report: VisitReport, patient: User, made_at: dt.datetime, **more: Any) -> dict[str, Any]:
    """Return what `report/_paper.html` prints. made_at: when the rows were read."""
    about = {"report": report, "patient": patient, "made_at": made_at.astimezone(patient.zone)}
    return {"consent": None, "record_number": "", **about, **more}


def make_pdf(context: dict[str, Any], paper: str) -> bytes:
    """Return the PDF of a report, made by a process that lives for this one. Raises NoPdf."""
    html = render_to_string("report/paper.html", {**context, "language": translation.get_language() or "en"})
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    command = [sys.executable, "-m", "episodes.report.pdf", paper]
    try:
        done = subprocess.run(  # noqa: S603  # our own module; the paper is one of two words
            command, input=html.encode(), capture_output=True, timeout=SECONDS, cwd=ROOT, env=environment, check=True
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        raise NoPdf(type(error).__name__) from None
    if not done.stdout.startswith(b"%PDF"):
        raise NoPdf("empty")
    return done.stdout
