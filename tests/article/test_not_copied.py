"""Everything said about the article is said in our own words."""

import ast
from pathlib import Path

from episodes.article.sources import ARTICLE
from tests.article.article_words import article_runs, run_hashes

ROOT = Path(__file__).parents[2]
PYTHON = sorted((ROOT / "episodes").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def strings_of(path):
    """Return the string constants of a module, the article's own title left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value != ARTICLE.title
    ]


def test_the_title_of_the_article_is_recognised_as_a_copy():
    assert run_hashes(ARTICLE.title).keys() & article_runs()


def copied_from_article(texts):
    known = article_runs()
    return {run for text in texts for key, run in run_hashes(text).items() if key in known}


def test_no_text_in_the_code_copies_the_article():
    texts = [text for path in PYTHON for text in strings_of(path)]
    assert len(texts) > 500
    assert copied_from_article(texts) == set()


def test_no_template_copies_the_article():
    assert TEMPLATES
    assert copied_from_article(path.read_text(encoding="utf-8") for path in TEMPLATES) == set()
