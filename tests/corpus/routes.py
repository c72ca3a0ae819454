"""Every route that takes something in, with a right body and what each of its fields may take.

The table is compared with the URLconf: a route that answers a POST, PUT or DELETE and stands nowhere here is red.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tests.conftest import PASSWORD
from tests.corpus.kinds import (
    Anything,
    Choice,
    Clock,
    Day,
    Flag,
    Id,
    Json,
    Kind,
    Moment,
    Number,
    Rows,
    StrictFlag,
    Text,
    Version,
)
from tests.matrix.people import NIGHT

NOWHERE = "01900000-0000-7000-8000-000000000000"
OUTCOMES = ("no_cramps", "cramps", "unsure", "not_in_bed")
YES_NO, YES_NO_UNSURE = ("yes", "no"), ("yes", "no", "unsure")
BANDS = ("under_1", "1_5", "5_10", "10_30", "30_60", "over_60")
PARTS = ("before_midnight", "0_3", "3_6", "after_6", "daytime")
PLACES = ("calf", "foot", "toes", "shin", "thigh_front", "hamstring", "other")
SIDES = ("left", "right", "both")
REMEDIES = ("stretch", "massage", "heat", "walk", "shake", "cold", "medicine", "waited", "other")
TESTED = ("stretching", "warm-bath", "heat", "massage")
POSTURES = ("supported", "crossed", "slumped", "feet_unsupported", "unsure")
RESTLESS = ("urge_to_move", "crawling", "worse_at_rest", "moving_relieves", "comes_back_when_i_stop", "worse_in_evening")  # fmt: skip
AMOUNTS = {
    "sitting_hours": (18, 0.5), "hard_floor_hours": (18, 0.5), "alcohol_drinks": (30, 0.5), "fluid_ml": (8000, 1),
    "stretched_minutes": (60, 1), "longest_still_hours": (16, 0.5), "bedtime_tightness_0_10": (10, 1),
}  # fmt: skip
BINARIES = ("hot_or_sweating", "vomiting_or_diarrhoea", "warm_bath", "heat_at_bedtime", "massage_at_bedtime", "acupuncture")  # fmt: skip
HABITS = (*AMOUNTS, *BINARIES, "activity", "sitting_posture")
ANSWERED_HABITS: dict[str, Kind] = {
    **{name: Number(0, high) for name, (high, _step) in AMOUNTS.items()},
    **{f"{name}_exact": Number(0, high) for name, (high, _step) in AMOUNTS.items()},
    **{name: Choice(*YES_NO, "?") for name in BINARIES},
    "activity": Choice("0", "1", "2", "3", "?"),
    "sitting_posture": Choice(*POSTURES, "?"),
}
LIBRARY = frozenset({200, 302, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422})
REFUSED = frozenset({400, 403, 404, 405, 409, 413, 415, 422})


class Form(NamedTuple):
    """One way in. fields: what may be spoilt; right: a body that is accepted; refusals: how spoilt ones are answered.

    says_later: a spoilt field is answered by a page that comes after a redirect, with a sentence on it.
    """

    route: str
    role: str
    right: Mapping[str, Any]
    fields: Mapping[str, Kind]
    method: str = "POST"
    is_json: bool = False
    is_library: bool = False
    says_later: bool = False
    counters: str = ""
    prepare: Callable[[Any, Any], None] | None = None
    where: Mapping[str, Any] = {}  # parameters of the address, where the usual ones do not lead anywhere
    is_optional: bool = False  # no field is needed, so a body that says nothing is a right one
    query: str = ""

    @property
    def name(self) -> str:
        return f"{self.method} {self.route}"


def _after_finding(client: Any, world: Any) -> None:
    """Let the patient have found Dora by her code, which the page of the consent needs."""
    from episodes.models import ClinicianCard

    session = client.session
    session["clinician_found"] = {"code": ClinicianCard.objects.get(clinician=world.people["dora"]).code}
    session.save()


CRAMP = {
    "episodes-0-place": "left-calf", "episodes-0-duration_band": "1_5", "episodes-0-remedies": ["stretch"],
    "episodes-0-helped": "yes",
}  # fmt: skip
EPISODE: dict[str, Kind] = {
    "id": Id(), "client_id": Id(), "DELETE": Flag(), "place": Choice(*(f"{side}-{place}" for side in SIDES for place in PLACES)),
    "location": Choice(*PLACES), "side": Choice(*SIDES), "duration_band": Anything(), "duration_seconds": Number(1, 7200), "duration_minutes": Number(0, 120),
    "over_an_hour_confirmed": Flag(), "pain_0_10": Choice(*range(11)), "part_of_night": Anything(), "started_at": Clock(), "second_time": Flag(),
    "remedies": Choice(*REMEDIES), "helped": Choice("none", "some", "yes"), "woke_me": Choice(*YES_NO), "felt": Choice("pain", "crawling", "both"),
    "wanted_to": Choice("keep_still", "stretch", "move"), "hard_knot": Choice(*YES_NO), "could_not_move": Choice(*YES_NO), "toe_curl_or_twist": Choice(*YES_NO), "fell": Choice(*YES_NO),
}  # fmt: skip
NIGHT_FIELDS: dict[str, Kind] = {
    "version": Version(), "operation_id": Text(64), "form_session": Id(), "answered_at": Text(40), "sent_at": Anything(), "owner": Anything(), "save": Anything(), "next": Anything(),
    "kept_offline": Flag(), "add_episode": Flag(), "delete_cramps": Anything(), "keep_cramps": Anything(), "habits_shown": Anything(), "outcome": Choice(*OUTCOMES, required=True), "episode_count": Number(1, 20), "episode_count_exact": Number(1, 20), "soreness_morning_0_10": Number(0, 10),
    "sleep_disturbance_0_10": Number(0, 10), "soreness_next_day_0_10": Number(0, 10), "kept_awake_minutes": Number(0, 600), "sleep_quality_1_5": Choice(*range(1, 6)),
    "restless_legs": Choice(*YES_NO_UNSURE), "leg_warning_sign": Choice("none", "left", "right", "both"), "numbness": Choice(*YES_NO), "weakness_after": Choice(*YES_NO),
    "shared_note": Text(2000), "private_note": Text(2000), **{name: Choice(*YES_NO_UNSURE) for name in RESTLESS}, **ANSWERED_HABITS, "habit_h1": Choice(*YES_NO, "?"), "habit_h9": Anything(),
    **{f"episodes-0-{name}": kind for name, kind in EPISODE.items()},
}  # fmt: skip
API_HABITS: dict[str, Kind] = {
    **{name: Number(0, high, step=step) for name, (high, step) in AMOUNTS.items()}, **{name: Flag() for name in BINARIES},
    "activity": Number(0, 3, step=1), "sitting_posture": Choice(*POSTURES),
}  # fmt: skip
API_EPISODE: dict[str, Kind] = {
    "side": Choice(*SIDES), "location": Choice(*PLACES), "started_at": Moment(), "part_of_night": Choice(*PARTS), "duration_seconds": Number(1, 7200, step=1), "duration_band": Choice(*BANDS),
    "pain_0_10": Number(0, 10, step=1), "woke_me": Flag(), "felt": Choice("pain", "crawling", "both"), "wanted_to": Choice("keep_still", "stretch", "move"), "could_not_move": Flag(), "hard_knot": Flag(),
    "toe_curl_or_twist": Flag(), "fell": Flag(), "is_open": StrictFlag(), "over_an_hour_confirmed": StrictFlag(), "remedies": Rows([]), "version": Version(), "unknown": Rows(...),
}  # fmt: skip
API_NIGHT: dict[str, Kind] = {
    "version": Version(), "outcome": Choice(*OUTCOMES), "episode_count": Number(1, 20, step=1), **{name: Number(0, 10, step=1) for name in ("sleep_disturbance_0_10", "soreness_morning_0_10", "soreness_next_day_0_10")},
    "kept_awake_minutes": Number(0, 600, step=1), "sleep_quality_1_5": Number(1, 5, step=1), "restless_legs": Choice(*YES_NO_UNSURE), **{name: Choice(*YES_NO_UNSURE) for name in RESTLESS}, "leg_warning_sign": Choice("none", "left", "right", "both"),
    "numbness": Flag(), "weakness_after": Flag(), **API_HABITS, "custom_answers": Rows({}), "banded": Rows([]), "dont_know": Rows([]), "episodes": Rows([]), "shared_note": Text(2000), "private_note": Text(2000), "unknown": Rows(...),
}  # fmt: skip
CREDENTIAL = {"credential": Json()}
DAYS_OF_CONDITION: dict[str, Kind] = {"started_on": Day(), "due_on": Day(), "ended_on": Day()}
CONDITION = {"key": "kidney", "started_on": "2020-01-01"}
CONDITION_FIELDS: dict[str, Kind] = {"key": Anything(), **DAYS_OF_CONDITION}
MEDICINE = {"drug_class": "statin", "name": "Sim", "started_on": "2020-01-01"}
MEDICINE_FIELDS: dict[str, Kind] = {"drug_class": Choice("statin", required=True), "name": Text(100), "started_on": Day(), "stopped_on": Day()}  # fmt: skip
SETTINGS = {
    "display_name": "Ada", "time_zone": "Europe/London", "week_starts_on": "1", "theme": "auto", "language": "en", "country": "GB", "hemisphere": "north", "drink_grams": "8",
}  # fmt: skip
CONSENT = {"scopes": ["nights"], "period": "3", "purpose": "visit", "agrees": "on"}
CONSENT_FIELDS: dict[str, Kind] = {"scopes": Choice("nights", "habits", "alcohol", "health", "own_habits", "experiments", "notes", "report", required=True), "first_day": Day(), "period": Choice("1", "3", "6", "12", "day", required=True), "last_day": Anything(), "purpose": Text(200), "agrees": Flag()}  # fmt: skip
BUTTON: dict[str, Kind] = {"anything": Anything()}
FORMS: tuple[Form, ...] = (
    Form("diary:night-detail", "ada", {"version": "1", "outcome": "cramps", "episodes-TOTAL_FORMS": "1", "episodes-INITIAL_FORMS": "0", **CRAMP}, NIGHT_FIELDS, counters="episodes"),
    Form("diary:night-outcome", "ada", {"outcome": "cramps", "version": "1"}, {"outcome": Choice(*OUTCOMES), "version": Anything(), "operation_id": Anything(), "next": Anything(), "made": Anything(), "delete_cramps": Anything()}),
    Form("diary:safety-read", "ada", {"shown_at": "2026-11-20T07:00:00+00:00", "about": ["numbness"]}, {"shown_at": Moment(required=True), "about": Anything()}),
    Form("diary:evening", "ada", {"version": "1", "activity": "1"}, BUTTON, is_optional=True),
    Form("diary:night-soreness", "ada", {"soreness_next_day_0_10": "3", "version": "1"}, {"soreness_next_day_0_10": Number(0, 10), "version": Version()}),
    Form("diary:night-length", "ada", {"duration_band": "1_5", "version": "1"}, {"duration_band": Choice(*BANDS, "unknown", required=True), "version": Version()}),
    Form("diary:night-finish", "ada", {"cramp": "<cramp>", "version": "1", "day": "usual"}, {"cramp": Anything(), "version": Anything(), "day": Anything(), "leave": Anything()}),
    Form("diary:night-undo", "ada", {"version": "1"}, {"version": Version()}),
    Form("diary:night-delete", "ada", {"version": "1"}, {"version": Version()}),
    Form("diary:night-restore", "ada", {"copy": "1", "version": "1"}, {"copy": Version(), "version": Version()}),
    Form("diary:night-mark", "ada", {"date": ["2026-03-20"], "outcome": "no_cramps"}, {"date": Anything(), "outcome": Choice("no_cramps", "not_in_bed", "unsure", required=True)}, says_later=True),
    Form("diary:now", "ada", {"client_id": NOWHERE, "do": "start"}, {"client_id": Id(required=True), "kind": Choice("cramp", "restless"), "do": Choice("start", "stop", "side", "remove", "keep", "restless"), "side": Choice(*SIDES), "owner": Anything(), **{name: Moment() for name in ("started_at", "stopped_at", "side_at", "removed_at", "kept_at", "sent_at")}}),
    Form("remedies:plan-set", "ada", {"remedy": "stretching"}, {"remedy": Choice(*TESTED)}, says_later=True),
    Form("remedies:plan-answer", "ada", {"done": "yes"}, {"done": Choice(*YES_NO, required=True)}, says_later=True),
    Form("experiments:start", "ada", {"remedy": "stretching", "plan": "nightly-112"}, {"remedy": Choice(*TESTED, required=True), "plan": Anything()}),
    Form("experiments:experiment-followed", "ada", {"date": str(NIGHT), "followed": "yes"}, {"date": Day(required=True), "followed": Choice("yes", "no", "unknown", required=True), "back": Anything()}),
    Form("experiments:experiment-stop", "ada", {}, BUTTON, is_optional=True),
    Form("habits:habit-add", "ada", {"label": "Walk", "kind": "levels", "levels": "a\nb"}, {"label": Text(60, required=True), "kind": Choice("yes_no", "amount", "levels", required=True), "unit": Text(20), "levels": Text(2000)}),
    Form("habits:habit-edit", "ada", {"label": "Walk", "active": "on"}, {"label": Text(60, required=True), "unit": Anything(), "new_level": Text(0), "active": Flag()}),
    Form("sharing:clinician-find", "ada", {"code": "<code>"}, {"code": Json()}),
    Form("sharing:consent-add", "ada", CONSENT, CONSENT_FIELDS, prepare=_after_finding),
    Form("sharing:consent-change", "ada", CONSENT, CONSENT_FIELDS),
    Form("sharing:consent-withdraw", "ada", {}, BUTTON, is_optional=True),
    Form("sharing:mails", "ada", {"sharing_mails": "on"}, {"sharing_mails": Flag()}, is_optional=True),
    Form("sharing:question-add", "ada", {"text": "Why?"}, {"text": Text(2000, required=True)}),
    Form("sharing:question-remove", "ada", {}, BUTTON, is_optional=True),
    Form("sharing:look-report", "ada", {}, BUTTON, is_optional=True),
    Form("sharing:invitation-add", "ben", {}, BUTTON, is_optional=True),
    Form("sharing:invitation-take-back", "ben", {}, BUTTON, is_optional=True),
    Form("report:link-add", "ada", {"period": "28", "section": ["nights"], "days": "7", "pin": "1234"}, {"period": Choice("14", "28", "visit", required=True), "since": Day(), "section": Choice("questions", "flags", "nights", "cramps", "sleep", "places", "relief", "restless", "habits", "own_habits", "alcohol", "health", "table"), "days": Choice("1", "7", "30", required=True), "pin": Text(12, pattern=r"\d{4,12}")}),
    Form("report:link-end", "ada", {}, BUTTON, is_optional=True),
    Form("report:shared-report", "nobody", {"pin": "1234"}, {"pin": Json()}),
    Form("exchange:import", "ada", {'files"; filename="a.csv': "date,outcome\n2026-03-15,no_cramps\n"}, {'files"; filename="a.csv': Anything()}),
    Form("exchange:import-preview", "ada", {"replace": "on"}, {"replace": Flag()}, is_optional=True),
    Form("exchange:import-columns", "ada", {"date": "date"}, BUTTON, is_optional=True),
    Form("exchange:import-undo", "ada", {}, BUTTON, is_optional=True),
    Form("account:overview", "ada", SETTINGS, {"display_name": Text(100), "time_zone": Choice("Europe/London", required=True), "sleeps_by_day": Flag(), "week_starts_on": Choice("1", "6", "7", required=True), "theme": Choice("auto", "light", "dark", required=True), "language": Choice("en", "de", "es", "fr", required=True), "country": Choice("GB"), "hemisphere": Choice("north", "south", required=True), "drink_grams": Choice("8", "10", "14", required=True)}),
    Form("account:time-zone", "ada", {"time_zone": "Asia/Tokyo"}, {"time_zone": Choice("Asia/Tokyo", required=True), "next": Anything()}),
    Form("account:usual-day", "ada", {"active_habits": ["activity"], "activity": "1", "habit_h1": "yes"}, {"active_habits": Choice(*HABITS), "activity": Choice("0", "1", "2", "3"), "sitting_hours": Choice("2", "6", "10"), "warm_bath": Choice(*YES_NO), "sitting_posture": Choice(*POSTURES), "bedtime_tightness_0_10": Choice(*range(11)), "habit_h1": Choice(*YES_NO)}, is_optional=True),
    Form("account:session-end", "ada", {}, BUTTON, is_optional=True),
    Form("account:erase", "ada", {"what": "diary", "diary-sure": "on", "diary-password": PASSWORD}, {"what": Json(), "diary-password": Json()}),
    Form("account:health", "ada", {"birth_year": "1950", "sex_at_birth": "female", "work_type": "mixed"}, {"birth_year": Number(1900, 2100), "sex_at_birth": Choice("female", "male", "other"), "work_type": Choice("mostly_sitting", "mostly_standing", "mostly_walking", "heavy", "mixed", "not_working")}, is_optional=True),
    Form("account:condition-add", "ada", {"key": "thyroid"}, {**CONDITION_FIELDS, "key": Choice("thyroid", required=True)}),
    Form("account:condition-edit", "ada", CONDITION, {**CONDITION_FIELDS, "key": Choice("kidney", required=True)}),
    Form("account:condition-end", "ada", {"on": "2026-01-01"}, {"on": Day(required=True)}),
    Form("account:condition-delete", "ada", {}, BUTTON, is_optional=True),
    Form("account:medicine-add", "ada", MEDICINE, MEDICINE_FIELDS),
    Form("account:medicine-edit", "ada", MEDICINE, MEDICINE_FIELDS),
    Form("account:medicine-end", "ada", {"on": "2026-01-01"}, {"on": Day(required=True)}),
    Form("account:medicine-delete", "ada", {}, BUTTON, is_optional=True),
    Form("account:token-make", "ada", {"name": "Button", "scopes": ["read_nights"], "days": "30"}, {"name": Text(60, required=True), "scopes": Choice("read_nights", "write_nights", "cramp_now", "read_trends", "export", required=True), "days": Choice("30", "90", "365", required=True)}),
    Form("account:token-end", "ada", {}, BUTTON, is_optional=True),
    Form("account:start", "ada", {"active_habits": ["activity"]}, {"active_habits": Choice(*HABITS)}, is_optional=True),
    Form("account:start-hours", "ada", {"sleeps": "day", "evening_card": "on"}, {"sleeps": Choice("night", "day", required=True), "evening_card": Flag()}),
    Form("account:start-reminder", "ada", {"at": "08:30"}, {"at": Clock(required=True)}),
    Form("account:reminders", "ada", {"at": "08:30", "days": ["1", "7"]}, {"at": Clock(required=True), "days": Number(1, 7, required=True), "by_email": Flag(), "paused_until": Day()}),
    Form("account:reminder-later", "ada", {}, BUTTON, is_optional=True),
    Form("account:reminder-go-on", "ada", {"answer": "yes"}, {"answer": Choice(*YES_NO, required=True)}),
    Form("account:reminder-calendar-make", "ada", {}, BUTTON, is_optional=True),
    Form("account:reminder-calendar-end", "ada", {}, BUTTON, is_optional=True),
    Form("account:reminder-subscribe", "ada", {"endpoint": "https://fcm.googleapis.com/x", "keys": {}}, {"endpoint": Rows(...), "keys": Rows(...)}, is_json=True),
    Form("account:reminder-unsubscribe", "ada", {"endpoint": "https://fcm.googleapis.com/x"}, {"endpoint": Text(1000, required=True), "all": Anything()}, is_json=True),
    Form("admin:patient-note", "ben", {"text": "Seen."}, {"text": Text(2000, required=True)}),
    Form("admin:patient-reviewed", "ben", {"seen": "1700000000", "text": "Seen."}, {"seen": Anything(), "text": Text(2000)}, is_optional=True),
    Form("admin:patient-number", "ben", {"number": "12-345"}, {"number": Text(40)}, is_optional=True),
    Form("admin:patient-review-undo", "ben", {"mark": "01a22ec9-cad8-714b-b16e-24ce31d173b8"}, {"mark": Anything()}, is_optional=True),
    Form("admin:code-replace", "ben", {}, BUTTON, is_optional=True),
    Form("admin:episodes_user_change", "odd", {"is_active": "on", "is_clinician": "on", "card_name": "Dr Ada", "practice": "Mill"}, {"is_active": Flag(), "is_clinician": Flag(), "card_name": Text(100, required=True), "practice": Text(150)}, is_library=True, is_optional=True),
    Form("admin:episodes_user_changelist", "odd", {"action": "delete_selected", "_selected_action": "1"}, {"action": Json(), "_selected_action": Json()}, is_library=True),
    Form("admin:login", "nobody", {"username": "ada", "password": PASSWORD}, BUTTON, is_library=True),
    Form("admin:logout", "odd", {}, BUTTON, is_library=True, is_optional=True),
    Form("set_language", "nobody", {"language": "de", "next": "/"}, {"language": Anything(), "next": Anything()}, is_library=True, is_optional=True),
    Form("account_signup", "nobody", {"username": "newcomer", "email": "new@example.org", "password1": "a moonlit pass phrase 7", "time_zone": "Europe/London", "agrees": "on", "is_old_enough": "on"}, {"username": Anything(), "email": Anything(), "password1": Anything(), "time_zone": Choice("Europe/London", required=True), "language": Choice("en", "de", "es", "fr"), "text_version": Choice("2026-11"), "next": Anything()}, is_library=True),
    Form("account_login", "nobody", {"login": "ada", "password": PASSWORD}, {"login": Json(), "password": Json(), "remember": Flag(), "next": Anything()}, is_library=True),
    Form("account_logout", "ada", {}, {"next": Anything()}, is_library=True, is_optional=True),
    Form("account_reauthenticate", "ada", {"password": PASSWORD}, {"password": Json(), "next": Anything()}, is_library=True),
    Form("account_email", "ada", {"email": "new@example.org", "action_add": ""}, {"email": Anything(), "action_add": Anything(), "action_remove": Anything(), "action_send": Anything(), "action_primary": Anything()}, is_library=True),
    Form("account_confirm_email", "nobody", {}, BUTTON, is_library=True, is_optional=True),
    Form("account_change_password", "ada", {"oldpassword": PASSWORD, "password1": "a moonlit pass phrase 7", "password2": "a moonlit pass phrase 7"}, {"oldpassword": Json(), "password1": Anything()}, is_library=True),
    Form("account_set_password", "ada", {"password1": "a moonlit pass phrase 7"}, {"password1": Anything()}, is_library=True),
    Form("account_reset_password", "nobody", {"email": "ada@example.org"}, {"email": Anything()}, is_library=True),
    Form("account_reset_password_from_key", "nobody", {"password1": "a moonlit pass phrase 7"}, {"password1": Anything()}, is_library=True),
    Form("usersessions_list", "ada", {}, BUTTON, is_library=True, is_optional=True),
    Form("mfa_authenticate", "nobody", {"code": "123456"}, {"code": Json()}, is_library=True),
    Form("mfa_reauthenticate", "ben", {"code": "123456"}, {"code": Json()}, is_library=True),
    Form("mfa_activate_totp", "ada", {"code": "123456"}, {"code": Json()}, is_library=True),
    Form("mfa_deactivate_totp", "ben", {}, BUTTON, is_library=True, is_optional=True),
    Form("mfa_generate_recovery_codes", "ben", {}, BUTTON, is_library=True, is_optional=True),
    Form("mfa_add_webauthn", "ada", {"name": "Phone", "credential": "{}"}, {"name": Anything(), "passwordless": Flag(), **CREDENTIAL}, is_library=True),
    Form("mfa_login_webauthn", "nobody", {"credential": "{}"}, CREDENTIAL, is_library=True),
    Form("mfa_reauthenticate_webauthn", "ada", {"credential": "{}"}, CREDENTIAL, is_library=True),
    Form("mfa_edit_webauthn", "ada", {"name": "Key"}, {"name": Text(100, required=True)}, is_library=True),
    Form("mfa_remove_webauthn", "ada", {}, BUTTON, is_library=True, is_optional=True),
    Form("api:night", "program", {"version": 1, "outcome": "cramps", "episodes": [{"side": "left", "location": "calf"}]}, API_NIGHT, method="PUT", is_json=True),
    Form("api:night", "program", {}, {}, method="DELETE", is_json=True, is_optional=True, query="version=1"),
    Form("api:night-outcome", "program", {"version": 1, "outcome": "cramps"}, {"version": Version(), "outcome": Choice(*OUTCOMES), "unknown": Rows(...)}, method="PUT", is_json=True),
    Form("api:episode-list", "program", {"version": 1, "side": "left", "location": "foot"}, API_EPISODE, is_json=True),
    Form("api:episode", "program", {"version": 1, "side": "left", "location": "foot"}, API_EPISODE, method="PUT", is_json=True),
    Form("api:episode", "program", {}, {}, method="DELETE", is_json=True, is_optional=True, query="version=1"),
    Form("api:now", "program", {"do": "start"}, {"do": Choice("start", "stop", "remove", "restless", required=True), "at": Moment(), "side": Choice(*SIDES), "client_id": Id(), "unknown": Rows(...)}, is_json=True),
    Form("api:unknown", "program", {}, {}, is_json=True, is_optional=True),
    Form("api:api-root", "program", {}, {}, is_json=True, is_optional=True),
)  # fmt: skip
FORMS_BY_NAME = {form.name: form for form in FORMS}
