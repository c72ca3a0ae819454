"""What the code has, the documentation names: every field, route, variable and statistic."""

import ast
import io
import re
import subprocess
import tokenize
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from episodes.models import AuditEvent
from episodes.questions import choices

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
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


@pytest.mark.parametrize(
    "model", list(apps.get_app_config("episodes").get_models()), ids=lambda model: model.__name__
)
def test_every_row_of_the_data_dictionary_is_one_stored_field(model):
    """Each field once, and none that the model has no longer."""
    section = section_of(model.__name__, words_of(DOCS / "data-dictionary.md"))
    rows = [word for cells in rows_of(section) for word in re.findall(r"`(\w+)`", cells[0])]
    stored = {field.name for field in model._meta.local_fields}

    assert sorted(rows) == sorted(set(rows))
    assert set(rows) - stored == set()
    assert stored - set(rows) == set()


# The lists of the dictionary that have another name in the code, or stand there as numbers.
LISTS = {
    "yes/no/unsure": "YES_NO_UNSURE", "warning sign": "LEG_WARNING_SIGN", "sitting posture": "SITTING_POSTURE",
}  # fmt: skip


def test_every_word_list_of_the_data_dictionary_is_the_one_of_the_code():
    lists = rows_of(section_of("Word lists", words_of(DOCS / "data-dictionary.md")))[1:]
    assert len(lists) > 15
    for name, words in lists:
        stored = choices.values(getattr(choices, LISTS.get(name, name.upper().replace(" ", "_"))))
        listed = re.findall(r"`(\w+)`", words)
        assert sorted(listed) == sorted(stored), name


def test_every_act_that_a_patient_is_shown_stands_in_the_data_dictionary():
    shown = set(re.findall(r'look\.what == "(\w+)"', words_of(ROOT / "templates/sharing/_looks.html"))) - {
        "refused"
    }
    section = section_of("AuditEvent", words_of(DOCS / "data-dictionary.md"))
    row = next(cells for cells in rows_of(section) if cells[0] == "`action`")
    assert len(shown) > 10
    assert shown - set(re.findall(r"`(\w+)`", row[2])) == set()


def test_the_acts_of_the_data_dictionary_are_those_of_the_code():
    section = section_of("AuditEvent", words_of(DOCS / "data-dictionary.md"))
    row = next(cells for cells in rows_of(section) if cells[0] == "`action`")
    assert sorted(re.findall(r"`(\w+)`", row[2])) == sorted(AuditEvent.Action.values)


def cells_of(line):
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]


def tables_of(text):
    """Return the tables of a page, each as a list of rows of cells, headings first, without the line of dashes."""
    tables, inside = [], False
    for line in without_code(text).splitlines():
        if not line.lstrip().startswith("|"):
            inside = False
            continue
        if not inside:
            tables.append([])
        inside = True
        if not re.fullmatch(r"[\s|:-]+", line):
            tables[-1].append(cells_of(line))
    return tables


def rows_of(text):
    return [row for table in tables_of(text) for row in table]


def without_code(text):
    return re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)


def paragraphs_of(text):
    """Return the text of a page in blocks, without tables, code and headings."""
    blocks = re.split(r"\n\s*\n|\n(?= *(?:- |\d+\. ))", without_code(text))
    return [
        block
        for block in blocks
        if block.strip() and not any(line.lstrip()[:1] in "|#" for line in block.splitlines())
    ]


def sentences_of(text):
    for block in paragraphs_of(text):
        for sentence in re.split(r"(?<=[.:?!])\s+", " ".join(block.split())):
            if len(sentence) >= 40:
                yield sentence


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_nothing_stands_twice_on_a_page(path):
    text = words_of(path)
    # An empty first cell goes on with the row above; a number in the second is a result, and the first may come again.
    firsts = [
        [tuple(row[:2]) for row in table if row[0] and not re.fullmatch(r"[\d.,]+", row[1])]
        for table in tables_of(text)
    ]
    doubles = [name for names in firsts for name, count in Counter(names).items() if count > 1]
    doubles += [sentence for sentence, count in Counter(sentences_of(text)).items() if count > 1]

    assert doubles == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_table_or_passage_of_a_page_is_mangled(path):
    text = words_of(path)
    uneven = [row for table in tables_of(text) for row in table if len(row) != len(table[0])]
    torn = [block for block in paragraphs_of(text) if block.count("`") % 2]
    torn += [row for row in rows_of(text) if any(cell.count("`") % 2 for cell in row)]
    stuck = re.findall(r"^\|.*\n##? .*$", text, re.MULTILINE)  # a heading right below a table

    assert uneven + torn + stuck == []


# Folders of a first name, and names of files that somebody makes or that another program has.
TOP = "crampdiary|episodes|templates|static|tests|docs|ops|benchmarks|tools|locale|requirements"
NOT_OURS = {
    "benchmarks/latest.json", "benchmarks/scale/latest.md", "benchmarks/data", "docs/page.md", "postgresql.service",
    "report.html",
}  # fmt: skip
NAMED_FILE = re.compile(
    rf"(?<![\w./<{{%*-])(?:(?:{TOP})/[\w./-]*\w|[\w-]+(?:/[\w-]+)*\.(?:css|js|html|md|py|sh|sql|service|socket))(?![\w/*<{{(-]|\.\*)"
)


@cache
def files():
    """Return the paths of the project's own files, and every folder of them."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    paths = {Path(line) for line in listed.stdout.splitlines()}
    return {str(path) for each in paths for path in (each, *each.parents)}


def is_there(name):
    """Return whether `name` is a file or folder, by its whole path or by how its path ends."""
    if re.match(rf"({TOP})/", name):
        return name.rstrip("/.") in files()
    return any(path == name or path.endswith(f"/{name}") for path in files())


def comments_of(path):
    """Return what a file says to people: all of a page, else comments and docstrings."""
    text = path.read_text()
    if path.suffix == ".css":
        return "\n".join(re.findall(r"/\*.*?\*/", text, re.DOTALL))
    if path.suffix == ".js":
        return "\n".join(re.findall(r"/\*.*?\*/|(?<!:)//.*$", text, re.DOTALL | re.MULTILINE))
    if path.suffix == ".html":
        return "\n".join(re.findall(r"{#.*?#}|{% comment %}.*?{% endcomment %}", text, re.DOTALL))
    if path.suffix == ".py":
        said = [
            token.string
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.COMMENT
        ]
        nodes = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        said += [
            ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, nodes)
        ]
        return "\n".join(said)
    return text


SPEAKING = [
    *PAGES,
    *(
        path
        for folder, ending in (
            ("crampdiary", "py"), ("episodes", "py"), ("tests", "py"), ("benchmarks", "py"), ("tools", "py"),
            ("static/css", "css"), ("static/js", "js"), ("templates", "html"), ("ops", "*"),
        )
        for path in sorted((ROOT / folder).rglob(f"*.{ending}"))
    ),
    ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / ".env.example",
]  # fmt: skip


def test_every_file_that_is_named_to_people_exists():
    dead = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in SPEAKING
        for name in NAMED_FILE.findall(re.sub(r"https?://\S+", "", comments_of(path)))
        if name not in NOT_OURS and not is_there(name)
    }

    assert sorted(dead) == []


def section_of(name, text):
    """Return the text under the heading that begins with `name`, down to the next one of its level."""
    heading = re.search(rf"^(#+) +`?{name}`?\b.*$", text, re.MULTILINE)
    if not heading:
        return ""
    rest = text[heading.end() :]
    following = re.search(rf"^#{{1,{len(heading.group(1))}}} ", rest, re.MULTILINE)
    return rest[: following.start()] if following else rest


def test_every_route_of_ours_stands_in_the_docs():
    from episodes.web.audience import routes

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
