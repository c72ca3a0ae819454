"""Log lines that say what happened and to which request, and nothing of what people wrote.

A path can hold a secret or a date, a message of the database a whole row, an exception a typed word. So a line
names the route, and an exception is told by its class, its place in the code and the rule it broke.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import traceback
from types import TracebackType
from typing import Any

from episodes.audit.request_id import current_request_id
from episodes.operations.metrics import route_of
from episodes.web.failures import code_of

Raised = tuple[type[BaseException], BaseException, TracebackType | None]


class WithoutPaths(logging.Filter):
    """Put the route in the place of whatever could be an address, and the id of the request beside it.

    Django writes a path in any of several ways, escaped or not, and puts one into some of its sentences. So in a line
    about a request everything that holds a slash or a backslash goes, whether or not it looks like the path asked for.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id() or "-"
        request = getattr(record, "request", None)
        if request is None:
            return True
        if _may_hold_address(str(record.msg)):
            record.msg, record.args = "%s", (str(record.msg),)
        if isinstance(record.args, tuple):
            record.args = tuple(
                route_of(request) if _may_hold_address(str(arg)) else arg for arg in record.args
            )
        return True


def _may_hold_address(text: str) -> bool:
    return "/" in text or "\\" in text


class TextFormatter(logging.Formatter):
    def formatException(self, ei: Any) -> str:
        return told(ei)


class JsonFormatter(logging.Formatter):
    """Return one JSON object per line: time, level, logger, message, request_id and what `extra` named."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", "-"),
            **getattr(record, "told", {}),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = told(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


def told(raised: Any) -> str:
    """Return an exception and what led to it as places in the code and class names, without messages."""
    _kind, error, _trace = raised
    parts = []
    while error is not None:
        rule = getattr(getattr(error, "diag", None), "constraint_name", None)
        known = " ".join(filter(None, (code_of(error), rule)))
        frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
        parts.append(
            f"{frames}\n{type(error).__module__}.{type(error).__qualname__}{f' ({known})' if known else ''}"
        )
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nwhile handling\n".join(reversed(parts)).strip()
