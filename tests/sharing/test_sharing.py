"""Granting and withdrawing consent, what it opens, and what the patient sees of it."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from episodes.models import Condition, Consent, Night, ReviewNote, VisitQuestion, acting_as
from episodes.sharing.actions import SharingRefused, grant_consent
from episodes.sharing.forms import last_day_after
from tests.conftest import grant, make_clinician, write_night

TONIGHT = dt.date(2026, 3, 2)


def consents_of(patient):
    with acting_as(patient):
        return list(Consent.objects.owned_by(patient).order_by("valid_from"))


def seen_by(clinician, model=Night, at=None):
    with acting_as(clinician):
        return model.objects.visible_to(clinician, at=at).count()


def find(client, code):
    return client.post(reverse("sharing:clinician-find"), {"code": code})


def share(client, clinician, **changes):
    find(client, clinician.card.code)
    return client.post(
        reverse("sharing:consent-add"), {"scopes": ["nights"], "period": "3", "agrees": "on", **changes}
    )


def test_nobody_sees_anything_by_default(clients, ada, dora):
    write_night(ada, TONIGHT)

    assert seen_by(dora) == 0
    assert "Nobody sees your diary but you." in clients.ada.get(reverse("sharing:overview")).content.decode()


@pytest.mark.parametrize("shape", ["{}", " {} ", "lower", "dashed"])
def test_a_code_shows_the_checked_name_and_practice(clients, ada, dora, shape):
    code = dora.card.code
    typed = {"lower": code.lower(), "dashed": f"{code[:5]}-{code[5:]}"}.get(shape, shape.format(code))

    page = clients.ada.post(reverse("sharing:clinician-find"), {"code": typed}, follow=True).content.decode()

    assert "Dr Dora" in page
    assert "Mill Road" in page
    assert not consents_of(ada)


def test_a_shared_diary_opens_only_the_chosen_sections(clients, ada, dora):
    write_night(ada, TONIGHT)
    with acting_as(ada):
        Condition(patient=ada, key="diabetes").save(force_insert=True)

    assert share(clients.ada, dora).status_code == 302

    assert seen_by(dora) == 1
    assert seen_by(dora, Condition) == 0
    [consent] = consents_of(ada)
    assert consent.scopes == {"nights"}


def test_sections_left_out_stay_out_although_others_are_shared(clients, ada, dora):
    write_night(ada, TONIGHT)

    share(clients.ada, dora, scopes=["health", "notes"])

    assert seen_by(dora) == 0
    [consent] = consents_of(ada)
    assert consent.scopes == {"health", "notes"}


def test_the_consent_ends_with_its_last_day_on_the_patients_clock(clients, ada, dora):
    ada.time_zone = "Pacific/Auckland"
    ada.save()

    share(clients.ada, dora, period="1")

    [consent] = consents_of(ada)
    end = consent.valid_until.astimezone(ada.zone)
    assert (end.hour, end.minute) == (0, 0)
    today = timezone.now().astimezone(ada.zone).date()
    assert end.date() == last_day_after(today, 1) + dt.timedelta(days=1)


def test_an_expired_consent_opens_nothing(ada, dora):
    write_night(ada, TONIGHT)
    consent = grant(ada, dora, days=30)

    assert seen_by(dora, at=consent.valid_until - dt.timedelta(seconds=1)) == 1
    assert seen_by(dora, at=consent.valid_until) == 0


def test_withdrawing_asks_once_and_stops_the_very_next_query(clients, ada, ben):
    write_night(ada, TONIGHT)
    [consent] = consents_of(ada)
    url = reverse("sharing:consent-withdraw", args=[consent.pk])

    clients.ada.get(url)
    assert seen_by(ben) == 1
    clients.ada.post(url)
    assert seen_by(ben) == 0

    [consent] = consents_of(ada)
    assert consent.withdrawn_by == ada.pk


def test_two_clicks_lead_from_the_page_sharing_to_nothing_left(clients, ada, ben):
    write_night(ada, TONIGHT)
    clients.ben.post(f"/admin/patients/{ada.pk}/notes/", {"text": "Seen."})
    tab = clients.ben.get("/admin/").content.decode()
    assert "Ada" in tab
    assert "1 diary" in tab

    overview = clients.ada.get(reverse("sharing:overview")).content.decode()
    [first_click] = re.findall(r'href="([^"]*/withdraw/)"', overview)
    assert clients.ada.get(first_click).content.decode().count('<form autocomplete="off" method="post">') == 1
    second_click = clients.ada.post(first_click, follow=True)
    assert "can no longer see your diary" in second_click.content.decode()

    page = f"/admin/patients/{ada.pk}/"
    for path in (page, page + "?period=all&nights=2"):
        assert clients.ben.get(path).status_code == 404
    for part, data in (("notes/", {"text": "late"}), ("reviewed/", {})):
        assert clients.ben.post(page + part, data).status_code == 404
    for query in ("", "?q=ada", "?show=quiet", "?show=warnings", "?sort=name", "?sort=-until"):
        body = clients.ben.get("/admin/" + query).content.decode()
        assert "Ada" not in body, query
        assert str(ada.pk) not in body, query
        assert "1 diary" not in body, query


def test_what_was_stopped_is_shared_again_from_its_own_page(clients, ada, ben):
    [consent] = consents_of(ada)
    clients.ada.post(reverse("sharing:consent-withdraw", args=[consent.pk]))
    assert clients.ben.get(f"/admin/patients/{ada.pk}/").status_code == 404

    page = clients.ada.get(reverse("sharing:consent-detail", args=[consent.pk])).content.decode()
    url = reverse("sharing:consent-change", args=[consent.pk])
    assert "Share again" in page
    assert url in page
    assert "takes the place" not in clients.ada.get(url).content.decode()
    clients.ada.post(url, {"scopes": ["nights"], "period": "1", "agrees": "on"})

    assert clients.ben.get(f"/admin/patients/{ada.pk}/").status_code == 200
    stopped, again = consents_of(ada)
    assert stopped.withdrawn_at is not None
    assert again.scopes == {"nights"}


def test_sharing_again_with_somebody_who_left_is_not_offered(clients, ada, ben):
    [consent] = consents_of(ada)
    ben.is_clinician = False
    ben.save(update_fields=["is_clinician"])

    page = clients.ada.get(reverse("sharing:consent-detail", args=[consent.pk])).content.decode()
    assert reverse("sharing:consent-change", args=[consent.pk]) not in page
    assert clients.ada.get(reverse("sharing:consent-change", args=[consent.pk])).status_code == 404
    assert reverse("sharing:consent-withdraw", args=[consent.pk]) in page


def test_sharing_can_begin_on_a_later_day(clients, ada, dora):
    write_night(ada, TONIGHT)
    first = timezone.localdate() + dt.timedelta(days=10)

    assert share(clients.ada, dora, first_day=first.isoformat(), period="1").status_code == 302

    [consent] = consents_of(ada)
    assert timezone.localdate(consent.valid_from, ada.zone) == first
    assert timezone.localdate(consent.valid_until, ada.zone) == last_day_after(first, 1) + dt.timedelta(
        days=1
    )
    assert seen_by(dora) == 0
    page = clients.ada.get(reverse("sharing:overview")).content.decode()
    assert "Nobody sees your diary but you." in page
    assert "can see this from" in page

    with acting_as(ada):  # the day comes
        Consent.objects.owned_by(ada).update(valid_from=timezone.now() - dt.timedelta(minutes=1))
    assert seen_by(dora) == 1


def test_planned_sharing_can_be_stopped_and_replaced_before_it_begins(clients, ada, dora):
    first = (timezone.localdate() + dt.timedelta(days=10)).isoformat()
    share(clients.ada, dora, first_day=first)
    [planned] = consents_of(ada)

    share(clients.ada, dora, scopes=["health"])

    by_scope = {frozenset(consent.scopes): consent.withdrawn_at for consent in consents_of(ada)}
    assert by_scope[frozenset({"nights"})] is not None
    assert by_scope[frozenset({"health"})] is None
    assert seen_by(dora, at=planned.valid_from + dt.timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(-1, None, "first_day"), (93, None, "first_day"), (10, 9, "last_day"), (10, 380, "last_day")],
)
def test_days_that_do_not_fit_are_refused(clients, ada, dora, first, last, field):
    today = timezone.localdate()
    days = {"first_day": (today + dt.timedelta(days=first)).isoformat()}
    if last is not None:
        days |= {"period": "day", "last_day": (today + dt.timedelta(days=last)).isoformat()}

    response = share(clients.ada, dora, **days)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not consents_of(ada)


@pytest.mark.parametrize(("begins", "ends"), [(93, 120), (10, 10), (10, 377)])
def test_the_action_itself_refuses_days_that_do_not_fit(ada, dora, begins, ends):
    now = timezone.now()
    with acting_as(ada), pytest.raises(SharingRefused):
        grant_consent(
            clinician=dora, scopes=["nights"], valid_from=now + dt.timedelta(days=begins),
            valid_until=now + dt.timedelta(days=ends), purpose="", now=now, by=ada,
        )  # fmt: skip


def test_alcohol_health_and_notes_are_not_ticked_beforehand(clients, ada, dora):
    find(clients.ada, dora.card.code)

    form = clients.ada.get(reverse("sharing:consent-add")).context["form"]

    ticked = {row["scope"].key for row in form.scope_rows() if row["is_ticked"]}
    assert ticked == {"nights", "habits", "own_habits", "experiments", "report"}
    assert not form["agrees"].value()


def test_withdrawing_twice_changes_nothing_more(clients, ada, ben):
    [consent] = consents_of(ada)
    url = reverse("sharing:consent-withdraw", args=[consent.pk])
    clients.ada.post(url)
    [first] = consents_of(ada)

    clients.ada.post(url)

    [again] = consents_of(ada)
    assert again.withdrawn_at == first.withdrawn_at


@pytest.mark.parametrize("page", ["withdraw", "change", "detail"])
@pytest.mark.parametrize("reader", ["cleo", "ben"])
def test_a_consent_belongs_to_the_patient_alone(clients, ada, ben, cleo, page, reader):
    [consent] = consents_of(ada)
    url = reverse(f"sharing:consent-{page}", args=[consent.pk])

    assert clients.ada.get(url).status_code == 200
    assert getattr(clients, reader).get(url).status_code == 404
    if page != "detail":
        assert getattr(clients, reader).post(url, {}).status_code == 404
    assert consents_of(ada)[0].withdrawn_at is None


def test_changing_a_consent_ends_the_old_and_begins_a_new_one(clients, ada, ben):
    [old] = consents_of(ada)

    clients.ada.post(
        reverse("sharing:consent-change", args=[old.pk]),
        {"scopes": ["nights"], "period": "6", "agrees": "on"},
    )

    before, after = consents_of(ada)
    assert before.pk == old.pk
    assert before.withdrawn_at is not None
    assert after.scopes == {"nights"}


def test_an_unknown_code_gets_a_sentence(clients, ada):
    response = find(clients.ada, "ABCDEFGHJK")

    assert response.status_code == 422
    page = response.content.decode()
    assert "This code does not work" in page
    assert 'value="ABCDEFGHJK"' in page


def test_the_own_code_is_refused(clients, dora):
    assert "your own code" in find(clients.dora, dora.card.code).content.decode()
    now = timezone.now()
    tomorrow = now + dt.timedelta(days=1)
    with acting_as(dora), pytest.raises(SharingRefused):
        grant_consent(clinician=dora, scopes=["nights"], valid_until=tomorrow, purpose="", now=now, by=dora)


def test_the_code_of_a_clinician_who_left_is_unknown(clients, ada, dora):
    dora.is_active = False
    dora.save()

    assert find(clients.ada, dora.card.code).status_code == 422


def test_guessing_codes_is_stopped(clients, ada, dora):
    for _guess in range(5):
        find(clients.ada, "ABCDEFGHJK")

    response = find(clients.ada, dora.card.code)

    assert response.status_code == 429
    assert "many codes" in response.content.decode()


def test_without_a_code_there_is_nobody_to_share_with(clients, ada):
    assert clients.ada.get(reverse("sharing:consent-add")).url == reverse("sharing:overview")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"agrees": ""}, "agrees"),
        ({"period": "13"}, "period"),
        ({"period": "day"}, "last_day"),
        ({"period": "day", "last_day": "soon"}, "last_day"),
        ({"purpose": "x" * 201}, "purpose"),
    ],
)
def test_an_incomplete_consent_is_refused_with_a_sentence(clients, ada, dora, changes, field):
    response = share(clients.ada, dora, **changes)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not consents_of(ada)


def test_thirteen_months_and_days_that_passed_are_refused(clients, ada, dora):
    today = timezone.localdate()
    for day in (
        last_day_after(today, 13),
        last_day_after(today, 12) + dt.timedelta(days=1),
        today - dt.timedelta(days=2),
    ):
        response = share(clients.ada, dora, period="day", last_day=day.isoformat())
        assert "last_day" in response.context["form"].errors, day
    assert not consents_of(ada)


@pytest.mark.parametrize("period", [{"period": "12"}, {"period": "day", "last_day": "latest"}])
def test_twelve_months_are_the_most(clients, ada, dora, period):
    latest = last_day_after(timezone.localdate(), 12)
    if "last_day" in period:
        period = {**period, "last_day": latest.isoformat()}

    assert share(clients.ada, dora, **period).status_code == 302


def test_the_action_itself_refuses_more_than_a_year(ada, dora):
    now = timezone.now()
    with acting_as(ada), pytest.raises(SharingRefused):
        grant_consent(
            clinician=dora,
            scopes=["nights"],
            valid_until=now + dt.timedelta(days=367),
            purpose="",
            now=now,
            by=ada,
        )


@pytest.mark.parametrize(
    ("today", "months", "last"),
    [
        ("2026-11-22", 3, "2027-02-21"),
        ("2026-11-30", 3, "2027-02-27"),
        ("2027-03-01", 12, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-27"),
    ],
)
def test_a_period_ends_the_day_before_the_same_day_of_the_month(today, months, last):
    assert last_day_after(dt.date.fromisoformat(today), months) == dt.date.fromisoformat(last)


def test_granting_and_withdrawing_stand_under_who_has_looked(clients, ada, dora):
    share(clients.ada, dora)
    [consent] = consents_of(ada)
    clients.ada.post(reverse("sharing:consent-withdraw", args=[consent.pk]))

    page = clients.ada.get(reverse("sharing:look-list")).content.decode()

    assert page.index("You stopped sharing with Dr Dora.") < page.index("You let Dr Dora look.")


def test_opening_a_list_again_and_again_is_one_line(clients, ada, ben):
    for _time in range(3):
        clients.ben.get("/admin/")
    clients.ben.get(f"/admin/patients/{ada.pk}/")
    for _time in range(4):
        clients.ben.get("/admin/")

    for name in ("overview", "look-list"):
        page = clients.ada.get(reverse(f"sharing:{name}")).content.decode()
        assert page.count("in a list of shared diaries") == 1
        assert "Dr Ben saw your name in a list of shared diaries, 7 times." in page
        assert page.count("Dr Ben looked at your diary.") == 1
        assert "You let Dr Ben look." in page


def test_who_has_looked_shows_own_rows_alone(clients, ada, ben, cleo):
    assert "Dr Ben" in clients.ada.get(reverse("sharing:look-list")).content.decode()
    assert "Dr Ben" not in clients.cleo.get(reverse("sharing:look-list")).content.decode()


@pytest.mark.parametrize("page", ["0", "99", "x", "-1"])
def test_any_page_number_of_who_has_looked_answers(clients, ada, page):
    assert clients.ada.get(reverse("sharing:look-list"), {"page": page}).status_code == 200


def test_the_patient_reads_the_notes_of_the_clinician(clients, ada, ben):
    with acting_as(ben):
        ReviewNote(patient=ada, author=ben, author_name="Dr Ben", text="Try the stretch.").save(
            force_insert=True
        )

    assert "Try the stretch." in clients.ada.get(reverse("sharing:overview")).content.decode()


def test_a_question_for_the_visit_is_kept_and_removed(clients, ada, cleo):
    clients.ada.post(reverse("sharing:question-add"), {"text": "Is it the tablets?"})
    with acting_as(ada):
        [question] = VisitQuestion.objects.owned_by(ada)
    url = reverse("sharing:question-remove", args=[question.pk])

    assert clients.cleo.post(url).status_code == 404
    assert "Is it the tablets?" in clients.ada.get(reverse("sharing:overview")).content.decode()
    clients.ada.post(url)
    with acting_as(ada):
        assert not VisitQuestion.objects.owned_by(ada).exists()


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, "a\0b"])
def test_a_question_that_cannot_be_kept_gets_a_sentence(clients, ada, text):
    assert clients.ada.post(reverse("sharing:question-add"), {"text": text}).status_code == 422


def test_a_note_in_script_is_printed_as_text(clients, ada):
    clients.ada.post(reverse("sharing:question-add"), {"text": "<script>alert(1)</script>"})

    assert b"<script>alert" not in clients.ada.get(reverse("sharing:overview")).content


def test_sharing_needs_a_log_in(db):
    assert Client().get(reverse("sharing:overview")).status_code == 302


def test_two_clinicians_are_listed_each_with_their_own_sections(clients, ada, ben):
    eric = make_clinician("eric")
    share(clients.ada, eric, scopes=["alcohol"])

    lines = clients.ada.get(reverse("sharing:overview")).context["current"]

    assert [line.name for line in lines] == ["Dr Eric", "Dr Ben"]
    assert [scope.key for scope in lines[0].sections] == ["alcohol"]


def test_patient_and_clinician_read_the_same_last_day(clients, ada, dora):
    day = timezone.localdate() + dt.timedelta(days=40)
    share(clients.ada, dora, period="day", last_day=day.isoformat())
    words, short_words = f"{day:%-d %B %Y}", f"{day:%-d %b %Y}"

    assert words in clients.ada.get("/sharing/").content.decode()
    assert f"the parts you share until {words}" in clients.ada.get("/").content.decode()
    assert short_words in clients.dora.get("/admin/").content.decode()
    assert f"until {words}." in clients.dora.get(f"/admin/patients/{ada.pk}/").content.decode()
