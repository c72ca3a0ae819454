"""No page prints a text that nobody can translate: in the pseudo-language every text stands in brackets."""

import html
import re

import pytest
from django.utils import timezone

from episodes.stats.nights import last_night
from tests.browser.test_every_page import PATIENT_PAGES, PUBLIC_PAGES
from tests.diaries import write_nights
from tests.languages.pseudo import CLOSE, CODE, OPEN, pseudo_language

# Published sources, place names and keys are names; what is drawn says its words in its title.
SILENT = re.compile(
    r"<(script|style)\b.*?</\1>|<!--.*?-->|<a [^>]*rel=\"noopener[^>]*>.*?</a>|<cite>.*?</cite>|<code.*?</code>"
    r"|<option value=\"[A-Z]\w+[^>]*>.*?</option>",
    re.DOTALL,
)
SAID = re.compile(r'\b(?:aria-label|placeholder|title|alt)="([^"]+)"')
WORD = re.compile(r"[A-Za-z]{3,}")
# Names, codes and units that are the same in every language.
NAMES = re.compile(
    r"Crampdiary|English|Français|Deutsch|Español|Pseudo|UTC|PDF|CSV|JSON|FHIR|Letter|Europe/\w+|[\w.]+@example\.org|localhost|https?://\S+|Dr Ben|Ada|Ben|[0-9A-Z]{10}|Mill Road|Next visit|\d+ (?:ml|min|h)\b"
)


@pytest.fixture
def pseudo(tmp_path):
    with pseudo_language(tmp_path):
        yield


BLOCK_ENDS = re.compile(r"</(?:p|li|td|th|dd|dt|div|section|h\d|summary|caption|button|label|option|legend)>")


def unmarked(page):
    """Return the texts of a page that stand outside the brackets.

    A text may run over inline elements, never over the end of a block.
    """
    text = SILENT.sub(" ", page)
    found = []
    for block in [*BLOCK_ENDS.split(text), *SAID.findall(text)]:
        depth, outside = 0, ""
        for letter in html.unescape(re.sub(r"<[^>]+>", " ", block)):
            depth += (letter == OPEN) - (letter == CLOSE)
            if depth < 0:
                depth, outside = 0, ""  # its beginning stands in the block before
            elif depth == 0 and letter != CLOSE:
                outside += letter
        if WORD.search(NAMES.sub(" ", outside)):
            found.append(" ".join(outside.split()))
    return found


def test_the_check_sees_what_is_not_marked():
    assert unmarked(f"<p>{OPEN}said{CLOSE}</p><p>left out</p>") == ["left out"]


def unmarked_pages(client, paths):
    found = {}
    for path in paths:
        page = client.get(path, headers={"accept-language": CODE}, follow=True).content.decode()
        assert re.search(rf'<html lang="{CODE}"[^>]* dir="rtl"', page), path
        if texts := sorted(set(unmarked(page))):
            found[path] = texts[:8]
    return found


def test_every_text_of_a_patients_pages_is_marked(pseudo, ada, ben, clients):
    write_nights(ada, 60)
    ada.language = CODE
    ada.save()
    date = last_night(timezone.now(), ada.zone)
    paths = [*(path.format(date=date) for path in PATIENT_PAGES), "/now/", "/offline/", "/offline/night/"]
    assert unmarked_pages(clients.ada, paths) == {}


def test_every_text_for_people_who_are_not_logged_in_is_marked(pseudo, clients):
    assert unmarked_pages(clients.nobody, [*PUBLIC_PAGES, "/now/"]) == {}


def test_every_text_of_a_clinicians_pages_is_marked(pseudo, ada, ben, clients):
    write_nights(ada, 60)
    ben.language = CODE
    ben.save()
    paths = ["/admin/", f"/admin/patients/{ada.pk}/", "/sharing/invitations/", f"/report/patients/{ada.pk}/"]
    assert unmarked_pages(clients.ben, paths) == {}
