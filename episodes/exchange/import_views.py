"""A diary brought in: choose a file, see what would change, do it, take it back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from episodes.exchange.apply import ImportRefused, carry_out, take_back
from episodes.exchange.formats.problems import JSON_BYTES, FileRefused
from episodes.exchange.formats.uploads import recognised
from episodes.exchange.forms import ColumnsForm, FileForm, ReplaceForm
from episodes.exchange.messages import (
    PARTS,
    SETTINGS,
    STAYS_IN_THE_FILE,
    problem_in_words,
    refusal_in_words,
    setting_value,
)
from episodes.exchange.plan import Plan, plan_import
from episodes.exchange.uploads import (
    diary_of,
    forget_old_uploads,
    imports_of,
    keep_columns,
    keep_upload,
    refuse_unreadable,
    table_of,
    waiting_import,
)
from episodes.models import Import
from episodes.web.audience import SignedInRequest, audience
from episodes.web.failures import log_database_failure
from episodes.web.limits import is_allowed

LINES_A_PAGE = 100
SHOWN_ROWS, SHOWN_COLUMNS = 5, 30
MONTH_FIRST = {"US", "PH"}
TOO_MANY = gettext_lazy("You brought in many files. Wait an hour, then try again.")


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: SignedInRequest) -> HttpResponse:
    """Send a file. Nothing is written to the diary yet."""
    if request.method != "POST":
        forget_old_uploads(now=timezone.now(), by=request.user)
        return _choose(request, FileForm())
    form = FileForm(request.POST, request.FILES)
    if not is_allowed(request, "import"):
        form.add_error(None, TOO_MANY)
        return _choose(request, form, status=429)
    if not form.is_valid():
        return _choose(request, form)
    try:
        upload = recognised([_content(file) for file in form.cleaned_data["files"]])
        refuse_unreadable(upload)
    except FileRefused as refused:
        form.add_error("files", refusal_in_words(refused))
        return _choose(request, form)
    kept = keep_upload(upload=upload, now=timezone.now(), by=request.user)
    return redirect(
        "exchange:import-columns" if upload.kind == "table" else "exchange:import-preview", kept.pk
    )


def _content(file: UploadedFile[Any]) -> bytes:
    """Return the bytes of a file that was sent. Raises FileRefused before reading too much."""
    if (file.size or 0) > JSON_BYTES:
        raise FileRefused("large", megabytes=JSON_BYTES // 1024 // 1024)
    content: bytes = file.read()
    return content


def _choose(request: SignedInRequest, form: FileForm, status: int | None = None) -> HttpResponse:
    context = {"nav": "account", "form": form, "imports": imports_of(by=request.user)}
    return render(request, "exchange/import.html", context, status=status or (422 if form.errors else 200))


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What would change, line by line; POST does it."""
    if not is_allowed(request, "import_preview", counts_get=True):
        return _refused(request, str(TOO_MANY), status=429)
    kept = _waiting(request, pk)
    if kept.format == "table" and not kept.columns:
        return redirect("exchange:import-columns", kept.pk)
    form = ReplaceForm(request.POST if request.method == "POST" else request.GET)
    form.is_valid()
    replace = bool(form.cleaned_data.get("replace"))
    try:
        diary = diary_of(kept)
        if request.method == "POST":
            plan = carry_out(
                kept=kept, diary=diary, replace=replace, now=timezone.now(),
                by=request.user,
            )  # fmt: skip
            _say_done(request, plan)
            return redirect("exchange:import")
        plan = plan_import(diary, replace=replace, now=timezone.now(), by=request.user)
    except FileRefused as refused:
        return _refused(request, refusal_in_words(refused))
    except ImportRefused:
        raise Http404 from None
    except DatabaseError:
        log_database_failure()
        return _refused(request, _("Nothing was changed: please try again in a minute."), status=503)
    return render(
        request, "exchange/preview.html",
        {
            **_plan_context(request, plan), "kept": kept, "form": form,
            "stays": STAYS_IN_THE_FILE if kept.format == "json" else "",
        },
    )  # fmt: skip


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What the columns of a foreign spreadsheet mean, beside its first lines."""
    if not is_allowed(request, "import_preview", counts_get=True):
        return _refused(request, str(TOO_MANY), status=429)
    kept = _waiting(request, pk)
    if kept.format != "table":
        return redirect("exchange:import-preview", kept.pk)
    try:
        table = table_of(kept)
    except FileRefused as refused:
        return _refused(request, refusal_in_words(refused))
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        table=table,
        month_first=request.user.country in MONTH_FIRST,
        columns=kept.columns,
    )
    if form.is_bound and form.is_valid():
        keep_columns(kept=kept, columns=form.columns(), by=request.user)
        return redirect("exchange:import-preview", kept.pk)
    width = min(len(table.header), SHOWN_COLUMNS)
    context = {
        "nav": "account",
        "form": form,
        "header": table.header[:width],
        "rows": [[cell[:40] for cell in cells[:width]] for _line, cells in table.rows[:SHOWN_ROWS]],
        "more_columns": len(table.header) - width,
        "number_of_lines": len(table.rows),
    }
    return render(request, "exchange/columns.html", context, status=422 if form.errors else 200)


def _plan_context(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    page = Paginator(plan.lines, LINES_A_PAGE).get_page(request.GET.get("page"))
    return {
        "nav": "account",
        "plan": plan,
        "counts": plan.counts,
        "page_of_lines": page,
        "problems": [problem_in_words(problem) for problem in plan.problems],
        "facts": [
            *((PARTS[fact.part], len(fact.rows), fact.there) for fact in plan.facts),
            (PARTS["night_history"], plan.copies.count, 0),
        ],
        "settings_lines": [
            (
                SETTINGS[line.name],
                setting_value(line.name, line.after),
                setting_value(line.name, line.before),
                line.change,
            )
            for line in plan.settings
            if line.change != "same"
        ],
        "new_habits": list(plan.habits.new.values()),
        "longer_habits": list(plan.habits.longer.values()),
    }


def _say_done(request: HttpRequest, plan: Plan) -> None:
    written = len(plan.wanted)
    messages.success(
        request,
        ngettext("Done: %(n)s night was written.", "Done: %(n)s nights were written.", written)
        % {"n": written},
    )


def _refused(request: HttpRequest, sentence: str, status: int = 422) -> HttpResponse:
    return render(request, "exchange/refused.html", {"nav": "account", "sentence": sentence}, status=status)


def _waiting(request: SignedInRequest, pk: uuid.UUID) -> Import:
    kept = waiting_import(pk=pk, now=timezone.now(), by=request.user)
    if kept is None:
        raise Http404
    return kept


@audience("patient")
@require_POST
def undo(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take an import back; nights that were changed since stay as they are."""
    kept = get_object_or_404(Import.objects.owned_by(request.user).defer("content", "result"), pk=pk)
    try:
        back, left = take_back(kept=kept, now=timezone.now(), by=request.user)
    except ImportRefused:
        messages.error(request, _("This was taken back already."))
        return redirect("exchange:import")
    said = ngettext("Taken back: %(n)s night.", "Taken back: %(n)s nights.", back) % {"n": back}
    if left:
        changed = ngettext(
            "%(n)s night stays, because you changed it since.",
            "%(n)s nights stay, because you changed them since.",
            left,
        )
        said = f"{said} {changed % {'n': left}}"
    messages.success(request, said)
    return redirect("exchange:import")
