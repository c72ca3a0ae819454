"""Conditions and medicines: own alone, with days that make sense."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from episodes.models import Condition, Medicine, acting_as
from episodes.profile.conditions import weeks_pregnant


def rows_of(patient, model=Condition):
    with acting_as(patient):
        return list(model.objects.owned_by(patient).order_by("id"))


def noted(patient, key="diabetes", **days):
    with acting_as(patient):
        condition = Condition(patient=patient, key=key, **days)
        condition.save(force_insert=True)
    return condition


def days_from_today(days):
    return timezone.localdate() + dt.timedelta(days=days)


def add(client, kind="condition", **answers):
    return client.post(reverse(f"account:{kind}-add"), answers)


def test_a_condition_is_added_changed_and_ended(clients, ada):
    assert add(clients.ada, key="diabetes", started_on="2020-05-01").status_code == 302
    [condition] = rows_of(ada)

    clients.ada.post(
        reverse("account:condition-edit", args=[condition.pk]),
        {"key": "diabetes", "started_on": "2019-05-01"},
    )
    clients.ada.post(reverse("account:condition-end", args=[condition.pk]), {"on": "2024-01-31"})

    [condition] = rows_of(ada)
    assert (condition.started_on, condition.ended_on) == (dt.date(2019, 5, 1), dt.date(2024, 1, 31))


def test_a_medicine_is_added_and_stopped(clients, ada):
    add(clients.ada, "medicine", drug_class="statin", name="Simva 20", started_on="2022-01-01")
    [medicine] = rows_of(ada, Medicine)
    clients.ada.post(reverse("account:medicine-end", args=[medicine.pk]), {"on": "2023-01-01"})

    [medicine] = rows_of(ada, Medicine)
    assert (medicine.name, medicine.stopped_on) == ("Simva 20", dt.date(2023, 1, 1))


def test_deleting_asks_once(clients, ada):
    condition = noted(ada)
    url = reverse("account:condition-delete", args=[condition.pk])

    assert clients.ada.get(url).status_code == 200
    assert rows_of(ada)
    clients.ada.post(url)
    assert not rows_of(ada)


@pytest.mark.parametrize("page", ["edit", "end", "delete"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_condition_of_somebody_else_is_not_there(clients, ada, cleo, page, method):
    condition = noted(cleo)
    url = reverse(f"account:condition-{page}", args=[condition.pk])

    assert clients.cleo.get(url).status_code == 200
    answer = getattr(clients.ada, method)(url, {"key": "liver", "on": "2024-01-01"})

    assert answer.status_code == 404
    [kept] = rows_of(cleo)
    assert (kept.key, kept.ended_on) == ("diabetes", None)


def test_a_consented_clinician_cannot_change_what_a_patient_noted(clients, ada, ben):
    condition = noted(ada)

    answer = clients.ben.post(reverse("account:condition-edit", args=[condition.pk]), {"key": "liver"})

    assert answer.status_code == 404
    assert rows_of(ada)[0].key == "diabetes"


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"key": "diabetes", "started_on": "2024-02-01", "ended_on": "2024-01-31"}, "ended_on"),
        ({"key": "diabetes", "started_on": "1024-02-01"}, "started_on"),
        ({"key": "diabetes", "started_on": "2999-02-01"}, "started_on"),
        ({"key": "diabetes", "ended_on": "2999-02-01"}, "ended_on"),
        ({"key": "diabetes", "started_on": "soon"}, "started_on"),
        ({"key": "diabetes", "due_on": "2024-02-01"}, "due_on"),
        ({"key": "flat feet"}, "key"),
        ({}, "key"),
    ],
)
def test_impossible_facts_are_named_and_keep_what_was_typed(clients, ada, answers, field):
    response = add(clients.ada, **answers)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    for value in answers.values():
        if value != "flat feet":
            assert value in response.content.decode()
    assert not rows_of(ada)


def test_a_due_date_years_away_is_refused(clients, ada):
    response = add(clients.ada, key="pregnancy", due_on=days_from_today(400).isoformat())

    assert "due_on" in response.context["form"].errors


def test_the_week_of_a_pregnancy_stands_on_the_page(clients, ada):
    add(clients.ada, key="pregnancy", due_on=days_from_today(63).isoformat())

    assert "31 weeks" in clients.ada.get(reverse("account:health")).content.decode()


@pytest.mark.parametrize(
    ("days_to_due", "weeks"), [(280, 0), (63, 31), (0, 40), (-20, 42), (-21, None), (281, None)]
)
def test_weeks_are_shown_up_to_42_and_then_silently_not(days_to_due, weeks):
    today = dt.date(2026, 11, 22)
    pregnancy = Condition(key="pregnancy", due_on=today + dt.timedelta(days=days_to_due))

    assert weeks_pregnant(pregnancy, today) == weeks


def test_a_pregnancy_ends_with_a_day_and_without_a_word(clients, ada):
    condition = noted(ada, "pregnancy", due_on=days_from_today(100))

    page = clients.ada.post(
        reverse("account:condition-end", args=[condition.pk]),
        {"on": days_from_today(0).isoformat()},
        follow=True,
    ).content.decode()

    assert "weeks" not in page
    assert "ongrat" not in page
    assert rows_of(ada)[0].ended_on == days_from_today(0)


def test_the_same_condition_is_not_noted_twice_while_it_goes_on(clients, ada):
    noted(ada)

    assert add(clients.ada, key="diabetes").status_code == 422
    assert len(rows_of(ada)) == 1


def test_facts_about_the_person_may_stay_empty_and_can_be_emptied(clients, ada):
    clients.ada.post(
        reverse("account:health"), {"birth_year": "1955", "sex_at_birth": "female", "work_type": "mixed"}
    )
    clients.ada.post(reverse("account:health"), {"birth_year": "", "sex_at_birth": "", "work_type": "mixed"})

    about = clients.ada.get(reverse("account:health")).context["form"].initial
    assert about == {"birth_year": None, "sex_at_birth": None, "work_type": "mixed"}


@pytest.mark.parametrize("year", ["1899", "2999", "abc"])
def test_an_impossible_year_of_birth_is_refused(clients, ada, year):
    assert clients.ada.post(reverse("account:health"), {"birth_year": year}).status_code == 422
