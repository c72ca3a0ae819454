"""Accounts from the command line."""

import io
import os
import subprocess
import sys

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
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


def test_both_are_told_what_comes_next(cleo, odd):
    assert "set up a code app or a passkey: http" in run("make_clinician", "cleo")
    assert "/account/two-step/" in run("make_operator", "cleo")
    assert "the review opens at" in run("make_operator", "odd")


def test_a_lost_second_step_is_taken_away(ben):
    assert "with the password alone now" in run("remove_second_factor", "ben")
    assert not Authenticator.objects.filter(user=ben).exists()
    assert "had no code app" in run("remove_second_factor", "ben")


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


@pytest.mark.parametrize("command", ["make_clinician", "make_operator", "remove_second_factor", "reset_link"])
def test_an_unknown_name_is_one_sentence(db, command):
    with pytest.raises(CommandError, match="no account named nobody") as error:
        run(command, "nobody")

    assert error.value.returncode == 1


def started(tmp_path, *arguments, **variables):
    """Run manage.py as a person does, on an empty data folder of its own."""
    own = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY")}
    own |= {"DJANGO_SETTINGS_MODULE": "crampdiary.settings", "DATA_DIR": str(tmp_path), **variables}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=own, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("command", ["make_clinician", "make_operator", "reset_link"])
def test_a_database_without_tables_is_one_sentence(tmp_path, command):
    done = started(tmp_path, command, "cleo")

    assert done.returncode == 1
    assert "run `manage.py migrate`" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("command", ["check", "serve", "make_operator"])
def test_a_secret_key_that_is_too_short_is_one_sentence(tmp_path, command):
    done = started(tmp_path, command, SECRET_KEY="short")

    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        "Crampdiary does not start: SECRET_KEY is shorter than 50 characters: make a longer random one."
    ]


def test_a_switched_off_account_gets_no_link(cleo):
    cleo.is_active = False
    cleo.save()

    with pytest.raises(CommandError, match="switched off"):
        run("reset_link", "cleo")
