"""A clinician's ten minutes: find the diary, read it, note something, mark it as reviewed."""

import time

import pytest
from django.utils import timezone

from episodes.models import AuditEvent, Consent, ReviewMark, ReviewNote, acting_as
from episodes.sharing.actions import withdraw_consent
from tests.conftest import write_night
from tests.diaries import write_nights
from tests.review.test_panel import evening

pytestmark = pytest.mark.timeout(200)


def rows(model, patient, **fields):
    with acting_as(patient):
        return list(model.objects.owned_by(patient).filter(**fields))


def test_a_clinician_finds_reads_notes_and_marks_within_two_minutes(
    desktop, login, ada, ben, assert_accessible
):
    write_nights(ada, 60)
    write_night(ada, evening(ada), "cramps", leg_warning_sign="left", episodes=[{"pain_0_10": 8}])
    began = time.monotonic()
    page = login(desktop, ben)

    page.goto("/admin/")
    page.get_by_label("Name").fill("ada")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Ada", exact=True).click()
    assert page.get_by_text("left leg swollen, red or hot").first.is_visible()
    assert page.get_by_role("heading", name="Habits beside the cramp nights").is_visible()
    page.get_by_role("link", name="4 weeks").click()
    assert page.get_by_text("of 28").first.is_visible()

    page.get_by_label("Your note").fill("Bring the tablets along.")
    page.get_by_role("button", name="Save note only").click()
    assert page.get_by_text("Bring the tablets along.").is_visible()
    assert_accessible(page)

    page.get_by_role("link", name="Report to print").click()
    page.get_by_role("heading", name="Leg cramps at night: visit report").wait_for()
    page.go_back()

    page.get_by_role("button", name="Mark as reviewed").click()
    assert page.get_by_text("as reviewed, ").is_visible()
    assert page.locator(".is-new").count() == 0
    assert time.monotonic() - began < 120

    assert [note.text for note in rows(ReviewNote, ada)] == ["Bring the tablets along."]
    assert len(rows(ReviewMark, ada, clinician=ben)) == 1
    assert {"list", "read", "note", "print", "review"} <= {row.action for row in rows(AuditEvent, ada)}

    with acting_as(ada):
        withdraw_consent(consent=Consent.objects.owned_by(ada).get(), now=timezone.now(), by=ada)
    for path in (
        f"/admin/patients/{ada.pk}/",
        f"/report/patients/{ada.pk}/",
        f"/report/patients/{ada.pk}/visit.pdf",
    ):
        assert page.goto(path).status == 404
    page.goto("/admin/?q=ada")
    assert page.get_by_role("link", name="Ada", exact=True).count() == 0


def test_the_five_lines_are_copied_with_one_press(desktop, login, ada, ben):
    write_nights(ada, 60)
    desktop.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = login(desktop, ben)
    page.goto(f"/admin/patients/{ada.pk}/")

    page.get_by_role("button", name="Copy").click()

    page.get_by_text("Copied.").wait_for()
    lines = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert [line[:2] for line in lines] == ["1.", "2.", "3.", "4.", "5."]


def test_the_review_is_worked_by_keyboard_alone(desktop, login, ada, ben):
    write_nights(ada, 60)
    page = login(desktop, ben)
    page.goto(f"/admin/patients/{ada.pk}/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    reached = set()
    for _press in range(80):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.innerText.trim() || document.activeElement.id"))
        if "Earlier" in reached:
            break
    assert {"Mark as reviewed", "8 weeks", "Copy"} <= reached
    page.get_by_role("group", name="Every night").focus()
    before = page.evaluate("document.activeElement.scrollTop")
    page.keyboard.press("End")
    for _try in range(50):  # scrolling is smooth, and waiting for an expression would need eval
        if page.evaluate("document.activeElement.scrollTop") > before:
            break
        page.wait_for_timeout(100)
    assert page.evaluate("document.activeElement.scrollTop") > before


def test_the_text_can_be_selected_without_scripts(no_script_page, login, ada, ben):
    write_nights(ada, 20)
    page = login(no_script_page, ben)
    page.goto(f"/admin/patients/{ada.pk}/")

    assert page.get_by_text("1. Cramp diary of Ada").is_visible()
    assert not page.get_by_role("button", name="Copy").is_visible()


def test_one_form_names_what_it_saves_and_the_mark_is_undone(desktop, login, ada, ben):
    write_nights(ada, 20)
    page = login(desktop, ben)
    page.goto(f"/admin/patients/{ada.pk}/")
    assert page.get_by_role("button", name="Mark as reviewed", exact=True).is_visible()
    assert page.get_by_role("button", name="Save note").count() == 0

    page.get_by_label("Your note").fill("Bring the tablets along.")
    assert page.get_by_role("button", name="Mark as reviewed", exact=True).count() == 0
    assert page.get_by_role("button", name="Save note only").is_visible()
    page.get_by_role("button", name="Save note and mark as reviewed").last.click()

    page.get_by_text("Saved your note and marked Ada as reviewed").wait_for()
    assert [note.text for note in rows(ReviewNote, ada)] == ["Bring the tablets along."]
    assert len(rows(ReviewMark, ada)) == 1
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Ada is no longer marked as reviewed.").wait_for()
    assert rows(ReviewMark, ada) == []
    assert len(rows(ReviewNote, ada)) == 1


def test_leaving_with_a_note_that_is_not_saved_asks(desktop, login, ada, ben):
    write_nights(ada, 20)
    page = login(desktop, ben)
    page.goto(f"/admin/patients/{ada.pk}/")
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_label("Your note").press_sequentially("Half a sen")
    page.get_by_role("link", name="Shared diaries").first.click()
    page.wait_for_timeout(300)

    assert asked == ["beforeunload"]
    assert page.get_by_label("Your note").input_value() == "Half a sen"
    page.get_by_label("Your note").fill("")
    page.get_by_role("link", name="Shared diaries").first.click()
    page.wait_for_url("**/admin/")
    assert asked == ["beforeunload"]


def test_without_scripts_the_form_saves_the_same(no_script_page, login, ada, ben):
    write_nights(ada, 20)
    page = login(no_script_page, ben)
    page.goto(f"/admin/patients/{ada.pk}/")
    page.get_by_label("Your note").fill("Seen without scripts.")

    page.get_by_role("button", name="Mark as reviewed", exact=True).click()

    page.get_by_text("Saved your note and marked Ada as reviewed").wait_for()
    assert [note.text for note in rows(ReviewNote, ada)] == ["Seen without scripts."]


def test_a_note_typed_while_sharing_ended_can_be_copied(page, login, ada, ben):
    write_nights(ada, 20)
    login(page, ben).goto(f"/admin/patients/{ada.pk}/")
    with acting_as(ada):
        withdraw_consent(consent=Consent.objects.owned_by(ada).get(), now=timezone.now(), by=ada)
    page.get_by_label("Your note").fill("Typed for ten minutes.")

    page.get_by_role("button", name="Save note only").click()

    kept = page.get_by_label("your note was not saved")
    kept.wait_for()
    assert kept.input_value() == "Typed for ten minutes."
    page.get_by_role("link", name="Shared diaries").first.click()
    page.wait_for_url("**/admin/")
