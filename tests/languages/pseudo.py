"""A language for tests alone: every text in brackets, half as long again, and the page from right to left."""

import re
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.conf import settings
from django.test.utils import override_settings
from django.utils import translation
from django.utils.translation import trans_real

from tests.languages.catalogue import texts_of_the_source

CODE = "ar"  # a language that Django itself writes from right to left
OPEN, CLOSE = "⟦", "⟧"
WORDS = re.compile(r"[A-Za-z]{4,}")
HOLE = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]*>|&\w+;|TIME|NUMBER|EVENING|MORNING)")


def pseudo(text):
    """Return the text in brackets, its longer words stretched, its holes and tags as they are."""
    parts = [
        part if HOLE.fullmatch(part) else WORDS.sub(lambda word: word.group(0) + word.group(0)[-2:], part)
        for part in HOLE.split(text)
    ]
    start, end = ("\n" if text.startswith("\n") else ""), ("\n" if text.endswith("\n") else "")
    return f"{start}{OPEN}{''.join(parts).strip(chr(10))}{CLOSE}{end}"


@contextmanager
def pseudo_language(folder: Path):
    """Run the block with the language installed; its catalogue lies in `folder`."""
    catalogue = Catalog(locale="en")
    for text, plural, context in sorted(texts_of_the_source(), key=repr):
        message = (text, plural) if plural else text
        catalogue.add(message, tuple(map(pseudo, message)) if plural else pseudo(text), context=context)
    target = folder / CODE / "LC_MESSAGES"
    target.mkdir(parents=True, exist_ok=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    (target / "django.mo").write_bytes(compiled.getvalue())
    languages = [*settings.LANGUAGES, (CODE, "Pseudo")]
    with override_settings(LANGUAGES=languages, LOCALE_PATHS=[*settings.LOCALE_PATHS, folder]):
        forget()
        try:
            yield
        finally:
            forget()


def forget():
    """Let the next text read the catalogues again."""
    trans_real._translations = {}
    trans_real._default = None
    for name in ("get_languages", "get_supported_language_variant", "check_for_language"):
        cached = getattr(trans_real, name)
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()
    translation.activate(settings.LANGUAGE_CODE)
