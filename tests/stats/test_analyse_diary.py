"""The command and the files it reads and writes: Analysis CSV, nights.csv, KINDS.json, result JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from episodes.stats.associations.analysis import analyse
from episodes.stats.associations.analysis_input import AMOUNT, BINARY, category
from episodes.stats.associations.diary_file import DiaryFileError, read_diary, read_kinds
from episodes.stats.associations.result_file import result_object
from tests.stats.worked_diary import worked_csv, worked_diary

ROOT = Path(__file__).resolve().parents[2]
FACTOR_KEYS = {"name", "kind", "grade", "p", "q", "e", "why_not", "nights_needed", "contrasts", "table"}
CONTRAST_KEYS = {"from", "to", "rd", "rd_lo", "rd_hi", "rr", "rr_lo", "rr_hi", "best_rd", "best_rr"}
NIGHTS_CSV = """date,outcome,note,activity,sitting_hours,sitting_posture,warm_bath,fell,habit_tea,habit_mood
2026-01-01,cramps,bad,3,6.5,crossed,true,1,1,'-low
2026-01-02,no_cramps,,none,0.0,unsure,0,,0,high
2026-01-03,unsure,,1,2,slumped,1,,1,high
2026-01-04,not_in_bed,,,,,,,,
2026-01-05,no_cramps,,,,,,,,
"""


@pytest.fixture
def analyse_files(tmp_path):
    """Run the real command in its own process, with a database that does not exist and cannot be made."""

    def run(*arguments):
        environment = {
            **os.environ,
            "DATABASE_URL": "sqlite:////nonexistent/nowhere.sqlite3",
            "SECRET_KEY": "only-for-this-test-" + "x" * 40,
            "DJANGO_SETTINGS_MODULE": "crampdiary.settings",
        }
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "analyse_diary", *map(str, arguments)],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


def numbers_in(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for part in value for number in numbers_in(part)]
    return [value] if isinstance(value, float) else []


def test_analysis_csv_is_the_same_diary():
    found, expected = read_diary(worked_csv()), worked_diary()
    assert (found.dates, found.cramps) == (expected.dates, expected.cramps)
    assert list(found.factors) == ["a", "c", "amt", "cat"]
    assert analyse(found) == analyse(expected)


def test_kinds_are_inferred_from_the_cells():
    diary = read_diary("date,cramp,b,n,w,empty\n2026-01-01,1,0,0,late,\n2026-01-02,0,1,2.5,early,\n")
    kinds = {name: factor.kind for name, factor in diary.factors.items()}
    assert kinds == {"b": BINARY, "n": AMOUNT, "w": category("early", "late"), "empty": BINARY}


def test_levels_low_moderate_high_keep_their_order():
    diary = read_diary("date,cramp,w\n2026-01-01,1,high\n2026-01-02,0,low\n2026-01-03,0,moderate\n")
    assert diary.factors["w"].kind.levels == ("low", "moderate", "high")


def test_declared_kinds_come_before_inferred_ones():
    kinds = read_kinds('{"b": "amount", "n": ["1", "0"], "elsewhere": "binary"}')
    diary = read_diary("date,cramp,b,n\n2026-01-01,1,0,0\n2026-01-02,0,1,1\n", kinds)
    assert diary.factors["b"].kind == AMOUNT
    assert diary.factors["n"].kind == category("1", "0")


def test_empty_cell_is_unanswered():
    diary = read_diary("date,cramp,b\n2026-01-01,1,\n2026-01-02,0,0\n")
    assert list(diary.factors["b"].values) == [None, 0.0]


def test_byte_order_mark_windows_lines_and_empty_rows_are_read_past():
    diary = read_diary("\ufeffdate,cramp,b,,\r\n2026-01-01,1,0,,\r\n,,,,\r\n2026-01-02,0\r\n")
    assert list(diary.factors["b"].values) == [0.0, None]


def test_nights_csv_counts_only_answered_nights_and_only_habits():
    diary = read_diary(NIGHTS_CSV)
    assert [str(date) for date in diary.dates] == ["2026-01-01", "2026-01-02", "2026-01-05"]
    assert list(diary.cramps) == [1, 0, 0]
    assert list(diary.factors) == [
        "activity", "sitting_hours", "sitting_posture", "warm_bath", "habit_tea", "habit_mood",
    ]  # fmt: skip


def test_nights_csv_reads_kinds_of_the_diary():
    factors = read_diary(NIGHTS_CSV).factors
    assert list(factors["activity"].values) == ["hard", "none", None]
    assert factors["activity"].kind.levels == ("none", "light", "moderate", "hard")
    assert list(factors["sitting_hours"].values) == [6.5, 0.0, None]
    assert list(factors["sitting_posture"].values) == ["crossed", None, None]
    assert list(factors["warm_bath"].values) == [1.0, 0.0, None]
    assert list(factors["habit_tea"].values) == [1.0, 0.0, None]
    assert list(factors["habit_mood"].values) == ["-low", "high", None]


BAD_FILES = [
    ("", "empty"),
    ("day,cramp\n2026-01-01,1\n", "column date"),
    ("date,a\n2026-01-01,1\n", "column cramp"),
    ("date,cramp\n2026-02-30,1\n", "Line 2: date is '2026-02-30'"),
    ("date,cramp\n2026-01-01,1\n2026-01-01,0\n", "Line 3: the date 2026-01-01 stands twice"),
    ("date,cramp\n2026-01-01,yes\n", "Line 2: cramp is 'yes'"),
    ("date,cramp\n2026-01-01,\n", "Line 2: cramp is ''"),
    ("date,cramp,a,a\n2026-01-01,1,0,0\n", "column a stands twice"),
    ("date,cramp,,a\n2026-01-01,1,0,0\n", "column has no name"),
    ("date,cramp,a\n2026-01-01,1,0,7\n", "more cells"),
    ("date,cramp,a\n2026-01-01,1,2\n2026-01-02,1,nan\n", "leave a cell empty"),
    ("date,outcome\n2026-01-01,maybe\n", "outcome is 'maybe'"),
    ("date,outcome,warm_bath\n2026-01-01,cramps,7\n", "warm_bath is '7', not 0 or 1"),
    ("date,outcome,sitting_hours\n2026-01-01,cramps,long\n", "sitting_hours is 'long', not a number"),
    ("date,outcome,activity\n2026-01-01,cramps,wild\n", "not one of none, light, moderate, hard"),
    ("date,cramp,a\n2026-01-01,1,1e300\n", "1e300 is too large"),
    ("date,cramp\n0026-01-01,1\n2026-01-01,1\n", "hundred years"),
    ('date,cramp\n"2026-01-01,1\n', "not readable as CSV"),
    (
        "date,cramp,note\n" + "".join(f"2026-01-{d:02},0,word{d}\n" for d in range(1, 23)),
        "22 different words",
    ),
]


@pytest.mark.parametrize(("text", "words"), BAD_FILES)
def test_file_that_is_no_diary_is_refused_with_one_sentence(text, words):
    with pytest.raises(DiaryFileError) as refused:
        read_diary(text)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["[", "[]", '{"a": "number"}', '{"a": []}', '{"a": ["x", "x"]}', '{"a": [1]}']
)
def test_kinds_that_cannot_be_read_are_refused(text):
    with pytest.raises(DiaryFileError):
        read_kinds(text)


def test_result_has_exactly_the_keys_of_the_contract():
    written = result_object(analyse(worked_diary()))
    assert list(written) == ["nights", "cramp_nights", "first", "last", "factors"]
    assert (written["first"], written["last"]) == ("2024-01-01", "2024-03-24")
    for factor in written["factors"]:
        assert set(factor) == FACTOR_KEYS
        assert all(set(contrast) == CONTRAST_KEYS for contrast in factor["contrasts"])
        assert all(
            set(row) == {"level", "nights", "cramp_nights", "risk", "lo", "hi"} for row in factor["table"]
        )


def test_contrast_ends_are_numbers_for_amounts_and_words_for_levels():
    a, _, amt, cat = result_object(analyse(worked_diary()))["factors"]
    assert [(c["from"], c["to"]) for c in a["contrasts"]] == [(0, 1)]
    assert [(c["from"], c["to"]) for c in amt["contrasts"]] == [(1, 4)]
    assert [(c["from"], c["to"]) for c in cat["contrasts"]] == [("low", "moderate"), ("low", "high")]
    assert [row["level"] for row in amt["table"]] == ["0-1", "2-3", "4-5"]


def test_short_diary_says_why_not_and_keeps_its_table():
    rows = "".join(f"2026-01-{day:02},{day % 2},{day % 3 == 0:d}\n" for day in range(1, 21))
    (factor,) = result_object(analyse(read_diary("date,cramp,a\n" + rows)))["factors"]
    assert factor["grade"] == "not_enough"
    assert (factor["p"], factor["q"], factor["e"], factor["contrasts"]) == (None, None, None, [])
    assert factor["why_not"]
    assert factor["nights_needed"] > 0
    assert [row["nights"] for row in factor["table"]] == [14, 6]


def test_claims_carry_their_picked_range():
    rows = [f"2024-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    text = "date,cramp,a\n" + "".join(
        f"{d},{i % 11 < (8 if i % 3 else 1):d},{i % 3 > 0:d}\n" for i, d in enumerate(rows)
    )
    (factor,) = result_object(analyse(read_diary(text)))["factors"]
    assert factor["grade"] == "strong"
    assert set(factor["contrasts"][0]) == CONTRAST_KEYS | {"picked_rd_lo", "picked_rd_hi"}


def test_command_prints_one_result_and_touches_no_database(analyse_files, tmp_path):
    file = tmp_path / "worked.csv"
    file.write_text(worked_csv())
    run = analyse_files(file)
    assert (run.returncode, run.stderr) == (0, "")
    written = json.loads(run.stdout)
    assert (written["nights"], written["cramp_nights"]) == (78, 36)
    assert numbers_in(written) == pytest.approx(numbers_in(result_object(analyse(worked_diary()))), abs=1e-12)
    assert [path.name for path in tmp_path.iterdir()] == ["worked.csv"]


def test_command_writes_one_file_per_diary_into_a_new_folder(analyse_files, tmp_path):
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text(worked_csv())
    kinds = tmp_path / "kinds.json"
    kinds.write_text('{"a": "amount"}')
    run = analyse_files(
        tmp_path / "one.csv", tmp_path / "two.csv", "--kinds", kinds, "--out-dir", tmp_path / "out"
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "one.result.json",
        "two.result.json",
    ]
    assert json.loads((tmp_path / "out" / "one.result.json").read_text())["factors"][0]["kind"] == "amount"


def test_one_bad_file_leaves_nothing_half_done(analyse_files, tmp_path):
    (tmp_path / "good.csv").write_text(worked_csv())
    (tmp_path / "bad.csv").write_text("date,cramp\n2026-01-01,2\n")
    run = analyse_files(tmp_path / "good.csv", tmp_path / "bad.csv", "--out-dir", tmp_path / "out")
    assert (run.returncode, run.stdout) == (1, "")
    assert len(run.stderr.strip().splitlines()) == 1
    assert "bad.csv: Line 2: cramp is '2', not 0 or 1." in run.stderr
    assert not (tmp_path / "out").exists()


def test_missing_file_is_one_sentence_and_status_one(analyse_files, tmp_path):
    run = analyse_files(tmp_path / "nowhere.csv")
    assert run.returncode == 1
    assert len(run.stderr.strip().splitlines()) == 1


def test_wrong_arguments_are_status_two(analyse_files, tmp_path):
    (tmp_path / "worked.csv").write_text(worked_csv())
    assert analyse_files().returncode == 2
    assert analyse_files(tmp_path / "worked.csv", "--colour").returncode == 2


def test_two_files_for_one_result_are_status_two(analyse_files, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.csv").write_text(worked_csv())
    run = analyse_files(tmp_path / "a" / "same.csv", tmp_path / "b" / "same.csv", "--out-dir", tmp_path)
    assert run.returncode == 2
    assert not (tmp_path / "same.result.json").exists()
