"""What the code has, the documentation names: every field, route, variable and statistic."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SETTINGS_READERS = [
    ROOT / "crampdiary" / "settings.py",
    ROOT / "episodes" / "management" / "commands" / "serve.py",
]
# Theirs are documented where they come from.
LIBRARY_ROUTES = re.compile(r"^(account_|usersessions_|mfa_|socialaccount_|admin:)")


@cache
def words_of(path):
    return path.read_text() if path.exists() else ""


@cache
def every_page():
    pages = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    return "\n".join(words_of(page) for page in pages)


def is_named(word, text):
    return re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", text) is not None


@pytest.mark.parametrize(
    "model", list(apps.get_app_config("episodes").get_models()), ids=lambda model: model.__name__
)
def test_every_stored_field_stands_in_the_data_dictionary(model):
    section = section_of(model.__name__, words_of(DOCS / "data-dictionary.md"))
    missing = [field.name for field in model._meta.local_fields if not is_named(field.name, section)]

    assert section, f"docs/data-dictionary.md has no heading for {model.__name__}"
    assert missing == []


def section_of(name, text):
    """Return the text under the heading that begins with `name`, down to the next one of its level."""
    heading = re.search(rf"^(#+) +`?{name}`?\b.*$", text, re.MULTILINE)
    if not heading:
        return ""
    rest = text[heading.end() :]
    following = re.search(rf"^#{{1,{len(heading.group(1))}}} ", rest, re.MULTILINE)
    return rest[: following.start()] if following else rest


def test_every_route_of_ours_stands_in_the_docs():
    from episodes.middleware.audience import routes

    names = {name for name, _route in routes() if name and not LIBRARY_ROUTES.match(name)}
    missing = sorted(name for name in names if not is_named(name, every_page()))

    assert missing == []


def variables_read():
    """Return every environment variable that the settings and the server command read."""
    found = set()
    for path in SETTINGS_READERS:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = ast.unparse(node.func)
                if called.startswith(
                    ("env.", "os.environ.get", "_boolean", "_whole_number", "_database_url", "_text", "_file")
                ):
                    found.add(node.args[0].value)
    return sorted(name for name in found if isinstance(name, str) and name.isupper())


def test_variables_are_found_at_all():
    assert {"DATABASE_URL", "SECRET_KEY", "BASE_URL", "PORT"} <= set(variables_read())


def test_every_variable_stands_in_the_example_file():
    example = words_of(ROOT / ".env.example")

    assert [name for name in variables_read() if not re.search(rf"^#?{name}=", example, re.MULTILINE)] == []


def test_every_variable_stands_in_the_docs():
    pages = every_page()

    assert [name for name in variables_read() if not is_named(name, pages)] == []


def test_the_example_file_names_no_variable_that_nobody_reads():
    named = set(re.findall(r"^#?([A-Z_]+)=", words_of(ROOT / ".env.example"), re.MULTILINE))

    assert named - set(variables_read()) == set()


def references():
    """Yield (file, docs/page.md#anchor) for every mention of a page of the docs in the source."""
    for path in sorted((ROOT / "episodes").rglob("*.py")):
        for reference in re.findall(r"docs/[\w/.-]+\.md(?:#[\w-]+)?", path.read_text()):
            yield path, reference


def anchors_of(text):
    headings = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a (?:id|name)="([\w-]+)"', text))


def test_every_page_that_the_source_refers_to_exists():
    broken = set()
    for path, reference in references():
        page, _hash, anchor = reference.partition("#")
        text = words_of(ROOT / page)
        if not text or (anchor and anchor not in anchors_of(text)):
            broken.add(f"{path.relative_to(ROOT)}: {reference}")

    assert sorted(broken) == []


def test_every_command_of_the_makefile_is_documented():
    phony = re.search(r"^\.PHONY: (.+)$", words_of(ROOT / "Makefile"), re.MULTILINE).group(1).split()
    promised = {"run", "demo", "test", "bench", "lint", "vendor", "lock"}
    pages = every_page() + words_of(ROOT / "CONTRIBUTING.md")

    assert promised <= set(phony)
    assert [name for name in sorted(promised) if f"make {name}" not in pages] == []
