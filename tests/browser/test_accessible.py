"""What axe cannot see: sizes, focus, contrast of the tokens, larger text, forced colours, stillness, names."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from playwright.sync_api import expect

from episodes.stats.nights import last_night
from episodes.web.audience import declared_audience, routes
from tests.browser.test_every_page import PATIENT_PAGES, PUBLIC_PAGES, fits
from tests.browser.test_languages import CUT
from tests.conftest import log_in
from tests.diaries import set_usual_day, write_nights

CSS = settings.BASE_DIR / "static" / "css"


@pytest.fixture
def paths(ada):
    """Ada's pages, with two months of nights in them."""
    write_nights(ada, 60)
    set_usual_day(ada, activity=1)
    date = last_night(timezone.now(), ada.zone)
    return list(dict.fromkeys(path.format(date=date) for path in PATIENT_PAGES))


def walk(page, paths, script):
    """Return what a script finds, page by page, without the pages on which it finds nothing."""
    found = {}
    for path in paths:
        page.goto(path)
        if wrong := page.evaluate(script):
            found[path] = wrong[:6]
    return found


# Links inside a sentence are exempt (WCAG 2.5.8); a radio button is pressed by its label.
SMALL = """(least) => [...document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")]
  .map(one => one.matches("input[type=radio], input[type=checkbox]") ? one.closest("label") || one : one)
  .filter(one => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .filter(one => !(one.matches("a") && getComputedStyle(one).display === "inline"))
  .filter(one => !one.matches(".skip-link, .visually-hidden"))
  .map(one => [one.getBoundingClientRect(), one])
  .filter(([box]) => box.width > 1 && (box.height < least - 0.5 || box.width < 24))
  .map(([box, one]) => `${one.tagName} ${one.className} "${one.textContent.trim().slice(0, 30)}" ${Math.round(box.width)}x${Math.round(box.height)}`)"""


@pytest.mark.timeout(240)
def test_everything_is_large_enough_named_in_order_and_titled(page, login, ada, paths):
    """One walk: things to press are 44 pixels high; drawings, headings, landmarks, forms and titles are right."""
    login(page, ada)
    small, wrong, titles = {}, {}, {}
    for path in paths:
        page.goto(path)
        small[path] = page.evaluate(f"({SMALL})(44)")
        wrong[path] = [] if path == "/now/" else page.evaluate(NAMES)  # the dark page has no band
        if "?" not in path:
            titles.setdefault(page.title(), set()).add(page.evaluate("location.pathname"))
    assert {path: found[:6] for path, found in small.items() if found} == {}
    assert {path: found[:6] for path, found in wrong.items() if found} == {}
    # Without a connection the night's page is another address of the same night, and names it as that one does.
    doubled = {title: found - {"/offline/night/"} for title, found in titles.items()}
    assert {title: found for title, found in doubled.items() if len(found) > 1} == {}
    assert all(title.endswith("· Crampdiary") for title in titles)


def test_the_first_things_to_press_are_at_least_56_pixels_high(page, login, ada, date_of):
    login(page, ada)
    for path, what in (
        ("/", ".outcome-button, .now-link"), (f"/nights/{date_of}/", "label:has(> input[name=outcome]), .save-bar .button"),
        ("/now/", "button:not([hidden] *):not([hidden])"),
    ):  # fmt: skip
        page.goto(path)
        boxes = page.eval_on_selector_all(
            what,
            "all => all.filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect().height)",
        )
        assert boxes, path
        assert min(boxes) >= 55.5, (path, boxes)


@pytest.fixture
def date_of(ada):
    return last_night(timezone.now(), ada.zone)


FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const shown = one.matches("input[type=radio], input[type=checkbox]") ? one.closest("label") || one : one;
  const rings = [one, shown, ...shown.querySelectorAll("*")].map(each => getComputedStyle(each));
  // The small picture inside a date field has the ring of the browser itself.
  const has_ring = !one.matches(":focus") || rings.some(style => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  const box = shown.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, Math.min(innerHeight - 1, box.top + Math.min(box.height / 2, 20)));
  const is_seen = Boolean(top) && (shown.contains(top) || top.contains(shown) || one.contains(top));
  return { name: `${one.tagName} ${one.name || ""} ${(one.textContent || one.value || "").trim().slice(0, 30)}`, has_ring,
    is_seen: is_seen && box.bottom > 0 && box.top < innerHeight, order: [...document.querySelectorAll("*")].indexOf(one) };
}"""


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nights/{date}/",
        "/calendar/",
        "/trends/",
        "/sharing/",
        "/account/reminders/",
        "/account/tokens/",
        "/report/",
        "/now/",
    ],
)
def test_the_focus_is_seen_goes_in_order_and_hides_under_nothing(page, login, ada, paths, date_of, path):
    login(page, ada)
    page.goto(path.format(date=date_of))
    seen = []
    for _each in range(90):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at is None or (seen and at["order"] == seen[0]["order"]):
            break
        seen.append(at)
    assert len(seen) >= 3
    assert [at["name"] for at in seen if not at["has_ring"]] == []
    assert [at["name"] for at in seen if not at["is_seen"]] == []
    orders = [at["order"] for at in seen]
    assert orders == sorted(orders)


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tokens():
    """Return {theme: {token: colour}} of the three blocks of the token file."""
    blocks = re.findall(
        r"color-scheme: (light|dark);(.*?)\n\s*\}", (CSS / "tokens.css").read_text(), re.DOTALL
    )
    assert [theme for theme, _text in blocks] == ["light", "dark", "dark"]
    return [(theme, dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text))) for theme, text in blocks]


TEXT = [("ink", "bg"), ("ink", "surface"), ("muted", "bg"), ("muted", "surface"), ("action", "bg"), ("action", "surface"),
        ("on-action", "action"), ("on-band", "band"), ("on-band-muted", "band"), ("on-cramp", "cramp"),
        ("ink", "warn-tint"), ("ink", "quiet-tint")]  # fmt: skip
GRAPHICS = [("edge", "surface"), ("edge", "bg"), ("cramp", "surface"), ("cramp", "bg"), ("quiet", "surface"),
            ("quiet", "quiet-tint"), ("hatch", "surface"), ("action", "surface"), ("warn", "surface")]  # fmt: skip


def test_the_tokens_have_the_contrast_they_promise():
    for theme, colours in tokens():
        weak = [(theme, *pair) for pair in TEXT if contrast(colours[pair[0]], colours[pair[1]]) < 4.5]
        faint = [(theme, *pair) for pair in GRAPHICS if contrast(colours[pair[0]], colours[pair[1]]) < 3]
        assert weak + faint == []


def test_the_night_theme_is_one_hue_with_enough_contrast():
    text = (CSS / "now.css").read_text()
    colours = set(re.findall(r"#[0-9a-f]{6}\b", text))
    assert colours == {"#e0a050", "#c08a45", "#8a5a22", "#1c110a"}
    assert all(contrast(colour, "#000000") >= 4.5 for colour in ("#e0a050", "#c08a45"))
    assert contrast("#e0a050", "#1c110a") >= 4.5
    assert contrast("#8a5a22", "#000000") >= 3


BIGGER = """() => { document.documentElement.style.fontSize = "200%"; }"""
SPACED = """() => { const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }");
  document.adoptedStyleSheets = [sheet]; }"""


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("how", "width"), [(BIGGER, 640), (SPACED, 360)], ids=["text twice as large", "text spaced out"]
)
def test_nothing_is_lost_when_text_grows(open_page, login, ada, paths, how, width):
    page = login(open_page(viewport={"width": width, "height": 780}), ada)
    lost = {}
    for path in paths:
        page.goto(path)
        page.evaluate(how)
        if not fits(page):
            lost[path] = "wide"
        if cut := page.evaluate(CUT):
            lost[path] = cut[:3]
    assert lost == {}


MOVING = """() => [...document.querySelectorAll("*")].filter(one => { const style = getComputedStyle(one);
  return [style.transitionDuration, style.animationDuration].some(all => all.split(",").some(each => parseFloat(each) > 0.01)); })
  .map(one => one.tagName + "." + one.className)"""


def test_nothing_moves_for_who_asked_for_stillness(page, login, ada, paths):
    login(page, ada)
    page.emulate_media(reduced_motion="reduce")
    assert walk(page, paths[:14], MOVING) == {}


def test_a_chosen_answer_and_the_marks_stay_apart_in_forced_colours(page, login, ada, paths, date_of):
    login(page, ada)
    page.emulate_media(forced_colors="active")
    page.goto(f"/nights/{date_of}/")
    looks = page.evaluate(
        """() => ["no_cramps", "cramps", "unsure"].map(value => {
          const box = document.querySelector(`input[name=outcome][value=${value}]`);
          box.checked = value === "cramps";
          const face = getComputedStyle(box.nextElementSibling || box.parentElement);
          const label = getComputedStyle(box.parentElement);
          return [face.borderColor, face.borderWidth, face.backgroundColor, face.outlineStyle, label.borderWidth, label.backgroundColor, label.outlineStyle].join("|");
        })"""
    )
    assert looks[0] == looks[2]
    assert looks[0] != looks[1]
    page.goto("/trends/?range=all")
    marks = page.evaluate(
        """() => ["mark-cramp", "mark-quiet"].map(name => { const one = document.querySelector("main ." + name);
          const style = one && getComputedStyle(one); return one && [style.fill, style.stroke, style.strokeDasharray].join("|"); })"""
    )
    assert None not in marks
    assert len(set(marks)) == 2


NAMES = """() => {
  const wrong = [];
  for (const one of document.querySelectorAll("main svg[role=img]")) {
    const by = (one.getAttribute("aria-labelledby") || "").split(" ").map(id => document.getElementById(id)).filter(Boolean);
    const name = one.getAttribute("aria-label") || by.map(each => each.textContent).join(" ");
    if (name.trim().length < 12) wrong.push("drawing without a name: " + name);
    if (!one.closest("section, article, figure").querySelector("table, dl, ul, ol, code, p b")) wrong.push("drawing without its numbers: " + name);
  }
  const heads = [...document.querySelectorAll("h1, h2, h3, h4")].filter(one => one.checkVisibility());
  if (heads.filter(one => one.tagName === "H1").length !== 1) wrong.push("not one h1");
  heads.reduce((before, one) => { const level = Number(one.tagName[1]); if (level > before + 1) wrong.push("skipped to " + one.textContent.trim().slice(0, 40)); return level; }, 0);
  for (const place of ["main", "header"]) if (!document.querySelector(place)) wrong.push("no " + place);
  if (!document.documentElement.lang) wrong.push("no language");
  if (/maximum-scale|user-scalable/.test(document.querySelector("meta[name=viewport]").content)) wrong.push("zoom is blocked");
  for (const one of document.querySelectorAll("[title]:not(iframe):not(link)")) if (!one.closest("svg") && !one.textContent.trim() && !one.getAttribute("aria-label")) wrong.push("only a tooltip");
  for (const form of document.querySelectorAll("main form")) if (!form.querySelector("button, input[type=submit]")) wrong.push("a form without a button");
  return wrong;
}"""


def test_the_legs_can_be_pressed_by_their_names(page, login, ada, date_of):
    login(page, ada)
    page.goto(f"/nights/{date_of}/")
    page.locator("label.option", has_text="Yes").first.click()
    for name in (
        "Left calf",
        "Right calf",
        "Left foot",
        "Front of the left thigh",
        "Back of the right thigh",
    ):
        region = page.get_by_role("radio", name=name, exact=True).first
        region.focus()
        page.keyboard.press("Space")
        expect(region).to_be_checked()


@pytest.mark.parametrize("path", ["/account/signup/", "/account/login/", "/account/password/reset/"])
def test_a_refused_form_says_so_first_and_leads_to_the_field(page, path):
    page.goto(path)
    page.locator("main form button[type=submit]").first.click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_visible()
    link = summary.locator("a").first
    target = link.get_attribute("href")
    assert page.locator(target).count() == 1
    assert page.locator("[aria-invalid=true]").count() >= 1


def test_password_managers_know_what_each_field_is(page):
    page.goto("/account/signup/")
    assert page.locator("[name=username]").get_attribute("autocomplete") == "username"
    assert page.locator("[name=email]").get_attribute("autocomplete") == "email"
    assert page.locator("[name=password1]").get_attribute("autocomplete") == "new-password"
    page.goto("/account/login/")
    assert page.locator("[name=password]").get_attribute("autocomplete") == "current-password"


# Pages that are looked at elsewhere, or that nobody sees: each with its reason.
ELSEWHERE = {
    "diary:worker": "a script",
    "diary:manifest": "a file",
    "report:visit-pdf": "a file",
    "healthz": "for machines",
    "api:openapi-json": "for machines",
    "readyz": "for machines",
    "metrics": "for machines",
}  # fmt: skip


def test_every_page_without_a_parameter_is_looked_at(ada):
    known = {path.split("?")[0] for path in (*PATIENT_PAGES, *PUBLIC_PAGES)}
    client = log_in(Client(), ada)
    missing = []
    for name, entry in routes():
        if (
            name in ELSEWHERE
            or name.startswith(("admin:", "mfa_", "set_language"))
            or "<" in str(entry.pattern)
        ):
            continue
        audience = declared_audience(entry.callback, name)
        if not {"patient", "public", "signed_in"} & set(audience):
            continue
        try:
            path = reverse(name)
        except NoReverseMatch:
            continue
        if path in known:
            continue
        answer = client.get(path)
        if answer.streaming:
            b"".join(answer.streaming_content)  # a file; read to its end it closes itself
        elif answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            missing.append((name, path))
    assert missing == []
