"""The files of the export page, for a program with the scope "export"."""

from __future__ import annotations

import os
import tempfile
from typing import Any, Literal, cast

from django.db import DatabaseError, transaction
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from episodes.api.nights import owner
from episodes.api.service import Token
from episodes.exchange.export_files import CSV, FHIR, JSON, MEDIA_TYPES, write_file
from episodes.models import AuditEvent
from episodes.web.bearer import problem, unreachable
from episodes.web.failures import log_database_failure
from episodes.web.limits import is_allowed

router = Router()
KEPT_IN_MEMORY = 1024 * 1024
HOUR_SECONDS = 3600
FileName = Literal["nights.csv", "episodes.csv", "own_habits.csv", "codebook.csv", "diary.json", "fhir.json"]


@router.get(
    "/export/{name}",
    auth=Token("export"),
    url_name="export",
    tags=["export"],
    summary="Take the diary out",
    openapi_extra={
        "responses": {
            200: {
                "description": "The whole file, of one moment. Thirty an hour, with those of the page.",
                "content": {
                    media_type.partition(";")[0]: {"schema": {"type": "string"} if media_type == CSV else {}}
                    for media_type in (CSV, JSON, FHIR)
                },
            }
        }
    },
)
def export(request: HttpRequest, name: FileName) -> HttpResponseBase:
    """The same files as on the export page, without notes in nights.csv; each is noted in *Who has looked*."""
    if not is_allowed(request, "export", counts_get=True):
        response = problem(429, _("You took out many files. Wait an hour, then try again."))
        response["Retry-After"] = str(HOUR_SECONDS)
        return response
    file = cast(Any, tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY))  # noqa: SIM115  the response closes it
    try:
        with transaction.atomic():
            write_file(
                file, name, now=timezone.now(), by=owner(request),
                action=AuditEvent.Action.TOKEN_EXPORT,
            )  # fmt: skip
    except DatabaseError:  # also where the reading cannot be noted
        log_database_failure()
        file.close()
        return unreachable()
    except BaseException:
        file.close()
        raise
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    download = FileResponse(file, as_attachment=True, filename=name, content_type=MEDIA_TYPES[name])
    download["Content-Length"] = str(size)
    return download
