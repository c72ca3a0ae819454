"""The knowledge tables are complete, consistent and worded as the house asks."""

import ast
import dataclasses
import re
from pathlib import Path

import pytest

from episodes.article import (
    claims,
    consent_texts,
    contrasts,
    factors,
    red_flags,
    remedies,
)
from episodes.article import (
    sources as article,
)
from episodes.questions import choices, habits
from episodes.questions import conditions as long_term

EPISODES = Path(__file__).parents[2] / "episodes"
KNOWLEDGE = [*(EPISODES / "article").glob("*.py"), *(EPISODES / "questions").glob("*.py")]
TABLES = {
    "claims": [row.id for row in claims.CLAIMS],
    "factors": [row.key for row in factors.FACTORS],
    "habits": [row.key for row in habits.HABITS],
    "remedies": [row.key for row in remedies.REMEDIES],
    "remedies during a cramp": [row.key for row in remedies.REMEDIES_DURING],
    "conditions": [row.key for row in long_term.CONDITIONS],
    "drug classes": [row.key for row in long_term.DRUG_CLASSES],
    "red flags": [row.key for row in red_flags.RED_FLAGS],
    "help numbers": list(red_flags.HELP_NUMBERS),
    "scopes": [row.key for row in consent_texts.SCOPES],
    "places": [row.key for row in choices.PLACES],
    "contrasts": [row.question for row in contrasts.CONTRASTS],
}
CHOICES = {
    name: value
    for name, value in vars(choices).items()
    if isinstance(value, tuple) and isinstance(value[0], tuple)
}
EVENING = ("stretched_minutes", "warm_bath", "heat_at_bedtime", "massage_at_bedtime", "acupuncture")
AMOUNTS = [habit for habit in habits.HABITS if habit.kind == "amount"]


def texts_in(row):
    """Yield every string in a row of data, keys and addresses included."""
    if isinstance(row, str):
        yield row
    elif dataclasses.is_dataclass(row):
        for field in dataclasses.fields(row):
            yield from texts_in(getattr(row, field.name))
    elif isinstance(row, (tuple, list)):
        for part in row:
            yield from texts_in(part)


@pytest.mark.parametrize("name", TABLES)
def test_keys_are_unique(name):
    assert TABLES[name]
    assert len(set(TABLES[name])) == len(TABLES[name])


@pytest.mark.parametrize("name", CHOICES)
def test_choices_have_unique_values_and_a_label_each(name):
    values = choices.values(CHOICES[name])
    assert len(set(values)) == len(values)
    assert all(label for _value, label in CHOICES[name])


def test_every_source_has_an_identifier_and_an_address():
    for key, citation in article.CITATIONS.items():
        assert citation.key == key
        assert citation.identifier.startswith(("doi:10.", "PMID ", "https://"))
        assert citation.url.startswith("https://")


def test_every_source_is_used():
    used = {key for claim in claims.CLAIMS for key in claim.citation_keys}
    used |= {key for flag in red_flags.RED_FLAGS for key in flag.citation_keys}
    assert used == set(article.CITATIONS)


def test_the_retracted_vitamin_k2_trial_is_never_cited():
    everything = "".join(path.read_text(encoding="utf-8") for path in KNOWLEDGE)
    for doi in ("10.1001/jamainternmed.2024.5726", "10.1001/jamainternmed.2025.2160"):
        assert doi not in everything
    assert not any("vitamin k" in text.lower() for text in texts_in(list(article.CITATIONS.values())))


@pytest.mark.parametrize("claim", claims.CLAIMS, ids=lambda claim: claim.id)
def test_a_statement_names_a_paragraph_a_kind_and_a_certainty(claim):
    assert 2 <= claim.paragraph <= article.ARTICLE.paragraphs
    assert claim.kind in claims.KINDS
    assert claim.certainty_words


def test_every_statement_is_shown_under_one_heading():
    shown = [claim.id for _heading, group in claims.claims_by_kind() for claim in group]
    assert sorted(shown) == sorted(claim.id for claim in claims.CLAIMS)


def test_factors_cover_the_suspects_of_the_article():
    assert TABLES["factors"] == [
        "hard-floor", "sitting", "posture", "activity", "alcohol", "hydration", "pregnancy", "parkinsons"
    ]  # fmt: skip
    for factor in factors.FACTORS:
        assert all(field in habits.HABITS_BY_KEY for field in factor.fields)
        assert all(f"factor:{factor.key}" in claims.CLAIMS_BY_ID[key].shown_on for key in factor.claims)
        assert factor.condition is None or factor.condition in long_term.CONDITIONS_BY_KEY


def test_habits_are_the_columns_of_a_night():
    from episodes.models import Night

    columns = {field.name for field in Night._meta.get_fields()}
    assert set(TABLES["habits"]) <= columns


def test_six_habits_are_asked_at_the_start():
    assert habits.DEFAULT_ROWS == (
        "activity", "sitting_hours", "hard_floor_hours", "alcohol_drinks", "fluid_ml", "stretched_minutes"
    )  # fmt: skip


def test_evening_remedies_are_asked_as_habits_of_the_evening():
    assert all(habits.HABITS_BY_KEY[key].group == "evening" for key in EVENING)


@pytest.mark.parametrize("habit", AMOUNTS, ids=lambda habit: habit.key)
def test_bands_stand_for_rising_values_within_the_range(habit):
    values = [band.value for band in habit.bands]
    assert len(values) >= 3
    assert values == sorted(set(values))
    assert habit.minimum <= values[0]
    assert values[-1] <= habit.maximum
    assert all(value % habit.step == 0 for value in values)


@pytest.mark.parametrize("habit", habits.HABITS, ids=lambda habit: habit.key)
def test_a_habit_has_what_its_kind_needs(habit):
    assert bool(habit.levels) == (habit.kind == "levels")
    assert bool(habit.bands) == (habit.kind == "amount")
    assert habit.question.rstrip(".").endswith(("?", "can be"))


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("sitting_hours", [2, 6, 10]),
        ("hard_floor_hours", [0, 1, 3, 5]),
        ("alcohol_drinks", [0, 1, 2, 3]),
        ("fluid_ml", [750, 1250, 1750, 2500]),
        ("stretched_minutes", [0, 5, 10]),
        ("bedtime_tightness_0_10", list(range(11))),
    ],
)
def test_declared_values_of_bands_stay_as_they_are(key, values):
    assert [band.value for band in habits.HABITS_BY_KEY[key].bands] == values


def test_alcohol_is_its_own_section_and_off_in_pregnancy():
    alcohol = habits.HABITS_BY_KEY["alcohol_drinks"]
    assert (alcohol.scope, alcohol.off_in_pregnancy) == ("alcohol", True)
    assert {habit.scope for habit in habits.HABITS if habit is not alcohol} == {"habits"}


def test_experiments_are_allowed_for_four_remedies_only():
    assert set(remedies.EXPERIMENT_ALLOWED) == {"stretching", "warm-bath", "heat", "massage"}


@pytest.mark.parametrize("remedy", remedies.REMEDIES, ids=lambda remedy: remedy.key)
def test_a_remedy_says_how_and_speaks_of_pregnancy_first(remedy):
    assert len(remedy.how) == 3
    assert "pregnancy" in remedy.who_should_not[0].lower()
    assert remedy.certainty in claims.CERTAINTY
    assert remedy.habit is None or remedy.habit in habits.HABITS_BY_KEY
    assert all(key in article.CITATIONS for key in remedy.citations)
    assert all(key in remedies.REMEDIES_DURING_BY_KEY for key in remedy.during)
    assert all(f"remedy:{remedy.key}" in claims.CLAIMS_BY_ID[key].shown_on for key in remedy.claims)


def test_every_remedy_during_a_cramp_points_to_a_page_that_knows_it():
    for during in remedies.REMEDIES_DURING:
        assert during.page is None or during.key in remedies.REMEDIES_BY_KEY[during.page].during


@pytest.mark.parametrize("condition", ["pregnancy", "diabetes", "neuropathy"])
def test_heat_is_refused_where_it_could_burn(condition):
    heat = remedies.REMEDIES_BY_KEY["heat"]
    assert condition in heat.refused_with
    assert heat.refused_when_numb
    assert long_term.CONDITIONS_BY_KEY[condition].refuses_heat


def test_places_are_every_side_of_every_location():
    expected = {
        (side, place) for place in choices.values(choices.LOCATION) for side in choices.values(choices.SIDE)
    }
    assert {(place.side, place.location) for place in choices.PLACES} == expected


@pytest.mark.parametrize(
    ("side", "location", "words"),
    [
        ("right", "calf", "Right calf"),
        (None, "calf", "Calf"),
        ("left", None, "Left leg"),
        ("both", None, "Both legs"),
        (None, None, None),
    ],
)
def test_a_place_is_named_as_exactly_as_it_was_answered(side, location, words):
    assert choices.place_label(side, location) == words


def test_scopes_are_those_of_a_consent_with_the_private_ones_off():
    from episodes.models.access import SCOPES

    assert tuple(TABLES["scopes"]) == tuple(SCOPES)
    off = {scope.key for scope in consent_texts.SCOPES if not scope.on_by_default}
    assert off == {"alcohol", "health", "notes"}


def test_current_consent_texts_exist_under_their_version():
    assert consent_texts.storing_text().version == consent_texts.STORING_VERSION
    assert consent_texts.sharing_text().version == consent_texts.SHARING_VERSION


def test_an_unknown_version_of_a_consent_text_is_an_error():
    with pytest.raises(KeyError):
        consent_texts.storing_text("2019-01")


@pytest.mark.parametrize(
    ("country", "emergency", "urgent"),
    [
        ("GB", "999", "111"),
        ("IE", "112", None),
        ("US", "911", None),
        ("DE", "112", "116117"),
        ("FR", "15", "15"),
        ("ES", "112", None),
        ("AT", "144", "1450"),
        ("CH", "144", None),
        ("", "112", None),
        ("xx", "112", None),
        (None, "112", None),
        ("de", "112", "116117"),
    ],
)
def test_the_number_to_call_fits_the_country(country, emergency, urgent):
    numbers = red_flags.help_for(country, False).numbers
    assert (numbers.emergency_number, numbers.urgent_number) == (emergency, urgent)
    assert numbers.to_be_checked


def keys_shown(country, is_pregnant):
    return [flag.key for group in red_flags.help_for(country, is_pregnant).groups for flag in group.flags]


def test_in_pregnancy_one_bad_leg_goes_to_the_maternity_unit_alone():
    shown = keys_shown("GB", True)
    assert "leg_in_pregnancy" in shown
    assert "leg" not in shown


@pytest.mark.parametrize("is_pregnant", [False, None])
def test_without_a_known_pregnancy_every_sign_is_shown(is_pregnant):
    assert set(keys_shown("GB", is_pregnant)) == set(red_flags.RED_FLAGS_BY_KEY)


def test_emergency_comes_first_and_every_sign_has_a_source():
    assert red_flags.help_for("GB").groups[0].urgency == "emergency"
    flags = (*red_flags.RED_FLAGS, *red_flags.APPOINTMENT_REASONS)
    assert all(flag.citations and flag.to_be_checked for flag in flags)


def test_nobody_is_promised_a_cure():
    for row in (*claims.CLAIMS, *remedies.REMEDIES):
        for text in texts_in(row):
            for sentence in re.split(r"(?<=[.;])\s", text):
                assert not re.search(r"\bcures?\b", sentence) or "no promise" in sentence.lower()


def test_article_and_questions_import_nothing_but_themselves():
    assert len(KNOWLEDGE) > 10
    allowed = {"__future__", "dataclasses", "typing"}
    for path in KNOWLEDGE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert all(
                name in allowed or name.startswith(("episodes.article", "episodes.questions"))
                for name in names
            ), path.name


@pytest.mark.parametrize(
    "habit", [habit for habit in habits.HABITS if habit.bands], ids=lambda habit: habit.key
)
def test_a_button_covers_its_own_number_and_no_number_has_two(habit):
    for band in habit.bands:
        low = band.value if band.lowest is None else band.lowest
        high = band.value if band.highest is None else band.highest
        assert low <= band.value <= high
        others = [other for other in habit.bands if other is not band]
        assert all(not low <= other.value <= high for other in others)
        assert habit.minimum <= low <= high <= habit.maximum
