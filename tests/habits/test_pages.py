"""Adding, renaming and hiding own habits."""

import uuid

import pytest

from episodes.habits.actions import add_habit, change_habit
from episodes.models import CustomHabit, acting_as
from episodes.nights.own_habits import HabitRefused


def fields_of(habit):
    return {"label": habit.label, "active": "on" if habit.active else ""}


def test_a_habit_of_each_kind_is_added(clients, habits):
    sent = [
        {"label": " Evening  walk ", "kind": "yes_no"},
        {"label": "Coffee", "kind": "amount", "unit": "cups"},
        {"label": "Stress", "kind": "levels", "levels": "low\r\nsome\r\n\r\nhigh"},
    ]
    for data in sent:
        assert clients.ada.post("/habits/add/", data).status_code == 302
    walk, coffee, stress = habits()
    assert (walk.key, walk.label, walk.kind, walk.active) == ("h1", "Evening walk", "yes_no", True)
    assert (coffee.key, coffee.unit) == ("h2", "cups")
    assert (stress.key, stress.levels) == ("h3", ["low", "some", "high"])
    page = clients.ada.get("/habits/").content.decode()
    assert all(word in page for word in ("Evening walk", "cups", "low · some · high"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"label": "", "kind": "yes_no"}, "Give the habit a name"),
        ({"label": "x" * 61, "kind": "yes_no"}, "at most 60"),
        ({"label": "Coffee", "kind": "amount"}, "Write what you count"),
        ({"label": "Coffee", "kind": "levels", "levels": "one"}, "Write 2 to 8 answers"),
        (
            {"label": "Coffee", "kind": "levels", "levels": "a\nb\nc\nd\ne\nf\ng\nh\ni"},
            "Write 2 to 8 answers",
        ),
        ({"label": "Coffee", "kind": "levels", "levels": "low\nLow"}, "only once"),
        ({"label": "Coffee", "kind": "levels", "levels": "low\n" + "x" * 41}, "at most 40 letters"),
        ({"label": "Coffee"}, "Choose how you want to answer"),
        ({"label": "Coffee", "kind": "often"}, "often"),
        ({"label": "EVENING walk", "kind": "yes_no"}, "You have a habit with this name"),
    ],
)
def test_what_cannot_be_added_gets_a_sentence(clients, add, habits, data, sentence):
    add()
    response = clients.ada.post("/habits/add/", data)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert len(habits()) == 1


def test_thirty_fit_and_hidden_ones_count(clients, add, habits, ada):
    for number in range(30):
        add(f"Habit {number}")
    with acting_as(ada):
        change_habit(key="h3", label="Habit 2", active=False, by=ada)
    refused = clients.ada.post("/habits/add/", {"label": "One more", "kind": "yes_no"})
    assert "no more fit" in refused.content.decode()
    assert len(habits()) == 30
    assert [habit.key for habit in habits()][8:11] == ["h9", "h10", "h11"]


def test_a_habit_is_renamed_and_hidden_and_shown_again(clients, add, habits):
    url = f"/habits/{add().pk}/"
    assert clients.ada.get(url).status_code == 200
    assert clients.ada.post(url, {"label": "Long walk"}).status_code == 302
    (habit,) = habits()
    assert (habit.key, habit.label, habit.active) == ("h1", "Long walk", False)
    assert "Hidden" in clients.ada.get("/habits/").content.decode()
    clients.ada.post(url, {"label": "Long walk", "active": "on"})
    assert habits()[0].active


def test_a_level_is_added_at_the_end_and_a_ninth_is_refused(clients, add, habits):
    habit = add("Stress", "levels", levels=["0", "1", "2", "3", "4", "5", "6"])
    url = f"/habits/{habit.pk}/"
    assert clients.ada.post(url, {**fields_of(habit), "new_level": "7"}).status_code == 302
    assert habits()[0].levels == ["0", "1", "2", "3", "4", "5", "6", "7"]
    refused = clients.ada.post(url, {**fields_of(habit), "new_level": "8"})
    assert refused.status_code == 422
    assert len(habits()[0].levels) == 8


def test_another_unit_is_refused_with_the_way_out(clients, add, habits):
    habit = add("Coffee", "amount", unit="cups")
    response = clients.ada.post(f"/habits/{habit.pk}/", {**fields_of(habit), "unit": "ml"})
    assert response.status_code == 422
    assert "Add a new habit instead." in response.content.decode()
    assert habits()[0].unit == "cups"
    assert clients.ada.post(f"/habits/{habit.pk}/", {**fields_of(habit), "unit": "cups"}).status_code == 302


def test_a_unit_or_level_that_the_kind_has_not_is_refused(clients, add, habits):
    habit = add()
    for extra in ({"unit": "km"}, {"new_level": "maybe"}):
        assert clients.ada.post(f"/habits/{habit.pk}/", {**fields_of(habit), **extra}).status_code == 422
    assert (habits()[0].unit, habits()[0].levels) == ("", [])


def test_nobody_else_opens_or_changes_a_habit(clients, add, habits, ben, dora, odd, cleo):
    habit = add()
    for client in (clients.cleo, clients.ben, clients.dora):
        assert client.get(f"/habits/{habit.pk}/").status_code == 404
        assert client.post(f"/habits/{habit.pk}/", {"label": "Mine now"}).status_code == 404
    assert clients.cleo.get(f"/habits/{uuid.UUID(int=7)}/").status_code == 404
    assert "Evening walk" not in clients.cleo.get("/habits/").content.decode()
    assert habits()[0].label == "Evening walk"


def test_the_action_does_not_know_another_patients_key(add, ada, cleo):
    add()
    with acting_as(cleo), pytest.raises(CustomHabit.DoesNotExist):
        change_habit(key="h1", label="Mine now", active=True, by=cleo)


def test_two_patients_may_use_the_same_name(add, cleo):
    add()
    with acting_as(cleo):
        assert add_habit(label="Evening walk", kind="yes_no", by=cleo).key == "h1"


def test_control_characters_leave_a_name(add):
    assert add("Even\x00ing\nwalk\ud800").label == "Evening walk"


def test_an_unknown_kind_is_refused_below_the_form_too(add):
    with pytest.raises(HabitRefused):
        add("Walk", "sometimes")
