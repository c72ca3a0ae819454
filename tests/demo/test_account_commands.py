"""Accounts from the command line."""

import io

import pytest
from django.core.management import CommandError, call_command

from episodes.models import ClinicianCard, User


def run(*arguments, **options):
    out = io.StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def test_a_clinician_gets_a_card_and_a_code(cleo):
    printed = run("make_clinician", "cleo", name="Dr Cleo Hart", practice="Mill Road")

    card = ClinicianCard.objects.get(clinician=cleo)
    assert (card.name, card.practice) == ("Dr Cleo Hart", "Mill Road")
    assert card.code in printed
    cleo.refresh_from_db()
    assert cleo.is_clinician


def test_making_a_clinician_twice_keeps_the_code(cleo):
    run("make_clinician", "cleo")
    code = ClinicianCard.objects.get(clinician=cleo).code
    run("make_clinician", "cleo", name="Dr Cleo Hart")

    card = ClinicianCard.objects.get(clinician=cleo)
    assert (card.code, card.name) == (code, "Dr Cleo Hart")


def test_an_operator_is_named_by_e_mail_too(cleo):
    run("make_operator", "CLEO@example.org")

    cleo.refresh_from_db()
    assert cleo.is_superuser
    assert not cleo.is_clinician


def test_the_reset_link_sets_a_new_password_once(cleo, client):
    path = run("reset_link", "cleo").strip().partition("//")[2]
    path = path[path.index("/") :]
    form = client.get(path, follow=True)
    answer = client.post(
        form.redirect_chain[-1][0],
        {"password1": "an entirely new phrase", "password2": "an entirely new phrase"},
    )

    assert answer.status_code == 302
    assert User.objects.get(pk=cleo.pk).check_password("an entirely new phrase")


@pytest.mark.parametrize("command", ["make_clinician", "make_operator", "reset_link"])
def test_an_unknown_name_is_one_sentence(db, command):
    with pytest.raises(CommandError, match="no account named nobody") as error:
        run(command, "nobody")

    assert error.value.returncode == 1


def test_a_switched_off_account_gets_no_link(cleo):
    cleo.is_active = False
    cleo.save()

    with pytest.raises(CommandError, match="switched off"):
        run("reset_link", "cleo")
