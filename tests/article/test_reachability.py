"""Every statement of the article is logged by a column, shown on a page and backed by a source."""

import pytest

from episodes.article.claims import CLAIMS
from episodes.article.sources import CITATIONS

PAGES = sorted({page for claim in CLAIMS for page in claim.shown_on})


def path_of(page):
    """Return the address at which a page is found."""
    name, _colon, key = page.partition(":")
    if page == "trends:7":
        return "/trends/factors/"
    if page == "trends:8":
        return "/trends/change/"
    return {
        "learn": "/learn/",
        "review": "/admin/",
        "entry": "/nights/2026-11-21/",
        "trends": "/trends/",
        "factor": f"/trends/factors/{key}/",
        "remedy": f"/remedies/{key}/",
        "experiment": "/experiments/check/",
    }[name]


def exists(page):
    from django.urls import Resolver404, resolve

    try:
        resolve(path_of(page))
    except Resolver404:
        return False
    return True


def test_the_article_is_covered_from_a1_to_a27():
    numbers = sorted(int(claim.id.removeprefix("A")) for claim in CLAIMS)
    assert numbers == list(range(1, 28))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_a_statement_is_logged_by_columns_that_exist(claim):
    from django.apps import apps

    assert claim.logged_by
    for name in claim.logged_by:
        model, field = name.split(".")
        assert apps.get_model("episodes", model)._meta.get_field(field).name == field


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_a_statement_has_sources_with_an_identifier(claim):
    assert claim.citation_keys
    assert all(CITATIONS[key].identifier for key in claim.citation_keys)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_a_statement_stands_on_learn_and_on_a_page_of_its_own(claim):
    assert "learn" in claim.shown_on
    assert len(claim.shown_on) > 1


@pytest.mark.parametrize("place", PAGES)
def test_a_page_that_is_promised_exists(place):
    assert exists(place)
