"""A WSGI application that answers with what it was asked, behind what the site stands behind."""

import hashlib
import json
import os

import django

from crampdiary.buffered import Buffered

django.setup()  # the log is written as the site writes it


def told(environ, start_response):
    body = environ["wsgi.input"]
    kept = {key: value for key, value in environ.items() if isinstance(value, str)}
    size, hashed = 0, hashlib.sha256()
    while part := body.read(65536):
        size, _none = size + len(part), hashed.update(part)
    if environ["PATH_INFO"] == "/breaks":
        raise RuntimeError(" ".join(["canary", "words"]))
    answer = {"environ": kept, "size": size, "sha256": hashed.hexdigest()}
    text = json.dumps(answer).encode()
    start_response(
        "200 OK",
        [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(text))),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
        ],
    )
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [text]


application = Buffered(told, threads=2, max_body_seconds=float(os.environ.get("BODY_SECONDS", "60")))
