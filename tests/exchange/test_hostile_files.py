"""Files that were made to hurt: refused in under a second, with a sentence, and nothing stays behind."""

import ast
import io
import json
import tempfile
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from episodes.exchange.formats import problems
from episodes.exchange.formats.fhir_codes import BASE, CODES, CRAMP, QUESTIONNAIRE
from episodes.exchange.formats.uploads import MOST_BRACKETS, recognised
from episodes.exchange.messages import FILE, LINE, PARTS
from episodes.models import Import, Night
from episodes.web import uploads
from tests.conftest import looking_as
from tests.exchange.diaries import write_everything
from tests.exchange.test_import import HEAD, exported, send

ROOT = Path(__file__).resolve().parents[2]


def zip_of(way=zipfile.ZIP_DEFLATED, **members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", way) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_csv", ".csv").replace("_json", ".json"), content)
    return file.getvalue()


def lying_zip():
    """Return an archive whose directory says that a bomb is small."""
    data = bytearray(zip_of(nights_csv=b"0" * 60_000_000))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(mark) + place
        data[start : start + 4] = (1000).to_bytes(4, "little")
    return bytes(data)


def broken_lzma():
    data = bytearray(zip_of(zipfile.ZIP_LZMA, nights_csv=HEAD * 100))
    start = data.index(b"nights.csv") + 14
    data[start : start + 20] = b"\xff" * 20
    return bytes(data)


def zip_of_entries(number):
    """Return an archive of one file that its directory names so often."""
    data = zip_of(nights_csv=HEAD)
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    directory = data[start:end] * number
    size = len(directory).to_bytes(4, "little")
    return data[:start] + directory + data[end : end + 12] + size + data[end + 16 :]


BUNDLE = {"resourceType": "Bundle", "type": "collection"}


def bundle_of(*resources, more=()):
    """Return a bundle of one patient with one night."""
    me = {"reference": "Patient/p"}
    night = {
        "resourceType": "QuestionnaireResponse", "id": "n", "questionnaire": f"{BASE}/Questionnaire/night",
        "item": [{"linkId": "date", "answer": [{"valueDate": "2026-03-01"}]}, *more],
    }  # fmt: skip
    about = [{**each, "subject": me} for each in (night, *resources)]
    entries = [{"resource": each} for each in ({"resourceType": "Patient", "id": "p"}, *about)]
    return json.dumps({**BUNDLE, "entry": entries}).encode()


OWN_HABIT = {"linkId": "habit_h1", "text": "Walk", "type": "boolean"}


def cramp_of(*, nights, answers):
    """Return a cramp that says so often from which night it comes, and has so many answers."""
    code = {"coding": [{"system": CODES, "code": "pain_0_10"}]}
    return {
        "resourceType": "Observation",
        "code": {"coding": [{"system": CODES, "code": CRAMP}]},
        "derivedFrom": [{"reference": "QuestionnaireResponse/n"}] * nights,
        "component": [{"code": code, "valueQuantity": {"value": 3}}] * answers,
    }


FILES = {
    "a zip bomb": zip_of(diary_json=b"0" * 300_000_000),
    "a zip bomb of a spreadsheet": zip_of(nights_csv=b"0" * 60_000_000),
    "a zip that lies": lying_zip(),
    "a zip of something else": zip_of(photo=b"x"),
    "a zip of many files": zip_of(**{f"file{n}": b"" for n in range(2000)}),
    "a zip packed as LZMA": zip_of(zipfile.ZIP_LZMA, nights_csv=HEAD + "2026-03-01,cramps,,\n"),
    "a zip packed as bzip2": zip_of(zipfile.ZIP_BZIP2, nights_csv=HEAD + "2026-03-01,cramps,,\n"),
    "a broken zip packed as LZMA": broken_lzma(),
    "a broken zip": b"PK\x03\x04" + b"\x00" * 100,
    "a million columns": b"date,outcome" + b",x" * 1_000_000 + b"\n",
    "a million columns of a foreign table": b"a," * 1_000_000 + b"\n1",
    "columns with names without end": b",".join(b"%d" % n * 1000 for n in range(10, 300)) + b"\n1\n",
    "a column with a long name": b"date,cramp," + b"x" * 201 + b"\n2026-03-01,1,\n",
    "many lines": HEAD.encode() + b"2026-01-01,cramps,,\n" * 60_000,
    "many nights": HEAD.encode() + b"x\n" * 6_000,
    "an endless cell": HEAD.encode() + b'2026-01-01,cramps,,"' + b"x" * 1_000_000,
    "bad bytes": HEAD.encode() + b"2026-01-01,cramps,,\xff\xfe\n",
    "UTF-16": HEAD.encode("utf-16"),
    "a picture": bytes(range(256)) * 100,
    "too large a spreadsheet": HEAD.encode() + b"2026-01-01,cramps,," + b"\n" * 3_000_000,
    "1,000 levels of JSON": b'{"schema_version":1,"nights":' + b"[" * 1000 + b"]" * 1000 + b"}",
    "100 levels of JSON": b'{"schema_version":1,"x":' + b"[" * 100 + b"]" * 100 + b"}",
    "100 levels hidden in strings": b'{"schema_version":1,"x":' + b'["]",' * 100 + b"1" + b"]" * 100 + b"}",
    "100,000 levels of JSON": b"[" * 100_000,
    "levels hidden in strings": b'{"schema_version":1,"x":' + b'["]",' * 900 + b"1" + b"]" * 900 + b"}",
    "millions of lists": b'{"schema_version": 1, "x": [' + b"[]," * MOST_BRACKETS + b"1]}",
    "millions of objects": b'{"schema_version": 1, "x": [' + b'{"":0},' * MOST_BRACKETS + b"1]}",
    "half a JSON": b'{"schema_version": 1, "nights": [',
    "quotes without end": b'{"schema_version": 1, "x": "' + b'\\"' * 2_000_000,
    "not a number": b'{"schema_version": 1, "nights": [{"date": NaN}]}',
    "a huge number": b'{"schema_version": ' + b"9" * 100_000 + b"}",
    "a later version": b'{"schema_version": 99}',
    "a list": b"[1, 2]",
    "nights that are no list": b'{"schema_version": 1, "nights": {"a": 1}}',
    "6,000 nights": json.dumps({"schema_version": 1, "nights": [{}] * 6000}).encode(),
    "21,000 cramps": json.dumps(
        {
            "schema_version": 1,
            "nights": [
                {"date": f"20{10 + n // 336}-{1 + n % 336 // 28:02}-{1 + n % 28:02}", "outcome": "cramps", "episodes": [{}] * 20}
                for n in range(1050)
            ],
        }
    ).encode(),
    "a bundle without anybody": json.dumps(BUNDLE).encode(),
    "a cramp of a thousand nights and answers": bundle_of(cramp_of(nights=1000, answers=2000)),
    "a cramp of many nights": bundle_of(cramp_of(nights=101, answers=1)),
    "a cramp of many answers": bundle_of(cramp_of(nights=1, answers=101)),
    "2,001 conditions": bundle_of(*[{"resourceType": "Condition"}] * 2001),
    "2,001 medicines": bundle_of(*[{"resourceType": "MedicationStatement"}] * 2001),
    "2,001 own habits": bundle_of(
        {"resourceType": "Questionnaire", "derivedFrom": [QUESTIONNAIRE], "item": [OWN_HABIT] * 2001}
    ),
    "cramps without nights": b"date,location,remedies\n2026-01-01,calf,\n",
    "a column twice": b"date,outcome,outcome\n",
    "nothing": b"",
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_at_once_and_leaves_nothing(
    clients, ada, name, settings, tmp_path, monkeypatch
):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    clients.ada.get("/account/import/")  # the first page of a process takes its time
    start = time.process_time()
    page = send(clients.ada, FILES[name])
    taken = time.process_time() - start

    assert page.status_code == 422
    assert 'class="error"' in page.content.decode()
    assert len(page.content) < 20_000
    assert taken < 1
    assert list(tmp_path.iterdir()) == []
    with looking_as(ada):
        assert not Night.objects.owned_by(ada).exists()
        assert not Import.objects.owned_by(ada).exists()


@pytest.mark.parametrize("path", ["/account/import/", "/nights/2026-03-01/", "/account/login/"])
def test_a_hundred_megabytes_are_refused_before_they_are_read(clients, ada, path, monkeypatch):
    class Unread(io.RawIOBase):
        def read(self, *args):
            raise AssertionError("nobody reads this")

    answer = clients.ada.generic(
        "POST", path, b"x", CONTENT_LENGTH=str(100 * 1024 * 1024), **{"wsgi.input": Unread()}
    )

    assert answer.status_code == 413
    assert "can be sent here" in answer.content.decode()


def test_somebody_who_is_not_logged_in_cannot_send_a_file(clients):
    big = SimpleUploadedFile("a.csv", b"x" * (uploads.MOST_BYTES + 1))
    assert clients.nobody.post("/account/import/", {"files": big}).status_code == 413
    assert (
        clients.nobody.post("/account/import/", {"files": SimpleUploadedFile("a.csv", b"x")}).status_code
        == 302
    )


BAD_CELLS = {
    "date": [
        "",
        "2026-13-01",
        "0000-01-01",
        "10000-01-01",
        "1899-12-31",
        "2999-01-01",
        "22/11/2026",
        "yesterday",
    ],
    "outcome": ["maybe", "1", "CRAMPS"],
    "episode_count": ["0", "21", "-1", "1e9", "999999999999999999", "one", "1.5"],
    "sitting_hours": ["19", "0.3", "-1", "NaN", "Infinity", "1e1", "١"],
    "fluid_ml": ["8001", "1.5"],
    "activity": ["4", "hard"],
    "sitting_posture": ["lying"],
    "numbness": ["2", "maybe"],
    "time_zone": ["Mars/Olympus", "../../etc/passwd", "x" * 100, "\x00"],
    "night_starts_at": ["13:00"],
    "outcome_recorded_at": ["2026-03-01", "2026-03-01T07:00:00", "9999-12-31T23:59:59-14:00", "x"],
    "banded": ["a;b", "UPPER"],
    "shared_note": ["x" * 2001, "\x00"],
}


@pytest.mark.parametrize("name", BAD_CELLS)
def test_a_bad_line_is_named_and_the_good_ones_are_kept(clients, ada, name):
    for cell in BAD_CELLS[name]:
        row = {"date": "2026-03-01", "outcome": "cramps", name: cell}
        text = ",".join(row) + "\n" + ",".join(f'"{value}"' for value in row.values()) + "\n"
        text += (
            ",".join(
                "2026-03-02" if each == "date" else "cramps" if each == "outcome" else "" for each in row
            )
            + "\n"
        )
        page = send(clients.ada, text)
        assert page.status_code == 200, cell
        words = page.content.decode()
        assert "Line 2 (nights)" in words, cell
        assert "Nights to add</dt><dd>1</dd>" in words, cell


def test_a_line_in_the_wrong_shape_is_named(clients, ada):
    page = send(
        clients.ada,
        HEAD + "2026-03-01\n2026-03-02,cramps,1,x,more,cells\n2026-03-03,cramps,,\n2026-03-03,cramps,,\n",
    )
    words = page.content.decode()

    assert "Line 3 (nights): this line has more cells" in words
    assert "Line 5 (nights): the same night stands in line 4 already." in words
    assert "Nights to add</dt><dd>2</dd>" in words


def test_a_line_number_is_that_of_the_file_also_after_notes_of_several_lines(clients, ada):
    page = send(clients.ada, HEAD + '2026-03-01,cramps,,"one\ntwo\nthree"\n\n2026-03-02,maybe,,\n')

    assert "Line 6 (nights)" in page.content.decode()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"outcome": "no_cramps", "episodes": [{}]}, "without a cramp"),
        ({"outcome": "cramps", "episodes": [{}] * 21}, "at most 20"),
        ({"outcome": "cramps", "episode_count": 1, "episodes": [{}] * 2}, "more cramps"),
        ({"outcome": "cramps", "episodes": [{"duration_seconds": 60, "duration_band": "1_5"}]}, "not both"),
        ({"outcome": "cramps", "episodes": [{"started_at": "2026-05-01T03:00:00Z"}]}, "not in this night"),
        ({"outcome": "cramps", "episodes": [{"remedies": [{"remedy": "heat"}] * 2}]}, "stands twice"),
        ({"outcome": "cramps", "episodes": [{"remedies": ["heat"]}]}, "cannot be read"),
        ({"outcome": "cramps", "episodes": "x"}, "cannot be read"),
        ({"outcome": True}, "cannot be read"),
        ({"outcome": "cramps", "numbness": 1}, "write 1 for yes"),
        ({"outcome": "cramps", "alcohol_drinks": True}, "write a number"),
        ({"outcome": "cramps", "alcohol_drinks": "2"}, "write a number"),
        ({"outcome": "cramps", "shared_note": "\ud800"}, "broken character"),
        ({"outcome": "cramps", "custom_answers": []}, "cannot be read"),
        ({"outcome": "cramps", "custom_answers": {"h1": 7}}, "use one of"),
        ({"outcome": "cramps", "custom_answers": {"h1": [1]}}, "write a number"),
    ],
)
def test_a_bad_night_of_json_is_named_and_the_good_ones_are_kept(clients, ada, row, words):
    habit = {"key": "h1", "label": "Shoes", "kind": "levels", "levels": ["flat", "high"]}
    nights = [
        {"date": "2026-03-01", **row},
        {"date": "2026-03-02", "outcome": "cramps", "custom_answers": {"h1": 1}},
    ]
    page = send(
        clients.ada, json.dumps({"schema_version": 1, "own_habits": [habit], "nights": nights}).encode()
    )

    text = page.content.decode()
    assert page.status_code == 200
    assert words in text
    assert "Line 1 (nights)" in text
    assert "Nights to add</dt><dd>1</dd>" in text


BROKEN = {
    "an answer": {"nights": [{"date": "2026-03-01", "outcome": "\ud800"}]},
    "an own answer": {"nights": [{"date": "2026-03-01", "custom_answers": {"\ud800": True}}]},
    "a setting": {"account": {"theme": "\udfff"}},
}


@pytest.mark.parametrize("name", BROKEN)
def test_half_a_character_is_shown_as_a_question_mark(clients, ada, name):
    page = send(clients.ada, json.dumps({"schema_version": 1, **BROKEN[name]}).encode())

    assert page.status_code == 200
    assert "“?”" in page.content.decode() or "habit_?<" in page.content.decode()


def test_half_a_character_of_a_bundle_is_shown_as_a_question_mark(clients, ada):
    broken = {"linkId": "outcome", "answer": [{"valueString": "\ud800"}]}
    page = send(clients.ada, bundle_of(more=[broken]))

    assert page.status_code == 200
    assert "“?”" in page.content.decode()


def test_not_all_of_a_million_unknown_habits_are_told(clients, ada):
    nights = [
        {"date": f"2026-03-{day:02}", "custom_answers": {f"{day}{n}" + "x" * 500: 1 for n in range(100)}}
        for day in range(1, 29)
    ]
    page = send(clients.ada, json.dumps({"schema_version": 1, "nights": nights}).encode())

    assert page.status_code == 200
    assert len(page.content) < 100_000


def test_hundreds_of_bad_lines_are_another_kind_of_file(clients, ada):
    page = send(clients.ada, HEAD + "2026-03-01,x,,\n" * (problems.MOST_PROBLEMS + 1))

    assert page.status_code == 422
    assert "Is it the right file?" in page.content.decode()


@pytest.mark.parametrize(
    "parts",
    [
        {"conditions": [{"key": "none"}] * 201}, {"experiments": [{}] * 201},
        {"own_habits": [{"key": "h1", "label": "Walk", "kind": "none"}] * 201},
        {"conditions": [{"key": "none"}] * 101, "experiments": [{}] * 100},
    ],
    ids=["conditions", "tests", "own habits", "two kinds"],
)  # fmt: skip
def test_hundreds_of_bad_rows_are_another_kind_of_file_too(clients, ada, parts):
    page = send(clients.ada, json.dumps({"schema_version": 1, **parts}).encode())

    assert page.status_code == 422
    assert "Is it the right file?" in page.content.decode()


def codes_raised():
    """Yield (kind, code) of every problem that the source can raise."""
    kinds = {"FileRefused": "file", "CellRefused": "line", "Problem": "line"}
    for path in (ROOT / "episodes/exchange").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
                for each in node.args:
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        yield kinds[node.func.id], each.value
                        break


def test_every_problem_has_its_words():
    raised = set(codes_raised())

    assert len(raised) > 40
    assert {code for kind, code in raised if kind == "file"} - set(FILE) == set()
    assert {code for kind, code in raised if kind == "line"} - set(LINE) - set(PARTS) == set()


def test_no_more_of_an_archive_is_unpacked_than_the_limit():
    tracemalloc.start()
    with pytest.raises(problems.FileRefused):
        recognised([FILES["a zip bomb"]])
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert most < 3 * problems.JSON_BYTES


@pytest.mark.parametrize("name", ["diary.json", "fhir.json"])
def test_the_largest_file_of_a_full_diary_has_less_than_half_as_many_lists_as_can_be_read(clients, ada, name):
    write_everything(ada)
    text = exported(clients.ada, name)

    lists = (text.count("{") + text.count("[")) * problems.JSON_BYTES / len(text.encode())

    assert lists < MOST_BRACKETS / 2


def test_a_list_of_files_without_end_is_not_even_read():
    data = zip_of_entries(100_000)
    tracemalloc.start()
    with pytest.raises(problems.FileRefused):
        recognised([data])
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert most < 1_000_000
