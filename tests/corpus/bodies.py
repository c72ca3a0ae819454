"""Ways to spoil a whole body that is otherwise right: each takes the right fields and returns what is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import quote_plus

from tests.corpus.inputs import LONG, ODD_CODECS

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=BOUNDARY"
Fields = Mapping[str, object]


class Body(NamedTuple):
    """What is sent. is_unreadable: no form can be read out of it, so a form of ours must refuse it."""

    content: bytes
    content_type: str
    more: Mapping[str, str] = {}
    is_unreadable: bool = True


def pairs(fields: Fields) -> list[tuple[str, str | bytes]]:
    """Return every name with every value; bytes are percent-encoded already."""
    return [
        (name, each if isinstance(each, bytes) else str(each))
        for name, value in fields.items()
        for each in (value if isinstance(value, list | tuple) else [value])
    ]


def urlencoded(fields: Fields) -> bytes:
    return b"&".join(
        quote_plus(name).encode() + b"=" + (value if isinstance(value, bytes) else quote_plus(value).encode())
        for name, value in pairs(fields)
    )


def multipart(fields: Fields, *, boundary: str = "BOUNDARY", head: str = "", end: str = "--\r\n") -> bytes:
    parts = []
    for name, value in pairs(fields):
        text = value if isinstance(value, bytes) else value.encode()
        lines = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n{head}\r\n'
        parts.append(lines.encode() + text + b"\r\n")
    return b"".join(parts) + f"--{boundary}{end}".encode()


def _form(**kwargs: str) -> Callable[[Fields], Body]:
    return lambda fields: Body(multipart(fields, **kwargs), MULTIPART, is_unreadable=False)


def _declared(content_type: str) -> Callable[[Fields], Body]:
    return lambda fields: Body(urlencoded(fields), content_type)


def _more(extra: bytes, *, before: bool = False) -> Callable[[Fields], Body]:
    return lambda fields: Body(
        b"&".join([extra, urlencoded(fields)] if before else [urlencoded(fields), extra]),
        URLENCODED,
        is_unreadable=False,
    )


def _raw(content: bytes, content_type: str) -> Callable[[Fields], Body]:
    return lambda fields: Body(content, content_type)


def _length(text: str) -> Callable[[Fields], Body]:
    return lambda fields: Body(
        urlencoded(fields), URLENCODED, {"CONTENT_LENGTH": text}, is_unreadable=text != ""
    )


BODIES: dict[str, Callable[[Fields], Body]] = {
    **{
        f"body declared as {kind[:40]!r}": _declared(kind)
        for kind in (
            "application/json", "application/json; charset=utf-8", "text/plain", "application/xml", "text/html", "application/octet-stream", "image/png", "multipart/form-data",
            "multipart/mixed; boundary=x", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded-x", "x", "/", "*/*", "application/x-protobuf", "text/csv", "application/fhir+json",
        )
    },
    **{f"body in charset {codec[:20]!r}": _declared(f"{URLENCODED}; charset={codec}") for codec in ODD_CODECS if codec not in ("", "none", "mbcs", "x" * 500)},
    **{f"multipart in charset {codec[:20]!r}": (lambda fields, codec=codec: Body(multipart(fields), f"{MULTIPART}; charset={codec}")) for codec in ODD_CODECS if codec not in ("", "none", "mbcs", "x" * 500)},
    "JSON instead of a form": lambda fields: Body(b'{"version": 0, "outcome": "cramps"}', "application/json"),
    "XML instead of a form": _raw(b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "application/xml"),
    "multipart without its end": _form(end=""),
    "multipart cut in the middle": lambda fields: Body(multipart(fields)[: len(multipart(fields)) // 2], MULTIPART, is_unreadable=False),
    "multipart of nothing": _raw(b"", MULTIPART),
    "multipart with another boundary": _raw(b'--OTHER\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--OTHER--\r\n', MULTIPART),
    "multipart without names": _raw(b"--BOUNDARY\r\nContent-Disposition: form-data\r\n\r\nb\r\n--BOUNDARY--\r\n", MULTIPART),
    "multipart without heads": _raw(b"--BOUNDARY\r\n\r\nb\r\n--BOUNDARY--\r\n", MULTIPART),
    "multipart with a line too long": _raw(b"--BOUNDARY\r\nX: " + b"x" * LONG + b"\r\n\r\nb\r\n--BOUNDARY--\r\n", MULTIPART),
    "multipart with broken base64": _raw(b'--BOUNDARY\r\nContent-Disposition: form-data; name="version"\r\nContent-Transfer-Encoding: base64\r\n\r\n=a=b!\r\n--BOUNDARY--\r\n', MULTIPART),
    "multipart with half a base64": _raw(b'--BOUNDARY\r\nContent-Disposition: form-data; name="version"\r\nContent-Transfer-Encoding: base64\r\n\r\nA\r\n--BOUNDARY--\r\n', MULTIPART),
    "multipart with a null in a name": _raw(b'--BOUNDARY\r\nContent-Disposition: form-data; name="a\0b"\r\n\r\nb\r\n--BOUNDARY--\r\n', MULTIPART),
    "multipart with bytes in a name": _raw(b'--BOUNDARY\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n\r\n\xff\r\n--BOUNDARY--\r\n', MULTIPART),
    "multipart with a bad extended name": _raw(b"--BOUNDARY\r\nContent-Disposition: form-data; name*=hex''%FF; filename*=x''%\r\n\r\nb\r\n--BOUNDARY--\r\n", MULTIPART),
    "multipart with a file nobody asked for": lambda fields: Body(multipart({**fields, 'x"; filename="../../a\0b.csv': "x"}), MULTIPART, is_unreadable=False),
    "multipart of 101 files": lambda fields: Body(multipart({f'f{number}"; filename="a': "x" for number in range(101)}), MULTIPART),
    "multipart of 2,001 fields": lambda fields: Body(multipart({f"f{number}": "x" for number in range(2001)}), MULTIPART),
    "multipart of lines without CR": lambda fields: Body(multipart(fields).replace(b"\r\n", b"\n"), MULTIPART, is_unreadable=False),
    "multipart inside multipart": _form(head="Content-Type: multipart/mixed; boundary=BOUNDARY\r\n"),
    "multipart parts in another charset": _form(head="Content-Type: text/plain; charset=hex\r\n"),
    "multipart, quoted boundary left open": lambda fields: Body(multipart(fields), 'multipart/form-data; boundary="BOUNDARY', is_unreadable=False),
    "multipart, boundary of 300 letters": lambda fields: Body(multipart(fields, boundary="x" * 300), "multipart/form-data; boundary=" + "x" * 300, is_unreadable=False),
    "multipart, boundary in two": lambda fields: Body(multipart(fields), MULTIPART + "; boundary=OTHER", is_unreadable=False),
    "body of 2,000 unknown fields": lambda fields: Body(b"&".join(b"f%d=x" % number for number in range(2001)), URLENCODED),
    "body of 2,001 fields more": _more(b"&".join(b"f%d=x" % number for number in range(2001))),
    "body of 1,500 fields more": _more(b"&".join(b"f%d=x" % number for number in range(1500))),
    "body with an over-long name": _more(b"x" * LONG + b"=1"),
    "body with a name of bytes": _more(b"%FF%FE=%FF&%ED%A0%80=1&%00=1"),
    "body with names of objects": _more(b"__proto__=1&constructor=1&a%5B%5D=1&a.b=2&a%5Bb%5D%5Bc%5D=3"),
    "body with another person's id": _more(b"patient=1&patient_id=1&user=1&owner_id=1&id=1&pk=1&is_superuser=1&is_clinician=1"),
    "body of signs alone": _more(b"&&&&=&=&%&%%&;&+=+"),
    "body twice": lambda fields: Body(urlencoded(fields) + b"&" + urlencoded(fields), URLENCODED, is_unreadable=False),
    "body of broken values first": lambda fields: Body(b"&".join(quote_plus(name).encode() + b"=%00" for name in fields) + b"&" + urlencoded(fields), URLENCODED, is_unreadable=False),
    "body of 100 kB without a sign": _raw(b"x" * LONG, URLENCODED),
    "body over 2 MB": _raw(b"x=" + b"y" * (2 * 1024 * 1024 + 10), URLENCODED),
    "body over 4 MB": _raw(b"x=" + b"y" * (4 * 1024 * 1024 + 10), URLENCODED),
    "body packed with gzip": lambda fields: Body(b"\x1f\x8b\x08\x00", URLENCODED, {"HTTP_CONTENT_ENCODING": "gzip"}),
    **{f"length {text!r} of a body": _length(text) for text in ("abc", "-1", "+5", "1.5", "10000000000000000000000", "0x10", "NaN")},
    "length shorter than the body": lambda fields: Body(urlencoded(fields), URLENCODED, {"CONTENT_LENGTH": "3"}, is_unreadable=False),
    "length longer than the body": lambda fields: Body(urlencoded(fields), URLENCODED, {"CONTENT_LENGTH": str(len(urlencoded(fields)) + 500)}, is_unreadable=False),
    "length in Arabic digits": lambda fields: Body(urlencoded(fields), URLENCODED, {"CONTENT_LENGTH": "٣"}, is_unreadable=False),
}  # fmt: skip
