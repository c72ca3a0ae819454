"""The shape of the house (docs/architecture.md), read from the source with ast."""

import ast
import re
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EPISODES = ROOT / "episodes"

LONGEST_FILE = 500
LONGEST_FUNCTION = 60
MAX_TEMPLATE_LINE = 160
# Tests read these in the source of the page, where a line break would show.
MAY_HAVE_LONG_LINES = {
    "experiments/_verdict.html", "experiments/result.html", "learn/_sources.html", "remedies/_cautions.html",
    "report/_nights.html", "report/_places.html",
}  # fmt: skip

# Features: a folder for each part of the site. They never import one another.
FEATURES = {
    "accounts", "api", "diary", "exchange", "experiments", "habits", "learn", "profile", "remedies", "reminders",
    "report", "review", "sharing", "trends",
}  # fmt: skip
PURE = {"article", "questions", "stats", "charts", "exchange/formats"}
CORE = {"article", "questions", "stats", "charts", "models", "audit", "nights", "diaries", "web"}
MAY_IMPORT = {
    "article": set(),
    "questions": {"article"},
    "stats": set(),
    "charts": {"stats"},
    "models": {"stats", "questions", "article"},
    "migrations": {"models", "questions", "article"},
    "audit": {"models"},
    "nights": {"models", "stats", "questions", "article"},
    "diaries": {"nights", "models", "stats", "questions", "article"},
    "web": {"audit", "models", "questions"},
    "templatetags": {"charts", "stats", "questions", "article"},
    **dict.fromkeys(FEATURES, CORE),
    "api": CORE | {"exchange"},  # the same files as the export page, for programs
    # At the top, beside the URLs: they start things and hold no rule.
    "operations": CORE | FEATURES,
    "management": CORE | FEATURES | {"operations"},
    "apps": CORE | FEATURES,
}
CLOCKS = {"now", "today", "utcnow", "localtime", "localdate", "time_ns", "monotonic", "perf_counter"}


@cache
def tree_of(path):
    return ast.parse(path.read_text(), filename=str(path))


def name_of(path):
    return str(path.relative_to(ROOT))


def python_files(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


SOURCES = python_files("episodes", "crampdiary")
EVERYTHING = [*SOURCES, *python_files("tests", "benchmarks"), ROOT / "manage.py"]


def part_of(path):
    """Return the first name below episodes/: a folder, or a module such as apps."""
    return path.relative_to(EPISODES).with_suffix("").parts[0]


def imported_modules(path):
    """Yield every module a file imports, also inside functions; `from a import b` gives a and a.b."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports relatively"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parts_imported(path):
    return {module.split(".")[1] for module in imported_modules(path) if module.startswith("episodes.")}


def attributes_used(path):
    return {(node.attr, node.lineno) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)}


def test_every_part_of_the_house_has_a_row():
    parts = {part_of(path) for path in SOURCES if path.is_relative_to(EPISODES)} - {"__init__"}

    assert parts <= set(MAY_IMPORT)


@pytest.mark.parametrize("part", sorted(MAY_IMPORT))
def test_imports_go_down_only(part):
    wrong = {
        f"{name_of(path)} imports {imported}"
        for path in SOURCES
        if path.is_relative_to(EPISODES) and part_of(path) == part
        for imported in parts_imported(path) - MAY_IMPORT[part] - {part}
    }

    assert not wrong


def test_nothing_imports_the_project():
    wrong = {
        f"{name_of(path)} imports {module}"
        for path in SOURCES
        if path.is_relative_to(EPISODES)
        for module in imported_modules(path)
        if module.split(".")[0] == "crampdiary"
    }

    assert not wrong


@pytest.mark.parametrize("part", sorted(PURE))
def test_pure_parts_use_the_standard_library_alone(part):
    outside = {"sqlite3", "os", "time", "socket", "urllib", "subprocess"}
    allowed = {"episodes"} | sys.stdlib_module_names - outside
    if part == "stats":
        allowed = allowed | {"numpy"}
    wrong = {
        f"{name_of(path)} imports {module}"
        for path in python_files(f"episodes/{part}")
        for module in imported_modules(path)
        if module.split(".")[0] not in allowed
    }

    assert not wrong


@pytest.mark.parametrize("part", sorted(PURE))
def test_pure_parts_never_look_at_the_clock(part):
    wrong = {
        f"{name_of(path)}:{line} .{attribute}"
        for path in python_files(f"episodes/{part}")
        for attribute, line in attributes_used(path)
        if attribute in CLOCKS
    }

    assert not wrong


def test_rows_without_an_actor_stay_inside_the_models():
    models = EPISODES / "models"
    wrong = {
        f"{name_of(path)}:{node.lineno} {ast.unparse(node)}"
        for path in SOURCES
        if not path.is_relative_to(models)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and reaches_every_row(node)
    }

    assert not wrong


def reaches_every_row(node):
    """Return whether this is a model's unguarded manager; `self.rows` of a form is something else."""
    if node.attr in {"_base_manager", "_default_manager"}:
        return True
    base = ast.unparse(node.value)
    return node.attr == "rows" and (base[0].isupper() or "model" in base.lower() or base == "cls")


@pytest.mark.parametrize("code", ["Night.rows", "self.model.rows", "type(model).rows", "x._base_manager"])
def test_the_reader_of_rows_sees_them(code):
    assert reaches_every_row(ast.parse(code).body[0].value)


def test_nothing_happens_by_signal():
    signals = {"receiver", "pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"}
    wrong = {
        f"{name_of(path)} imports {module}"
        for path in SOURCES
        for module in imported_modules(path)
        if module.startswith("django") and module.split(".")[-1] in signals
    }

    assert not wrong


def test_models_do_not_override_save():
    wrong = {
        f"{name_of(path)}:{node.lineno}"
        for path in python_files("episodes/models")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef) and node.name == "save"
    }

    assert not wrong


def test_files_fit_in_the_head():
    written = [path for path in EVERYTHING if "migrations" not in path.parts]
    lines = {name_of(path): len(path.read_text().splitlines()) for path in written}
    wrong = {f"{name} has {number} lines" for name, number in lines.items() if number > LONGEST_FILE}

    assert not wrong


def test_functions_fit_on_a_screen():
    wrong = {
        f"{name_of(path)}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in SOURCES
        if "migrations" not in path.parts
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    }

    assert not wrong


def test_functions_outside_tests_have_type_hints():
    wrong = {
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in SOURCES
        if "migrations" not in path.parts
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
        and node.returns is None
        and "no-untyped-def" not in _line(path, node)
    }

    assert not wrong


def _line(path, node):
    return path.read_text().splitlines()[node.lineno - 1]


def test_nothing_is_left_for_later():
    left = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b|NotImplemented[E]rror|mark\.(?:sk[i]p|xf[a]il)")
    wrong = {name_of(path) for path in EVERYTHING if left.search(path.read_text())}

    assert not wrong


def test_no_line_of_a_template_is_too_long():
    wrong = [
        f"{name_of(path)}:{number}"
        for path in (ROOT / "templates").rglob("*.html")
        if str(path.relative_to(ROOT / "templates")) not in MAY_HAVE_LONG_LINES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > MAX_TEMPLATE_LINE
    ]
    assert not wrong


def test_templates_obey_the_strict_content_policy():
    forbidden = re.compile(
        r"""\sstyle\s*=|<style\b|<script(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*["']|javascript:""", re.IGNORECASE
    )
    wrong = {
        f"{name_of(path)}: {match.group().strip()}"
        for path in (ROOT / "templates").rglob("*.*")
        if path.suffix in {".html", ".svg"}
        for match in [forbidden.search(path.read_text())]
        if match
    }

    assert not wrong
