"""An operator's page of an account, and the commands, as they are used: what ended does not come back."""

from functools import partial

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from episodes.models import AuditEvent, User, acting_as
from episodes.questions.report_sections import USUAL_SECTIONS
from episodes.reminders.actions import new_calendar_link
from episodes.report.links import make_link
from episodes.sharing.codes import find_by_code, make_invitation
from episodes.web.tokens import make_token
from tests.accounts.doors import enter, is_in
from tests.conftest import looking_as, write_night


def send(client, account, **changes):
    """Send the operator's page of `account` as it was shown, with `changes`; None leaves a field out."""
    page = reverse("admin:episodes_user_change", args=[account.pk])
    shown = client.get(page).context["adminform"].form
    fields = {name: shown[name].value() for name in shown.fields} | changes
    sent = {name: "on" if value is True else value for name, value in fields.items() if value}
    answer = client.post(page, sent)
    assert answer.status_code == 302, answer.content.decode()
    account.refresh_from_db()
    return answer


def doors_of(person):
    """Return a function that says what a token and two links of `person` answer."""
    from django.test import Client

    now = timezone.now()
    today = now.date()
    with looking_as(person):
        token = make_token(name="button", scopes=["read_nights"], days=30, now=now, by=person).text
        link = make_link(first=today, last=today, sections=USUAL_SECTIONS, days=7, now=now, by=person).token
        calendar = new_calendar_link(now=now, by=person)
    doors = [
        ("/api/v1/nights/", {"Authorization": f"Bearer {token}"}),
        (reverse("report:shared-report", args=[link]), {}),
        (reverse("account:reminder-calendar", args=[calendar]), {}),
    ]
    return lambda: [Client().get(path, headers=headers).status_code for path, headers in doors]


def acts_of(patient):
    with looking_as(patient):
        events = AuditEvent.objects.owned_by(patient).order_by("sequence")
        return list(events.values_list("action", "actor_role", "actor_id"))


def test_switched_off_and_on_again_in_the_panel_nothing_comes_back(clients, ada, odd):
    answers, there = doors_of(ada), enter(ada)
    assert answers() == [200, 200, 200]

    send(clients.odd, ada, is_active=None)
    assert not ada.is_active
    assert answers() == [401, 404, 404]
    send(clients.odd, ada, is_active=True)
    assert ada.is_active
    assert answers() == [401, 404, 404]
    assert not is_in(there)
    assert is_in(enter(ada))


def test_an_account_that_was_switched_off_by_an_older_version_comes_back_without_its_links(clients, ada, odd):
    answers = doors_of(ada)
    User.objects.filter(pk=ada.pk).update(is_active=False)

    send(clients.odd, ada, is_active=True)
    assert answers() == [401, 404, 404]


def test_a_page_sent_without_a_change_ends_nothing(clients, ada, odd):
    answers, there = doors_of(ada), enter(ada)
    send(clients.odd, ada)

    assert answers() == [200, 200, 200]
    assert is_in(there)


@pytest.mark.parametrize(
    "changes",
    [[{"is_clinician": None}], [{"is_clinician": None, "is_active": None}], [{"is_active": None}, {"is_clinician": None}]],
    ids=["the role", "role and account at once", "the account and later the role"],
)  # fmt: skip
def test_the_end_of_a_clinician_in_the_panel_is_told_to_who_shares(clients, ada, ben, cleo, odd, changes):
    for change in changes:
        send(clients.odd, ben, **change)

    assert not ben.is_clinician
    assert ben.is_active is not any("is_active" in change for change in changes)
    assert acts_of(ada)[-1] == ("end_clinician", "operator", odd.pk)
    assert all(action != "end_clinician" for action, _role, _by in acts_of(cleo))


@pytest.mark.parametrize("change", ["is_clinician", "is_active"])
def test_the_codes_of_a_clinician_that_ended_do_not_come_back(clients, ben, odd, change):
    now = timezone.now()
    code, _invitation = make_invitation(now=now, by=ben)
    assert find_by_code(code, now)

    send(clients.odd, ben, **{change: None})
    assert find_by_code(code, now) is None
    send(clients.odd, ben, card_name="Dr Ben", **{change: True})
    assert ben.is_clinician
    assert find_by_code(code, now) is None


def test_the_actions_read_the_stored_account_and_not_what_they_are_handed(ada, ben, odd):
    """Whoever calls them may have changed the object in their hands, or hold an old one."""
    from episodes.web.roles import end_clinician, set_active

    stale_ada, stale_ben = (User.objects.get(pk=each.pk) for each in (ada, ben))
    stale_ben.is_clinician = stale_ben.is_active = False
    with acting_as(odd):
        end_clinician(account=stale_ben, by=odd)
    assert acts_of(ada)[-1][0] == "end_clinician"

    answers = doors_of(ada)
    stale_ada.is_active = False
    set_active(account=stale_ada, is_active=False, by=odd)
    stale_ada.is_active = False
    set_active(account=stale_ada, is_active=True, by=odd)
    assert answers() == [401, 404, 404]
    ben.refresh_from_db()
    assert (ben.is_active, ben.is_clinician) == (True, False)


@pytest.mark.parametrize("form", ["csv", "json", "fhir"])
def test_the_diary_of_a_switched_off_account_is_not_exported_as_an_empty_one(
    clients, ada, odd, tmp_path, form
):
    write_night(ada, timezone.now().date())
    send(clients.odd, ada, is_active=None)
    export = partial(
        call_command, "export_diary", "ada", "--format", form, "--out", str(tmp_path / "nights.csv")
    )

    with pytest.raises(CommandError, match="This account is switched off: switch it on first"):
        export()
    assert list(tmp_path.iterdir()) == []
    assert all(action != "export" for action, _role, _by in acts_of_stored(ada))
    send(clients.odd, ada, is_active=True)
    export()
    assert (tmp_path / "nights.csv").stat().st_size > 0


def acts_of_stored(patient):
    """Return what `acts_of` does for an account that is switched off, and sees nothing itself."""
    patient.is_active = True
    return acts_of(patient)


def test_nothing_is_brought_into_a_switched_off_account(clients, ada, odd, tmp_path):
    (tmp_path / "nights.csv").write_text("date,outcome\n2026-01-01,cramps\n")
    send(clients.odd, ada, is_active=None)

    with pytest.raises(CommandError, match="This account is switched off: switch it on first"):
        call_command("import_diary", "ada", str(tmp_path / "nights.csv"))
