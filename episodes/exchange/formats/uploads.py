"""What somebody sent: recognised by what is in it, never by its name, and only within the limits."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from episodes.exchange.formats.problems import CSV_BYTES, JSON_BYTES, MOST_LEVELS_DEEP, FileRefused
from episodes.exchange.formats.tables import decoded, read_table

MOST_MEMBERS = 20
DIRECTORY_MARK = b"PK\x01\x02"
MOST_BRACKETS = 2_500_000
"""Lists and objects of a JSON: about twice as many as 32 MiB of FHIR hold, with every question of every night answered."""
WANTED_MEMBERS = ("diary.json", "nights.csv", "episodes.csv", "own_habits.csv")
_STRINGS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NOT_BRACKETS = re.compile(r"[^\[\]{}]+")
_DELIMITERS = (",", ";", "\t")


class Upload(NamedTuple):
    """A file, or a few that belong together. kind: csv, json, fhir or table (a foreign spreadsheet)."""

    kind: str
    texts: dict[str, str]


def recognised(files: Sequence[bytes]) -> Upload:
    """Return what was sent. Raises FileRefused with the reason."""
    if not files or not any(files):
        raise FileRefused("empty")
    if len(files) == 1 and files[0].startswith(b"PK\x03\x04"):
        return _archive(files[0])
    if len(files) == 1 and _looks_like_json(files[0]):
        return _json(decoded(files[0], JSON_BYTES))
    if any(data.startswith(b"PK\x03\x04") or _looks_like_json(data) for data in files):
        raise FileRefused("one_file")
    return _csv([decoded(data) for data in files])


def packed(upload: Upload) -> bytes:
    """Return an upload as it is kept until it is carried out."""
    return zlib.compress(json.dumps(upload, ensure_ascii=False).encode(), 6)


def unpacked(data: bytes) -> Upload:
    return Upload(*json.loads(zlib.decompress(data)))


def parsed_json(text: str) -> Any:
    """Return what a JSON text says. Raises FileRefused for what is none, or nested or divided without end."""
    if text.count("{") + text.count("[") > MOST_BRACKETS:  # before each becomes an object in memory
        raise FileRefused("unknown_json")
    try:
        content = json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise FileRefused("deep", most=MOST_LEVELS_DEEP) from None
    except ValueError:
        raise FileRefused("not_json") from None
    depth = 0
    # Only now: the text is whole, so that every quote has its other half.
    for bracket in _NOT_BRACKETS.sub("", _STRINGS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MOST_LEVELS_DEEP:
            raise FileRefused("deep", most=MOST_LEVELS_DEEP)
    return content


def delimiter_of(text: str) -> str:
    """Return what keeps the columns apart, judged by the first line."""
    head = text[: CSV_BYTES if "\n" not in text else text.index("\n")]
    return max(_DELIMITERS, key=head.count)


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _looks_like_json(data: bytes) -> bool:
    return data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def _json(text: str) -> Upload:
    content = parsed_json(text)
    if isinstance(content, dict) and content.get("resourceType") == "Bundle":
        return Upload("fhir", {"fhir.json": text})
    if not isinstance(content, dict) or not isinstance(content.get("schema_version"), int):
        raise FileRefused("unknown_json")
    return Upload("json", {"diary.json": text})


def _archive(data: bytes) -> Upload:
    if len(data) > JSON_BYTES:
        raise FileRefused("large", megabytes=JSON_BYTES // 1024 // 1024)
    if data.count(DIRECTORY_MARK) > 2 * MOST_MEMBERS:  # the library reads the whole list of files as it opens
        raise FileRefused("not_our_zip")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = [member for member in archive.infolist() if member.filename in WANTED_MEMBERS]
        if len(archive.infolist()) > MOST_MEMBERS or len({member.filename for member in names}) < len(names):
            raise FileRefused("not_our_zip")
        found = {member.filename: member for member in names}
        if "diary.json" in found:
            return _json(decoded(_member(archive, found["diary.json"], JSON_BYTES), JSON_BYTES))
        texts = {
            name: decoded(_member(archive, found[name], CSV_BYTES))
            for name in WANTED_MEMBERS[1:]
            if name in found
        }
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError, OSError):
        raise FileRefused("not_our_zip") from None
    if "nights.csv" not in texts:
        raise FileRefused("not_our_zip")
    return Upload("csv", texts)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """Return one file of an archive, at most one byte more than the limit: enough to be refused for it.

    Raises FileRefused for a file that is packed in a way that neither we nor common programs pack.
    """
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileRefused("not_our_zip")
    with archive.open(member) as file:
        return file.read(most + 1)


def _csv(texts: Sequence[str]) -> Upload:
    found: dict[str, str] = {}
    for text in texts:
        name = _name_of(text)
        if name in found or (name == "table" and len(texts) > 1):
            raise FileRefused("files_do_not_fit")
        found[name] = text
    if "table" in found:
        return Upload("table", found)
    if "nights.csv" not in found:
        raise FileRefused("nights_missing")
    return Upload("csv", found)


def _name_of(text: str) -> str:
    """Return which of our files a CSV text is, or `table` for a foreign one."""
    first = read_table(text[: text.find("\n") + 1] or text, delimiter_of(text)).header
    names = set(first)
    if {"date", "outcome"} <= names:
        return "nights.csv"
    if {"date", "location", "remedies"} <= names:
        return "episodes.csv"
    return "own_habits.csv" if {"key", "label", "kind", "levels"} <= names else "table"
