"""A name is one line that says what it shows: nothing hidden in it turns, breaks or forges what others read."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from episodes.models import ApiToken, ClinicianCard, CustomHabit, Medicine, User, acting_as
from episodes.models.names import is_plain, says_something
from tests.accounts.test_account import settings_of

UNSEEN = {
    "line break": "Ada\nsigned: Dr Hart", "line separator": "Ada\u2028Dr Hart", "paragraph separator": "Ada\u2029Dr",
    "turned round": "Ada \u202etraH rD", "isolated": "\u2067Ada", "left-to-right mark": "Ada\u200e", "byte order mark": "Ada\ufeff",
    "zero width": "A\u200bda", "word joiner": "A\u2060da", "joiner between Latin letters": "A\u200dda", "soft hyphen": "A\u00adda",
    "escape": "A\x1b[2Jda", "private sign": "Ada\ue000", "no character": "Ada\ufdd0", "tag": "Ada\U000e0041",
}  # fmt: skip
NOTHING = {
    "joiners": "\u200d\u200c",
    "fillers": "\u3164\u115f",
    "blank Braille": "\u2800",
    "signs": "-.-",
    "accent": "\u0301",
}
FINE = (
    "Ada Löwe",
    "José",
    "O’Brien-Smith",
    "محمد",
    "می\u200cخواهم",
    "क्\u200dष",
    "न\u200cी",
    "👩\u200d⚕️ Dr Ada",
    "山田",
    "Ada 🫨",
    "3",
)
BAD = [*UNSEEN.values(), *NOTHING.values()]
NAMES = [*UNSEEN, *NOTHING]


@pytest.mark.parametrize("name", FINE)
def test_names_of_all_scripts_are_plain(clients, ada, name):
    assert is_plain(name)
    assert says_something(name)
    assert clients.ada.post("/account/", settings_of(display_name=name)).status_code == 302
    ada.refresh_from_db()
    assert ada.display_name == name


@pytest.mark.parametrize("name", BAD, ids=NAMES)
def test_a_name_that_hides_something_is_refused_and_nothing_is_changed(clients, ada, name):
    answer = clients.ada.post("/account/", settings_of(display_name=name))

    assert answer.status_code == 422
    assert "display_name" in answer.context["form"].errors
    ada.refresh_from_db()
    assert ada.display_name == "Ada"


HIDDEN = {"turned round": "Ada \u202etraH rD", "zero width": "A\u200bda", "fillers": "\u3164\u115f"}


@pytest.fixture(params=HIDDEN.values(), ids=HIDDEN)
def hidden(request):
    return request.param


def test_no_habit_has_such_a_name_a_unit_or_an_answer(clients, ada, hidden):
    add = reverse("habits:habit-add")
    for habit in (
        {"label": hidden, "kind": "yes_no"},
        {"label": "Tea", "kind": "amount", "unit": hidden},
        {"label": "Walk", "kind": "levels", "levels": f"short\n{hidden}"},
    ):
        assert clients.ada.post(add, habit).status_code == 422
    clients.ada.post(add, {"label": "Walk", "kind": "levels", "levels": "short\nlong"})
    with acting_as(ada):
        edit = reverse("habits:habit-edit", args=[CustomHabit.objects.owned_by(ada).get().pk])
    for change in ({"label": hidden}, {"label": "Walk", "new_level": hidden}):
        answer = clients.ada.post(edit, {**change, "active": "on"})
        assert answer.status_code == 422

    with acting_as(ada):
        assert list(CustomHabit.objects.owned_by(ada).values_list("label", "levels")) == [
            ("Walk", ["short", "long"])
        ]


def test_no_medicine_token_purpose_or_passkey_has_such_a_name(clients, ada, ben, hidden):
    medicine = {"drug_class": "statin", "name": hidden}
    assert clients.ada.post(reverse("account:medicine-add"), medicine).status_code == 422
    token = {"name": hidden, "scopes": ["read_nights"], "days": "30"}
    assert clients.ada.post(reverse("account:token-make"), token).status_code == 422
    clients.ada.post(
        reverse("sharing:clinician-find"), {"code": ClinicianCard.objects.get(clinician=ben).code}
    )
    purpose = {"scopes": ["nights"], "period": "3", "purpose": hidden, "agrees": "on"}
    assert clients.ada.post(reverse("sharing:consent-add"), purpose).status_code == 422
    passkey = clients.ada.post(reverse("mfa_add_webauthn"), {"name": hidden, "credential": "{}"})
    assert "name" in passkey.context["form"].errors

    with acting_as(ada):
        assert not Medicine.objects.owned_by(ada).exists()
        assert not ApiToken.objects.owned_by(ada).exists()


def test_no_card_of_a_clinician_has_such_a_name_or_practice(clients, cleo, odd, hidden):
    for name, practice in ((hidden, "Mill Road"), ("Dr Hart", hidden)):
        with pytest.raises(CommandError):
            call_command("make_clinician", "cleo", name=name, practice=practice)
        answer = clients.odd.post(
            reverse("admin:episodes_user_change", args=[cleo.pk]),
            {"is_active": "on", "is_clinician": "on", "card_name": name, "practice": practice},
        )
        assert answer.status_code == 200
        assert answer.context["errors"]

    assert not ClinicianCard.objects.exists()
    assert not User.objects.get(pk=cleo.pk).is_clinician
