"""The texts of the source, collected without gettext's own tools, and the catalogues."""

from io import BytesIO
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None, "ngettext_lazy": (1, 2), "gettext_noop": None, "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3), "translate": None,
}  # fmt: skip


def texts_of_the_source():
    """Return {(text, plural or None, context or None)} of every marked text."""
    found = set()
    for folder, pattern in (
        ("templates", "*.html"),
        ("templates", "*.txt"),
        ("episodes", "*.py"),
        ("crampdiary", "*.py"),
    ):
        for path in (ROOT / folder).rglob(pattern):
            if "migrations" in path.parts:
                continue
            source = path.read_text(encoding="utf-8")
            if folder == "templates":
                source = "\n".join(line.strip() for line in templatize(source).splitlines())
            for _line, message, _comments, context in extract(
                "python", BytesIO(source.encode()), KEYWORDS, options={"encoding": "utf-8"}
            ):
                text, plural = message if isinstance(message, tuple) else (message, None)
                if text:
                    found.add((text, plural, context))
    return found


def po_path(language):
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def catalogue(language):
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language)
