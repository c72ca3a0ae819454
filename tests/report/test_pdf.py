"""The PDF: one page on both papers, made by a process that fetches nothing and knows nothing."""

import datetime as dt
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone

from episodes.models import AuditEvent, Condition, CustomHabit, Medicine, VisitQuestion, acting_as
from episodes.questions.report_sections import REPORT_SECTIONS
from episodes.report.paper import ENVIRONMENT
from episodes.stats.nights import last_night
from tests.conftest import write_night
from tests.diaries import write_nights

ROOT = Path(__file__).resolve().parents[2]
ONE_PAGE = [section.key for section in REPORT_SECTIONS if section.key != "table"]
SIZES = {"a4": (595, 842), "letter": (612, 792)}


def unpacked(pdf):
    """Return the objects of a PDF as bytes, compressed streams opened."""
    parts = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(parts)


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", unpacked(pdf)))


def size_of(pdf):
    box = re.search(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", unpacked(pdf))
    return tuple(round(float(edge)) for edge in box.groups())


def pdf(client, paper, sections, **query):
    response = client.get("/report/visit.pdf", {"period": "28", **query, "section": sections, "paper": paper})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    return response.content


def run(html, *arguments, environment=None):
    command = [sys.executable, "-m", "episodes.report.pdf", *arguments]
    return subprocess.run(
        command, input=html.encode(), capture_output=True, cwd=ROOT, env=environment, timeout=60
    )


@pytest.fixture
def full(ada):
    """A diary that fills every part to its brim."""
    write_nights(ada, 120)
    last = last_night(timezone.now(), ada.zone)
    with acting_as(ada):
        for n in range(1, 6):
            label = f"My own habit number {n}, a long one"
            CustomHabit(patient=ada, key=f"h{n}", label=label, kind="yes_no").save(force_insert=True)
    places = ("calf", "foot", "toes", "shin", "thigh_front", "hamstring", "other")
    remedies = ("stretch", "massage", "heat", "walk", "shake", "cold")
    for back in range(6):
        write_night(
            ada, last - dt.timedelta(days=back), "cramps", leg_warning_sign="both", numbness=True, weakness_after=True,
            restless_legs="yes", urge_to_move="yes", crawling="no", worse_at_rest="unsure", moving_relieves="yes",
            comes_back_when_i_stop="no", worse_in_evening="yes", sleep_quality_1_5=2, kept_awake_minutes=45,
            custom_answers={f"h{n}": n % 2 == 0 for n in range(1, 6)},
            episodes=[
                {
                    "location": places[(back + n) % 7], "side": ("left", "right", "both")[n % 3], "fell": True,
                    "duration_band": "10_30", "pain_0_10": 9, "part_of_night": "3_6",
                    "remedies": [{"remedy": remedies[back], "helped": "some", "seconds_to_relief": None}],
                }
                for n in range(4)
            ],
        )  # fmt: skip
    ada.display_name = "A name that is as long as names may be " * 2
    ada.save()
    with acting_as(ada):
        for n in range(1, 6):
            VisitQuestion(patient=ada, text=f"What about this, number {n}? " * 30, asked_on=last).save(
                force_insert=True
            )
        for n in range(12):
            Medicine(patient=ada, drug_class="statin", name=f"medicine {n} " * 8, started_on=last).save(
                force_insert=True
            )
        for key in ("thyroid", "kidney", "liver", "diabetes", "neuropathy", "vessel_disease"):
            Condition(patient=ada, key=key, started_on=dt.date(2020, 1, 1)).save(force_insert=True)
    return ada


@pytest.mark.parametrize("paper", SIZES)
def test_an_ordinary_report_is_one_page(clients, ada, paper):
    write_nights(ada, 120)

    content = pdf(clients.ada, paper, ONE_PAGE)

    assert pages_of(content) == 1
    assert size_of(content) == SIZES[paper]


@pytest.mark.parametrize("paper", SIZES)
def test_the_fullest_report_keeps_its_first_part_on_one_page(clients, full, paper):
    without_questions = [key for key in ONE_PAGE if key != "questions"]

    assert pages_of(pdf(clients.ada, paper, without_questions)) == 1
    assert pages_of(pdf(clients.ada, paper, ONE_PAGE)) <= 3  # long questions go on over the page


def test_a_year_since_the_last_visit_is_still_one_page(clients, ada):
    write_nights(ada, 400)

    assert pages_of(pdf(clients.ada, "letter", ONE_PAGE, period="visit", since="2001-01-01")) == 1


def test_the_nightly_table_begins_on_page_two(clients, ada):
    write_nights(ada, 40)

    assert pages_of(pdf(clients.ada, "a4", [*ONE_PAGE, "table"])) == 2


def test_the_paper_is_letter_where_letter_is_usual(clients, ada):
    ada.country = "US"
    ada.save()

    assert size_of(pdf(clients.ada, "", ["nights"])) == SIZES["letter"]


def test_the_letters_are_our_own_font_and_the_file_is_readable_by_machines(clients, ada):
    write_night(ada, last_night(timezone.now(), ada.zone))

    content = unpacked(pdf(clients.ada, "a4", ONE_PAGE))

    assert b"Atkinson" in content
    assert b"/StructTreeRoot" in content
    assert b"/Lang" in content


def test_a_pdf_is_noted_in_the_patients_own_chain(clients, ada):
    write_night(ada, last_night(timezone.now(), ada.zone))

    pdf(clients.ada, "a4", ["nights"])

    with acting_as(ada):
        [event] = AuditEvent.objects.owned_by(ada)
    assert (event.action, event.resource, event.actor_role, event.count) == ("print", "report", "patient", 1)


def test_only_one_pdf_at_a_time_is_made_for_an_account(clients, ada):
    cache.add(f"report-pdf:{ada.pk}", 1)

    response = clients.ada.get("/report/visit.pdf")

    assert response.status_code == 429
    assert "Wait a few seconds" in response.content.decode()
    cache.delete(f"report-pdf:{ada.pk}")
    assert clients.ada.get("/report/visit.pdf").status_code == 200


def test_without_the_extra_the_page_says_to_print_from_the_browser(clients, ada, monkeypatch):
    assert "PDF, A4" in clients.ada.get("/report/").content.decode()
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    page = clients.ada.get("/report/").content.decode()
    answer = clients.ada.get("/report/visit.pdf")

    assert "PDF, A4" not in page
    assert "Print this page with your browser" in page
    assert answer.status_code == 404
    assert "Print the report from your browser instead." in answer.content.decode()
    with acting_as(ada):
        assert not AuditEvent.objects.owned_by(ada).exists()


def test_a_process_that_fails_is_an_answer_and_frees_the_way_for_the_next(clients, ada, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    failed = clients.ada.get("/report/visit.pdf")
    monkeypatch.undo()

    assert failed.status_code == 503
    assert failed["Retry-After"]
    assert "Try again in a minute" in failed.content.decode()
    assert clients.ada.get("/report/visit.pdf").status_code == 200


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="http://127.0.0.1:9/a.png">',
        '<link rel="stylesheet" href="https://example.org/a.css">',
        '<img src="file:///etc/passwd">',
        f'<img src="{(ROOT / "pyproject.toml").as_uri()}">',
        f'<link rel="stylesheet" href="{(ROOT / "static" / ".." / "manage.py").as_uri()}">',
        f'<img src="{(ROOT / "static" / "img" / "favicon.svg").as_uri()}">',
        '<p style="background: url(ftp://127.0.0.1/x)">x</p>',
        '<img src="data:image/png;base64,AAAA">',
        '<object data="http://127.0.0.1:9/"></object>',
        '<svg width="9" height="9"><image width="9" height="9" href="http://127.0.0.1:9/a.png"/></svg>',
    ],
)
def test_every_outside_address_ends_the_process_without_a_file(markup):
    done = run(f"<!DOCTYPE html><title>x</title><body>{markup}", "a4")

    assert done.returncode == 1
    assert b"refused" in done.stderr
    assert not done.stdout


def test_the_process_works_without_settings_database_or_key(monkeypatch):
    assert not {"SECRET_KEY", "DATABASE_URL", "DATA_DIR", "EMAIL_URL"} & set(ENVIRONMENT)

    done = run(
        "<!DOCTYPE html><html lang=en><title>x</title><body><p>hello", "letter", environment={"PATH": ""}
    )

    assert done.returncode == 0
    assert done.stdout.startswith(b"%PDF")


def test_the_process_names_its_papers():
    assert run("x", "a0").returncode == 2


def test_the_web_worker_never_loads_the_library():
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'\n"
        "import django; django.setup(); import crampdiary.urls, episodes.report.views as views\n"
        "assert views.can_make_pdf(); assert 'weasyprint' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
