"""Who the generated diaries belong to. Pure: the same seed gives the same people.

Rates follow what is published for people with night cramps: between people the weekly number is a
gamma variable, so that a few have many (docs/clinician-guide.md says what the numbers mean).
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

MAIL = "@demo.invalid"
CLINICIAN = "ben"
FIRST_NAMES = [
    "dan",
    "eva",
    "finn",
    "gina",
    "hugo",
    "ines",
    "jon",
    "kira",
    "leo",
    "mona",
    "nils",
    "olga",
    "paul",
    "rosa",
    "sven",
    "tina",
    "udo",
    "vera",
    "will",
    "xenia",
    "yann",
    "zoe",
    "alma",
    "bert",
    "carl",
    "dina",
    "elsa",
    "fred",
    "greta",
    "hans",
    "ida",
    "jana",
    "karl",
    "lena",
    "max",
    "nora",
    "otto",
    "pia",
    "ralf",
    "sara",
]
ZONES = ("Europe/London", "Europe/Berlin", "Europe/Madrid", "America/New_York", "Europe/Helsinki")
WORK = ("mostly_sitting", "mostly_standing", "mixed", "not_working")
CONDITIONS = ("diabetes", "thyroid", "kidney", "vessel_disease")
MEDICINES = (
    ("diuretic_thiazide", "indapamide"),
    ("statin", "atorvastatin"),
    ("laba", "salmeterol"),
    ("magnesium", ""),
)
BETWEEN_PEOPLE = 2.5  # shape of the gamma distribution of weekly cramps
WEEKLY_MEAN = 2.7


@dataclass(frozen=True)
class DemoPerson:
    """A patient who does not exist, and how their nights go.

    weekly_cramps: mean number a week before season and habits. long_sitting_factor: what a day with
    over 8 hours of sitting multiplies it by; 1 plants nothing. restless_share, gap_share: of nights.
    stopped_nights: nothing is written for so long. has_warnings: a few warning answers are planted.
    conditions, medicines: (key, ...) with the share of the diary before their start.
    shares: keys of consent sections for the clinician; empty shares nothing.
    tested: a remedy with a finished experiment, or empty.
    """

    username: str
    zone: str = "Europe/London"
    weekly_cramps: float = WEEKLY_MEAN
    long_sitting_factor: float = 1.0
    trend: float = 0.0
    restless_share: float = 0.05
    gap_share: float = 0.035
    stopped_nights: int = 0
    has_warnings: bool = False
    birth_year: int = 1958
    sex_at_birth: str = "female"
    work_type: str = "mixed"
    usual_day: Mapping[str, float | bool | str] = field(default_factory=dict)
    conditions: tuple[tuple[str, float], ...] = ()
    medicines: tuple[tuple[str, str, float], ...] = ()
    shares: tuple[str, ...] = ()
    tested: str = ""

    @property
    def display_name(self) -> str:
        return f"{self.username.title()} (example)"

    @property
    def email(self) -> str:
        return self.username + MAIL


ADA = DemoPerson(
    username="ada",
    weekly_cramps=2.6,
    long_sitting_factor=2.1,
    trend=-0.3,
    has_warnings=True,
    work_type="mostly_sitting",
    usual_day={
        "activity": 1,
        "sitting_hours": 6,
        "hard_floor_hours": 1,
        "alcohol_drinks": 0,
        "fluid_ml": 1250,
        "stretched_minutes": 5,
    },
    conditions=(("thyroid", -3.0),),
    medicines=(("diuretic_thiazide", "indapamide", -2.0), ("statin", "atorvastatin", 0.55)),
    shares=("nights", "habits", "health", "own_habits", "experiments", "notes", "report"),
    tested="stretching",
)
CLEO = DemoPerson(
    username="cleo",
    zone="Europe/Berlin",
    weekly_cramps=1.9,
    restless_share=0.16,
    birth_year=1971,
    work_type="mostly_standing",
    usual_day={
        "activity": 2,
        "sitting_hours": 2,
        "hard_floor_hours": 3,
        "alcohol_drinks": 0,
        "fluid_ml": 1750,
    },
    medicines=(("iron", "", 0.3),),
)


def people(number: int, seed: int) -> list[DemoPerson]:
    """Return the first `number` patients: ada, cleo, then generated ones."""
    return [ADA, CLEO, *(_person(index, seed) for index in range(max(0, number - 2)))][:number]


def usernames(number: int) -> set[str]:
    """Return the user names that a demo of so many patients can hold, the clinician's too."""
    return {
        CLINICIAN,
        ADA.username,
        CLEO.username,
        *(_username(index) for index in range(max(0, number - 2))),
    }


def _username(index: int) -> str:
    turn, position = divmod(index, len(FIRST_NAMES))
    return FIRST_NAMES[position] + (str(turn + 1) if turn else "")


def _person(index: int, seed: int) -> DemoPerson:
    username = _username(index)
    chance = random.Random(f"{seed}:{username}:person")  # noqa: S311  to be repeatable, not secret
    usual_day: dict[str, float | bool | str] = {
        "activity": chance.choice((0, 1, 1, 2)),
        "sitting_hours": chance.choice((2, 6, 6, 10)),
        "hard_floor_hours": chance.choice((0, 0, 1, 3)),
        "alcohol_drinks": chance.choice((0, 0, 1)),
        "fluid_ml": chance.choice((750, 1250, 1750)),
    }
    some = chance.random
    shares = ["nights", "habits", "own_habits", "experiments", "report"]
    shares += [scope for scope in ("alcohol", "health", "notes") if some() < 0.4]
    return DemoPerson(
        username=username,
        zone=chance.choice(ZONES),
        weekly_cramps=min(chance.gammavariate(BETWEEN_PEOPLE, WEEKLY_MEAN / BETWEEN_PEOPLE), 10),
        restless_share=chance.choice((0.02, 0.05, 0.2)),
        gap_share=chance.uniform(0.01, 0.12),
        stopped_nights=chance.choice((0, 0, 0, 0, 0, 9, 40)),
        has_warnings=chance.random() < 0.25,
        birth_year=chance.randint(1938, 1985),
        sex_at_birth=chance.choice(("female", "male")),
        work_type=chance.choice(WORK),
        usual_day=usual_day,
        conditions=((chance.choice(CONDITIONS), -1.0),) if some() < 0.4 else (),
        medicines=((*chance.choice(MEDICINES), chance.uniform(-1, 0.8)),) if some() < 0.5 else (),
        shares=tuple(shares) if index % 3 < 2 else (),
    )
