"""The pages work in every browser that README.md promises: nothing newer is used without something to fall back on.

The versions are those of MDN's browser-compat-data, of November 2026.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))

# What is newer than one of these, and how it looks. A rule inside @supports asks first, so it may.
NEWER_IN_STYLES = {
    "nesting (Chrome 120, Safari 17.2)": r"(?m)^\s*&|\{\s*&",
    "@starting-style (Firefox 129, Safari 17.5)": r"@starting-style",
    "@scope (Firefox 146, Safari 17.4)": r"@scope\b",
    "@position-try (Chrome 125)": r"@position-try",
    "@view-transition (Chrome 126, Safari 18.2)": r"@view-transition",
    "light-dark() (Chrome 123, Safari 17.5)": r"\blight-dark\(",
    "relative colours (Chrome 119, Safari 18)": r"\((?:in \w+ )?from (?:var|#|rgb)",
    "calc-size(), interpolate-size (Chrome 129)": r"calc-size\(|interpolate-size",
    "field-sizing (Chrome 123, Safari 26.2)": r"field-sizing",
    "anchors (Chrome 125, Safari 26)": r"anchor-name|position-anchor|position-area|\banchor\(",
    "round(), mod(), rem() (Chrome 125)": r":[^;{}]*\b(?:round|mod|rem)\(",
    "transition-behavior, allow-discrete (Firefox 129, Safari 17.4)": r"transition-behavior|allow-discrete",
    "content-visibility (Safari 18)": r"content-visibility",
    "scroll animations (Chrome 115, no Firefox)": r"animation-timeline|scroll-timeline|view-timeline",
    "scrollbar-width, scrollbar-gutter (Safari 18.2)": r"scrollbar-(?:width|gutter|color)",
    ":popover-open (Safari 17)": r":popover-open",
    ":user-valid, :user-invalid (Chrome 119, Safari 16.5)": r":user-(?:valid|invalid)",
    ":state() (Safari 17.4)": r":state\(",
    ":open (Chrome 133)": r":open\b",
    "if() (Chrome 137)": r":[^;{}]*\bif\(",
    "style queries (Firefox 151)": r"@container[^{]*\bstyle\(",
}
NEWER_IN_SCRIPTS = {
    "popovers (Safari 17)": r"\b(?:showPopover|hidePopover|togglePopover|popover)\b",
    "Array.fromAsync (Chrome 121)": r"\bArray\.fromAsync\b",
    "groupBy (Safari 17.4)": r"\bgroupBy\(",
    "Promise.withResolvers (Chrome 119, Safari 17.4)": r"\bwithResolvers\b",
    "Promise.try (Chrome 128)": r"\bPromise\.try\b",
    "methods of sets (Chrome 122, Safari 17)": r"\.(?:isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference|union|intersection|difference)\(",
    "helpers of iterators (Chrome 122, Safari 18.4)": r"\.(?:values|keys|entries)\(\)\.(?:map|filter|take|drop|toArray|some|every|find|reduce)\(",
    "RegExp.escape, v flag (Safari 17)": r"RegExp\.escape|/[gimsuy]*v[gimsuy]*[;,.)]",
    "view transitions (Firefox 144, Safari 18)": r"startViewTransition",
    "Temporal (Chrome 144)": r"\bTemporal\.",
    "getOrInsert (Chrome 145)": r"\bgetOrInsert",
    "AbortSignal.any (Safari 17.4)": r"AbortSignal\.any\b",
    "URL.parse (Chrome 126, Safari 18)": r"\bURL\.parse\(",
    "setHTMLUnsafe, parseHTMLUnsafe (Chrome 124)": r"\b(?:setHTML|parseHTML)\w*\(",
    "checkVisibility (Safari 17.4)": r"\.checkVisibility\(",
    "toBase64, fromHex of bytes (Chrome 140)": r"\.(?:toBase64|fromBase64|toHex|fromHex)\(",
    "requestIdleCallback (no Safari)": r"\brequestIdleCallback\b",
    "scheduler (no Safari)": r"\bscheduler\.",
    ":has() in a script: a browser without it stops at the whole script": r":has\(",
}


def without_comments(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    return re.sub(r"(?<!:)//.*$", "", text, flags=re.MULTILINE) if path.suffix == ".js" else text


def without_supports(text):
    """Return a style sheet without what stands inside @supports, whose braces are counted."""
    while (start := text.find("@supports")) >= 0:
        end, depth = text.index("{", start) + 1, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        text = text[:start] + text[end:]
    return text


def newer(text, features):
    return [name for name, looks in features.items() if re.search(looks, text)]


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_uses_nothing_newer_than_the_promised_browsers(path):
    assert newer(without_supports(without_comments(path)), NEWER_IN_STYLES) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_uses_nothing_newer_than_the_promised_browsers(path):
    assert newer(without_comments(path), NEWER_IN_SCRIPTS) == []


def test_what_is_newer_is_found_at_all():
    assert (
        newer(without_supports("@supports (x) { a { b: light-dark(c, d) } } p { top: 0 }"), NEWER_IN_STYLES)
        == []
    )
    assert len(newer("a { & b { color: light-dark(red, blue) } }", NEWER_IN_STYLES)) == 2
    assert len(newer("card.querySelector('a:has(b)'); x.groupBy(y)", NEWER_IN_SCRIPTS)) == 2


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_mixed_colour_has_a_plain_one_before_it(path):
    """A browser that cannot mix drops the line; a drawing without a colour is black."""
    bare = []
    for block in re.findall(r"\{([^{}]*)\}", without_comments(path)):
        lines = [line.strip() for line in block.split(";") if line.strip()]
        for before, line in zip(["", *lines], lines, strict=False):
            name = line.partition(":")[0]
            if "color-mix(" in line and not (before.startswith(f"{name}:") and "color-mix(" not in before):
                bare.append(line)

    assert bare == []


def test_every_ring_of_a_box_is_also_drawn_where_an_arrow_key_sets_plain_focus():
    """WebKit moves the focus to the next radio button without :focus-visible."""
    text = without_comments(ROOT / "static" / "css" / "site.css")
    drawn = set(re.findall(r"(\S+ > input):focus-visible \+", text))
    plain = set(re.findall(r"(\S+ > input):focus \+", text))

    assert drawn
    assert drawn - plain == set()


def test_no_field_is_of_a_kind_that_a_promised_browser_shows_as_plain_text():
    """Firefox and Safari on a desk have no field for a month or a week: whatever is typed there is taken."""
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "episodes").rglob("*.py")]
    kinds = re.compile(r"""type["']?\s*[=:]\s*["'](month|week)["']""")

    assert [path.name for path in pages if kinds.search(path.read_text())] == []


@pytest.mark.parametrize("name", ["README.md", "docs/accessibility.md"])
def test_the_promised_browsers_are_named(name):
    text = " ".join((ROOT / name).read_text().split())
    assert "Firefox 128, Safari and iOS 16.4, Chrome and Edge 118" in text
