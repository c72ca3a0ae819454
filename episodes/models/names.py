"""How names and passwords are written and compared, the same on every keyboard, system and database."""

from __future__ import annotations

import unicodedata


def one_spelling(text: str) -> str:
    """Return the text in the one spelling that is kept: one system types an umlaut as two signs, another as one."""
    return unicodedata.normalize("NFKC", text)


def folded(name: str) -> str:
    """Return what two spellings of one user name or e-mail have in common, capital letters apart."""
    return one_spelling(one_spelling(name).casefold())


# Letters that show nothing: what a name of them alone says nobody sees.
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"
_JOINERS = "\u200c\u200d"
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def is_plain(name: str) -> bool:
    """Return whether a name is one line in which nothing unseen turns, breaks or hides what others read."""
    return all(_is_seen(name, place) for place in range(len(name)))


def says_something(name: str) -> bool:
    """Return whether a name shows at least one letter or digit."""
    return any(sign.isalnum() and sign not in _BLANK_LETTERS for sign in name)


def _is_seen(name: str, place: int) -> bool:
    sign = name[place]
    if sign in _JOINERS:  # needed in Arabic, Persian and Indian scripts and between the parts of a picture
        return 0 < place < len(name) - 1 and all(
            ord(other) >= 0x600 for other in (name[place - 1], name[place + 1])
        )
    is_new_picture = 0x1F000 <= ord(sign) < 0x1FB00  # this Python may be older than the phone
    return is_new_picture or (unicodedata.category(sign) not in _UNSEEN and sign not in _BLANK_LETTERS)
