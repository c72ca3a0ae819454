"""Writing a night through the form."""

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest

from tests.diary.conftest import one_cramp


def test_only_the_outcome_is_required(send, stored):
    assert send().status_code == 302
    night = stored()
    assert night.outcome == "no_cramps"
    assert night.version == 1
    answered = {name for name, value in night.answers.items() if value not in (None, [], {}, False)}
    assert answered == {"outcome"}


def test_unanswered_habits_stay_unanswered_and_zero_stays_zero(send, stored):
    send(alcohol_drinks="0", sitting_hours="")
    assert stored().answers["alcohol_drinks"] == 0
    assert stored().answers["sitting_hours"] is None


def test_a_banded_amount_is_marked_and_an_exact_one_is_not(send, stored):
    send(sitting_hours="~6", hard_floor_hours="2.5")
    assert stored().answers["sitting_hours"] == Decimal("6.0")
    assert stored().answers["banded"] == ["sitting_hours"]


def test_the_exact_number_wins_over_the_button(send, stored):
    send(sitting_hours="~6", sitting_hours_exact="7,5")
    assert stored().answers["sitting_hours"] == Decimal("7.5")
    assert stored().answers["banded"] == []


def test_dont_know_is_kept_and_not_filled_by_the_usual_day(send, stored, clients):
    send(alcohol_drinks="?", sitting_hours="~6", save="keep")
    send(version="1", alcohol_drinks="?", save="usual")
    assert stored().answers["alcohol_drinks"] is None
    assert stored().answers["dont_know"] == ["alcohol_drinks"]


def test_the_usual_day_fills_only_what_was_left_open(send, stored, date):
    send(sitting_hours="~6", activity="1", save="keep")
    before = date - dt.timedelta(days=1)
    send(before, sitting_hours="~10", save="usual")
    night = stored(before)
    assert night.answers["sitting_hours"] == 10
    assert night.answers["activity"] == 1
    assert night.answers["habits_source"] == "usual_changed"


def test_a_night_with_only_the_usual_day_says_so(send, stored, date):
    send(activity="1", save="keep")
    before = date - dt.timedelta(days=1)
    send(before, save="usual")
    assert stored(before).answers["habits_source"] == "usual"


def test_two_cramps_in_different_places_are_two_episodes(send, stored):
    fields = one_cramp(
        place="right-calf", duration_band="1_5", pain_0_10="6", remedies=["stretch", "walk"], helped="yes"
    )
    fields |= {
        "episodes__TOTAL_FORMS": "2",
        "episodes__1__location": "foot",
        "episodes__1__side": "left",
        "episodes__1__duration_seconds": "480",
    }
    assert send(**fields).status_code == 302
    first, second = stored().episodes
    assert (first["side"], first["location"], first["duration_band"], first["pain_0_10"]) == (
        "right",
        "calf",
        "1_5",
        6,
    )
    assert [(use["remedy"], use["helped"]) for use in first["remedies"]] == [
        ("stretch", "yes"),
        ("walk", "yes"),
    ]
    assert (second["side"], second["location"], second["duration_seconds"], second["pain_0_10"]) == (
        "left",
        "foot",
        480,
        None,
    )


def test_just_the_count_stores_no_episode(send, stored):
    assert send(outcome="cramps", episode_count="~3").status_code == 302
    assert stored().answers["episode_count"] == 3
    assert stored().episodes == []


def test_an_edited_cramp_keeps_its_row_and_what_the_form_does_not_show(send, stored):
    send(**one_cramp(place="right-calf"))
    (episode,) = stored().episodes
    send(version="1", **one_cramp(id=str(episode["id"]), place="left-calf"))
    (edited,) = stored().episodes
    assert edited["id"] == episode["id"]
    assert edited["side"] == "left"


def test_a_cramp_left_out_of_the_form_is_removed(send, stored):
    send(**one_cramp(place="right-calf"))
    send(version="1", outcome="cramps")
    assert stored().episodes == []


def test_an_exact_time_becomes_a_moment_of_that_night(send, stored, ada, date):
    send(**one_cramp(started_at="03:10"))
    (episode,) = stored().episodes
    local = episode["started_at"].astimezone(ada.zone)
    assert (local.date(), local.hour, local.minute) == (date + dt.timedelta(days=1), 3, 10)


def test_the_form_shows_what_is_stored_and_saves_it_back_unchanged(send, stored, clients, date):
    fields = one_cramp(
        place="right-calf", duration_seconds="480", started_at="03:10", pain_0_10="0", woke_me="no"
    )
    send(
        **fields,
        sitting_hours="7.5",
        alcohol_drinks="?",
        private_note="only me",
        shared_note="for the doctor",
    )
    before = stored()
    page = clients.ada.get(f"/nights/{date}/").content.decode()
    sent = checked_fields(page)
    response = clients.ada.post(f"/nights/{date}/", {**sent, "save": "own"})
    assert response.status_code == 302, response.content.decode().partition("error-summary")[2][:600]
    assert stored().as_json() == before.as_json()
    assert stored().private_note == "only me"


@pytest.mark.parametrize(
    ("name", "exact", "band", "words"),
    [
        ("kept_awake_minutes", "135", "Over an hour", "135 minutes"),
        ("kept_awake_minutes", "24", "20 to 60 minutes", "24 minutes"),
        ("sitting_hours", "4", "4 to 8 hours", "4 hours"),
        ("sitting_hours", "8.5", "Over 8 hours", "8.5 hours"),
        ("hard_floor_hours", "1", "Under 2 hours", "1 hour"),
        ("fluid_ml", "999", "Under 1 litre", "999 ml"),
        ("alcohol_drinks", "5", "3 or more", "5 drinks"),
        ("episodes__0__duration_seconds", "480", "5 to 10 minutes", "8 minutes"),
        ("episodes__0__duration_seconds", "600", "5 to 10 minutes", "10 minutes"),
        ("episodes__0__duration_seconds", "45", "Under 1 minute", "45 seconds"),
        ("episodes__0__started_at", "03:10", "3 to 6", "03:10"),
        ("episodes__0__started_at", "23:10", "Before midnight", "23:10"),
    ],
)
def test_an_exact_answer_ticks_the_button_that_covers_it(
    send, stored, clients, date, name, exact, band, words
):
    send(**{**one_cramp(place="right-calf"), name: exact})
    before = stored()
    page = clients.ada.get(f"/nights/{date}/").content.decode()
    ticked = re.findall(r'data-band="[^"]+" checked><span>([^<]+)</span>', page)
    assert ticked == [band]
    assert f"Exact: {words}</p>" in page
    assert clients.ada.post(f"/nights/{date}/", {**checked_fields(page), "save": "own"}).status_code == 302
    assert stored().as_json() == before.as_json()


def test_an_exact_answer_that_no_button_covers_has_its_own(send, clients, date):
    send(alcohol_drinks="0.5", stretched_minutes="7")
    page = clients.ada.get(f"/nights/{date}/").content.decode()
    assert 'value="0.5" checked><span>0.5 drinks</span>' in page
    assert 'value="7" checked><span>7 minutes</span>' in page
    assert "Exact:" not in page


def checked_fields(page):
    """Return what a browser would send from this page, untouched."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        def __init__(self):
            super().__init__()
            self.fields, self.area, self.inside = {}, None, False

        def handle_starttag(self, tag, attrs):
            attrs = dict(attrs)
            if tag == "form":
                self.inside = attrs.get("id") == "night-form"
            if not self.inside:
                return
            if tag == "textarea":
                self.area = attrs["name"]
                self.fields[self.area] = ""
            if tag == "input" and (attrs.get("type") not in ("radio", "checkbox") or "checked" in attrs):
                self.fields.setdefault(attrs["name"], []).append(attrs.get("value") or "")

        def handle_data(self, data):
            if self.area:
                self.fields[self.area] += data

        def handle_endtag(self, tag):
            if tag == "textarea":
                self.area = None
            if tag == "form":
                self.inside = False

    reader = Reader()
    reader.feed(page)
    reader.fields.pop("csrfmiddlewaretoken", None)
    return {
        name: value.lstrip("\n") if isinstance(value, str) else value for name, value in reader.fields.items()
    }


def test_saving_the_same_again_makes_no_new_version(send, stored):
    send(sitting_hours="~6")
    send(version="1", sitting_hours="~6")
    assert stored().version == 1


def test_the_same_operation_twice_gets_the_same_answer_and_writes_once(send, stored):
    operation = str(uuid.uuid4())
    first = send(operation_id=operation, sitting_hours="~6")
    again = send(operation_id=operation, sitting_hours="~6")
    assert (first.status_code, again.status_code) == (302, 302)
    assert stored().version == 1


def test_the_same_operation_with_another_body_is_refused(send, stored):
    operation = str(uuid.uuid4())
    send(operation_id=operation, sitting_hours="~6")
    assert send(operation_id=operation, sitting_hours="~10").status_code == 409
    assert stored().answers["sitting_hours"] == 6


def test_a_stale_version_shows_both_copies_and_changes_nothing(send, stored):
    send(sitting_hours="~6")
    response = send(sitting_hours="~10", private_note="typed on the phone")
    assert response.status_code == 409
    page = response.content.decode()
    assert "Here are both" in page
    assert "typed on the phone" in page
    assert stored().answers["sitting_hours"] == 6


def test_autosave_answers_with_the_new_version_and_the_ids(clients, stored, date):
    data = {
        "version": "0",
        "outcome": "cramps",
        "episodes-TOTAL_FORMS": "1",
        "episodes-0-place": "right-calf",
    }
    reply = clients.ada.post(f"/nights/{date}/", data, headers={"accept": "application/json"})
    assert reply.json()["version"] == 1
    assert reply.json()["episodes"] == {"episodes-0": str(stored().episodes[0]["id"])}


def test_the_autosaves_of_one_open_form_share_one_earlier_copy(send, ada):
    from episodes.models import NightRevision, acting_as

    session = str(uuid.uuid4())
    send(form_session=session)
    send(version="1", form_session=session, sitting_hours="~6")
    send(version="2", form_session=session, sitting_hours="~10")
    with acting_as(ada):
        assert [revision.version for revision in NightRevision.objects.owned_by(ada)] == [3]


def test_undo_puts_back_the_night_before_the_last_change(send, stored, clients, date):
    send(sitting_hours="~6")
    send(version="1", sitting_hours="~10")
    clients.ada.post(f"/nights/{date}/undo/", {"version": "2"})
    assert stored().answers["sitting_hours"] == 6


def test_undo_of_a_first_answer_leaves_the_night_unwritten(send, stored, clients, date):
    send()
    clients.ada.post(f"/nights/{date}/undo/", {"version": "1"})
    assert stored().version == 0


def test_a_deleted_night_can_be_brought_back_with_everything(send, stored, clients, date):
    send(**one_cramp(place="right-calf"), private_note="only me")
    clients.ada.post(f"/nights/{date}/delete/", {"version": "1"})
    assert stored().version == 0
    assert "Bring back" in clients.ada.get("/nights/bin/").content.decode()
    clients.ada.post(f"/nights/{date}/restore/", {"copy": "2", "version": "0"})
    night = stored()
    assert (night.episodes[0]["location"], night.private_note) == ("calf", "only me")


def test_a_late_night_is_accepted_and_known_as_late(send, ada, date):
    from episodes.models import Night, acting_as

    old = date - dt.timedelta(days=10)
    assert send(old).status_code == 302
    with acting_as(ada):
        (record,) = Night.objects.visible_to(ada).of(ada).on(old).as_records()
    assert record.is_late


def test_saving_takes_at_most_ten_statements(send, clients, date, django_assert_max_num_queries):
    send(**one_cramp(place="right-calf", remedies=["stretch"]))
    data = {"version": "1", "outcome": "cramps", "sitting_hours": "~6", "private_note": "x"}
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        clients.ada.post(f"/nights/{date}/", data)
    ours = [
        q["sql"]
        for q in queries
        if "episodes_" in q["sql"] and "episodes_user" not in q["sql"].split("WHERE")[0]
    ]
    assert len(ours) <= 10, "\n".join(ours)


def test_an_operation_belongs_to_one_night(send, stored, date):
    operation = str(uuid.uuid4())
    send(operation_id=operation)
    assert send(date - dt.timedelta(days=1), operation_id=operation).status_code == 409
    assert stored(date - dt.timedelta(days=1)).version == 0


def test_what_lay_in_the_bin_for_over_thirty_days_is_forgotten_with_its_history(
    send, stored, clients, date, ada
):
    from django.utils import timezone

    from episodes.models import NightRevision, PrivateNoteRevision, acting_as

    send(private_note="only me")
    clients.ada.post(f"/nights/{date}/delete/", {"version": "1"})
    with acting_as(ada):
        NightRevision.objects.owned_by(ada).update(at=timezone.now() - dt.timedelta(days=31))

    send(date - dt.timedelta(days=1))

    with acting_as(ada):
        assert set(NightRevision.objects.owned_by(ada).values_list("date", flat=True)) == {
            date - dt.timedelta(days=1)
        }
        assert not PrivateNoteRevision.objects.owned_by(ada).filter(date=date).exists()
