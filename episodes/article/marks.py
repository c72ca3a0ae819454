"""The translation mark for pure data: the text stays English here and is translated where it is printed."""

from __future__ import annotations


def gettext_noop(text: str) -> str:
    """Return `text` unchanged; the name tells the message collector to put it into the catalogues."""
    return text
