"""How names and passwords are written and compared, the same on every keyboard, system and database."""

from __future__ import annotations

import unicodedata


def one_spelling(text: str) -> str:
    """Return the text in the one spelling that is kept: one system types an umlaut as two signs, another as one."""
    return unicodedata.normalize("NFKC", text)


def folded(name: str) -> str:
    """Return what two spellings of one user name or e-mail have in common, capital letters apart."""
    return one_spelling(one_spelling(name).casefold())
