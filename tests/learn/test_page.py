"""The page about cramps and restless legs, as anybody may open it."""

import html
import re

import pytest

from episodes.article.claims import CLAIMS
from episodes.article.contrasts import CONTRASTS
from episodes.article.red_flags import INTENDED_USE, RED_FLAGS

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(client):
    response = client.get("/learn/")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def words(document):
    """What a reader sees of the page's own part."""
    main = document[document.index("<main") : document.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


def test_anybody_may_read_the_page(client):
    assert client.get("/learn/").status_code == 200


def test_the_page_cannot_be_written_to(client):
    assert client.post("/learn/").status_code == 405


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_a_statement_stands_beside_its_studies_and_sources(document, words, claim):
    for text in (claim.text, claim.studies, claim.certainty_words):
        assert text in words
    for citation in claim.citations:
        assert citation.source in words
        assert f'href="{citation.url}"' in document


@pytest.mark.parametrize("contrast", CONTRASTS, ids=lambda contrast: contrast.question)
def test_the_contrast_shows_both_sides_and_where_evidence_disagrees(words, contrast):
    for text in (contrast.question, contrast.cramp, contrast.restless_legs, contrast.evidence):
        assert text in words


def test_getting_help_has_an_address_of_its_own_and_every_sign(document, words):
    assert 'id="get-help"' in document
    assert all(flag.text in words for flag in RED_FLAGS)
    assert "to be checked by a clinician" in words


def test_the_page_says_what_the_diary_is_for(words):
    assert all(sentence in words for sentence in INTENDED_USE)


def test_the_article_is_named_with_what_it_lacks(words):
    assert "These Are The Reasons You Get Leg Cramps At Night" in words
    assert "no author, no date and no sources" in words


WORKSHOP_WORDS = ["claims?", "factors?", "grades?", "written nights", "rls"]
WORDS_OF_BLAME = ["causes?", "triggers?", "should", "prevents?", "proven", "significant"]


@pytest.mark.parametrize("word", [*WORKSHOP_WORDS, *WORDS_OF_BLAME])
def test_words_of_workshop_and_blame_stay_off_the_page(words, word):
    assert not re.search(rf"\b{word}\b", words, re.IGNORECASE)


def test_keys_of_statements_stay_off_the_page(words):
    assert not re.search(r"\bA\d{1,2}\b", words)


def test_the_page_needs_no_style_or_script_of_its_own(document):
    main = document[document.index("<main") : document.index("</main>")]
    assert not re.search(r"\sstyle=|<script|\son[a-z]+=", main)


@pytest.mark.parametrize(("country", "number"), [("GB", "tel:999"), ("DE", "tel:116117"), ("AT", "tel:1450")])
def test_a_signed_in_reader_sees_the_number_of_their_country(client, django_user_model, country, number):
    user = django_user_model.objects.create_user("ada", password="a long pass phrase", country=country)
    client.force_login(user)
    assert f'href="{number}"' in client.get("/learn/").content.decode()


def test_a_reader_without_a_country_sees_words_instead_of_one_number(document):
    assert "tel:" not in document
