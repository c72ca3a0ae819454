"""A diary taken out as files."""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from episodes.exchange.export_files import ARCHIVE, FHIR, MEDIA_TYPES, ZIP, write_archive, write_file
from episodes.exchange.formats.fhir_codes import code_system, questionnaire
from episodes.models import User
from episodes.web.audience import SignedInRequest, audience
from episodes.web.failures import log_database_failure
from episodes.web.limits import is_allowed
from episodes.web.step_up import step_up

KEPT_IN_MEMORY = 1024 * 1024
RETRY_SECONDS = "60"
BUSY_SECONDS = 120

ReportFile = Callable[[User, dt.datetime], tuple[str, bytes] | None]


@audience("patient")
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """What can be taken out, and what each file is for."""
    return render(request, "exchange/export.html", {"nav": "account"})


@audience("patient")
@require_safe
@step_up
def download(request: SignedInRequest, name: str) -> HttpResponseBase:
    """One file; `?notes=1` puts the notes into nights.csv."""
    if not is_allowed(request, "export", counts_get=True):
        return render(request, "429.html", status=429)
    now = timezone.now()

    def write(file: BinaryIO) -> None:
        write_file(
            file, name, with_notes=request.GET.get("notes") == "1", now=now,
            by=request.user,
        )  # fmt: skip

    return _sent(request, write, name, MEDIA_TYPES[name])


@audience("patient")
@require_safe
@step_up
def archive(request: SignedInRequest, visit_report: ReportFile) -> HttpResponseBase:
    """Everything in one file. One at a time for each account: the report's PDF is a process of its own."""
    if not is_allowed(request, "export", counts_get=True):
        return render(request, "429.html", status=429)
    now = timezone.now()
    busy = f"export:{request.user.pk}"
    if not cache.add(busy, 1, timeout=BUSY_SECONDS):
        return render(request, "exchange/notice.html", {"notice": "busy"}, status=429)
    try:
        report = visit_report(request.user, now)

        def write(file: BinaryIO) -> None:
            write_archive(
                file, more=dict([report] if report else []), now=now,
                by=request.user,
            )  # fmt: skip

        return _sent(request, write, ARCHIVE, ZIP)
    finally:
        cache.delete(busy)


@audience("public")
@require_safe
def profile(request: HttpRequest, name: str) -> HttpResponse:
    """What a FHIR file of this diary refers to: the questions of a night, and the local codes. The same for all."""
    resource = questionnaire() if name == "questionnaire" else code_system()
    return HttpResponse(json.dumps(resource, ensure_ascii=False), content_type=FHIR)


def _sent(
    request: HttpRequest, write: Callable[[BinaryIO], None], name: str, media_type: str
) -> HttpResponseBase:
    """Return what `write` writes as a download: all of it, of one moment and noted, or a 503 and nothing.

    It goes through a nameless temporary file, so that memory stays flat and a slow line holds no transaction.
    """
    file = cast(Any, tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY))  # noqa: SIM115  the response closes it
    try:
        with transaction.atomic():
            write(file)
    except DatabaseError:
        log_database_failure()
        file.close()
        response = render(request, "exchange/notice.html", {"notice": "later"}, status=503)
        response["Retry-After"] = RETRY_SECONDS
        return response
    except BaseException:
        file.close()
        raise
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    download = FileResponse(file, as_attachment=True, filename=name, content_type=media_type)
    download["Content-Length"] = str(size)
    return download
