"""A name and a password are the same however a keyboard writes them: at sign-up, at log-in and for the operator."""

import io
import unicodedata
from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import call_command
from django.urls import reverse

from episodes.models import User
from tests.accounts.doors import is_in
from tests.accounts.test_enumeration import answer_to, hashed  # noqa: F401  a fixture
from tests.accounts.test_sign_up import sign_up
from tests.conftest import PASSWORD, make_user

SAME_NAMES = [
    ("José", unicodedata.normalize("NFD", "José")),
    (unicodedata.normalize("NFD", "José"), "JOSÉ"),
    ("ÖYKÜ", "öykü"),
    ("öykü", unicodedata.normalize("NFD", "ÖYKÜ")),
    ("Straße", "STRASSE"),
    ("ΌΣΟΣ", "όσος"),
    ("Ａda", "ada"),
    ("ﬁona", "Fiona"),
]
UMLAUTS = "schöne müde füße im bett"


def log_in(client, login, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": login, "password": password})


@pytest.mark.parametrize(("written", "typed"), SAME_NAMES)
def test_who_signed_up_logs_in_however_the_name_is_written(client, db, written, typed):
    assert sign_up(client, username=written).status_code == 302
    client.logout()

    log_in(client, typed, "seven calm sleepy owls")

    assert is_in(client)


@pytest.mark.parametrize(("written", "typed"), SAME_NAMES)
def test_a_name_that_is_the_same_is_taken(client, db, written, typed):
    sign_up(client, username=written)
    client.logout()

    assert "taken" in str(sign_up(client, username=typed).context["form"].errors["username"])
    assert User.objects.count() == 1


@pytest.mark.parametrize(("written", "typed"), SAME_NAMES)
def test_a_command_finds_the_account_however_the_name_is_written(db, written, typed):
    account = make_user(written)
    said = io.StringIO()

    call_command("reset_link", typed, stdout=said)
    call_command("make_clinician", typed, stdout=said)

    assert "/account/password/reset/key/" in said.getvalue()
    account.refresh_from_db()
    assert account.is_clinician


def test_an_account_without_a_folded_name_is_the_one_that_is_written_like_it(client, db):
    """Before names were folded, SQLite let both of these in."""
    younger, older = make_user("ÖYKÜ"), make_user("someone")
    User.objects.filter(pk=younger.pk).update(username_folded=None)
    User.objects.filter(pk=older.pk).update(username="öykü", username_folded="öykü")

    for typed, account in (("ÖYKÜ", younger), ("öykü", older), ("Öykü", older)):
        assert User.objects.named(typed) == account
        log_in(client, typed)
        assert client.get("/account/").context["user"] == account
        client.logout()
    younger.refresh_from_db()
    younger.save()


def test_accounts_that_are_there_keep_working_and_of_two_alike_the_older_has_the_name(db):
    older, younger, other = (
        make_user("öykü"),
        make_user("someone"),
        make_user(unicodedata.normalize("NFD", "José")),
    )
    User.objects.update(username_folded=None)
    User.objects.filter(pk=younger.pk).update(username="ÖYKÜ")

    import_module("episodes.migrations.0020_names_are_folded").fold_names(apps, None)

    assert dict(User.objects.values_list("pk", "username_folded")) == {
        older.pk: "öykü", younger.pk: None, other.pk: "josé"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("signed_up", "typed"), [("NFC", "NFD"), ("NFD", "NFC"), ("NFC", "NFC"), ("NFD", "NFD")]
)
def test_a_password_with_umlauts_opens_from_every_system(client, db, signed_up, typed):
    sign_up(client, password1=unicodedata.normalize(signed_up, UMLAUTS))
    client.logout()

    log_in(client, "eva", unicodedata.normalize(typed, UMLAUTS))

    assert is_in(client)


@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_every_door_takes_the_password_however_it_is_written(clients, client, ada, typed):
    new = unicodedata.normalize("NFD" if typed == "NFC" else "NFC", UMLAUTS)
    again = unicodedata.normalize(typed, UMLAUTS)
    change = {"oldpassword": PASSWORD, "password1": new, "password2": again}
    assert clients.ada.post(reverse("account_change_password"), change).status_code == 302
    log_in(client, "ada", again)
    assert client.post(reverse("account_reauthenticate"), {"password": again}).status_code == 302
    change = {"oldpassword": again, "password1": PASSWORD, "password2": PASSWORD}
    assert client.post(reverse("account_change_password"), change).status_code == 302
    log_in(client, "ada")
    assert is_in(client)


def test_a_password_kept_as_it_was_typed_still_opens_and_is_then_kept_in_one_spelling(client, ada):
    raw = unicodedata.normalize("NFD", UMLAUTS)
    super(User, ada).set_password(raw)
    ada.save(update_fields=["password"])

    log_in(client, "ada", UMLAUTS)
    assert not is_in(client)
    log_in(client, "ada", raw)
    assert is_in(client)

    client.logout()
    log_in(client, "ada", UMLAUTS)
    assert is_in(client)


@pytest.mark.parametrize("password", [unicodedata.normalize("NFD", UMLAUTS), "not it…"])
def test_an_odd_spelling_costs_the_same_for_a_known_and_an_unknown_name(hashed, ada, password):  # noqa: F811
    wrong = answer_to(hashed, reverse("account_login"), {"login": "ada", "password": password}, "ada")
    nobody = answer_to(hashed, reverse("account_login"), {"login": "eva", "password": password}, "eva")

    assert wrong == nobody


def test_an_e_mail_is_the_same_in_wide_and_in_capital_letters(client, ada):
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)

    log_in(client, "ＡDA@example.org")

    assert is_in(client)


@pytest.mark.parametrize("login", ["ada", "ada@example.org"])
def test_the_tries_of_one_account_are_counted_together_whatever_is_typed(client, ada, login):
    """Another spelling, or another port of the host, were five more tries each."""
    spellings = [login, login.upper(), login.replace("a", "ａ"), login.title(), login, login]
    for number, spelling in enumerate(spellings):
        form = {"login": spelling, "password": "not it"}
        answer = client.post(
            reverse("account_login"), form,
            REMOTE_ADDR=f"198.51.100.{number}", HTTP_HOST=f"testserver:{4000 + number}",
        )  # fmt: skip

    assert "Too many" in answer.content.decode()


@pytest.mark.parametrize("name", ["eva maria", "eva!", "e/va", "\u202eeva", "e\u200bva", "💤"])
def test_a_name_with_other_signs_is_refused_in_plain_words(client, db, name):
    errors = sign_up(client, username=name).context["form"].errors["username"]

    assert errors == ["Use letters, digits and the signs . + - _ alone, without a space."]


def test_a_name_that_grows_in_its_one_spelling_is_not_cut_off(client, db):
    assert "150" in str(sign_up(client, username="㎢" * 100).context["form"].errors["username"])


@pytest.mark.parametrize("page", ["account_login", "account_signup", "account_reset_password"])
def test_no_keyboard_makes_the_first_letter_a_capital_or_corrects_a_name(client, db, page):
    form = client.get(reverse(page)).context["form"]
    names = [name for name in ("login", "username", "email") if name in form.fields]

    assert names
    for name in names:
        attributes = form.fields[name].widget.attrs
        assert (attributes["autocapitalize"], attributes["autocorrect"], attributes["spellcheck"]) == (
            "none", "off", "false"
        )  # fmt: skip
