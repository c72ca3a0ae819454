"""Every language says everything, and what is compiled is what is written."""

import re
from collections import Counter
from gettext import GNUTranslations
from io import BytesIO

import pytest
from babel.messages.mofile import write_mo

from tests.languages.catalogue import LANGUAGES, catalogue, po_path, texts_of_the_source

HOLE = re.compile(r"%\((?P<name>\w+)\)[sd]|%[sd]|\{\w*\}|</?\w+[^>]*>|&\w+;|TIME|NUMBER|EVENING|MORNING")


def holes(text):
    return Counter(match.group(0) for match in HOLE.finditer(text))


def texts_in(one):
    """Return {(text, plural, context): translation or translations} of a catalogue."""
    return {
        (
            *(message.id if isinstance(message.id, tuple) else (message.id, None)),
            message.context,
        ): message.string
        for message in one
        if message.id
    }


def test_the_source_is_read():
    texts = texts_of_the_source()
    assert len(texts) > 2000
    assert ("No cramp", None, None) in texts
    assert any(plural for _text, plural, _context in texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_none_is_left_over(language):
    known = texts_in(catalogue(language))
    source = texts_of_the_source()
    assert sorted(source - set(known), key=repr) == []
    assert sorted(set(known) - source, key=repr) == []
    assert not [
        text for text, words in known.items() if not words or (isinstance(words, tuple) and not all(words))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_only_a_guess(language):
    assert not [message.id for message in catalogue(language) if message.fuzzy and message.id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_holes_and_tags_are_kept(language):
    wrong = []
    for (text, plural, _context), words in texts_in(catalogue(language)).items():
        for form in words if isinstance(words, tuple) else (words,):
            wanted = [holes(text)] + ([holes(plural)] if plural else [])
            # The singular may leave its number out: "one night".
            allowed = (
                [*wanted, *(each - Counter(["%(n)s", "%(count)s"]) for each in wanted)] if plural else wanted
            )
            if holes(form) not in allowed:
                wrong.append((text, form))
            if text.startswith("\n") != form.startswith("\n") or text.endswith("\n") != form.endswith("\n"):
                wrong.append((text, form))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language):
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    with po_path(language).with_suffix(".mo").open("rb") as file:
        stored = GNUTranslations(file)._catalog
    # The header holds the moment of compiling.
    assert {**stored, "": ""} == {**GNUTranslations(compiled)._catalog, "": ""}, "run: make messages"


FORBIDDEN = {
    "de": r"verursach|auslös|sollte|verhinder|bewiesen|signifikant",
    "es": r"\bcausa|desencaden|debería|previene|demostrad|significativ",
    "fr": r"\bcausen?t?\b|déclench|devriez|prévien|prouv|significati",
}
OWN_DATA = ("templates/trends/", "templates/charts/", "templates/diary/", "templates/experiments/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_nights_are_never_said_to_be_caused_or_proven(language):
    """Where the English text says no such thing, the translation says none either."""
    english = re.compile(r"caus|trigger|should|prevent|prove|significan", re.IGNORECASE)
    strong = re.compile(FORBIDDEN[language], re.IGNORECASE)
    found = [
        (message.id, message.string)
        for message in catalogue(language)
        if any(place.startswith(OWN_DATA) for place, _line in message.locations)
        and not english.search(str(message.id))
        and strong.search(str(message.string))
    ]
    assert found == []
