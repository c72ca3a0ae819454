"""The admin site: one log-in, a short list of pages, accounts for operators, and no unsafe class."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import NoReverseMatch, reverse

from episodes.models import ClinicianCard, Night, User
from episodes.review.safe import SafeModelAdmin, every_admin_is_safe, problems_of
from tests.conftest import write_night
from tests.review.test_review_page import evening

ACCOUNTS = "/admin/episodes/user/"


def account_url(user):
    return f"{ACCOUNTS}{user.pk}/change/"


@pytest.mark.parametrize(
    "path",
    [
        "/admin/r/1/2/",
        "/admin/episodes/",
        "/admin/autocomplete/",
        "/admin/password_change/",
        "/admin/episodes/night/",
        "/admin/episodes/user/add/",
        "/admin/auth/",
        "/admin/doc/",
        "/admin/jsi18n/",
    ],
)
@pytest.mark.parametrize("who", ["ben", "odd"])
def test_nothing_else_is_reachable(clients, ben, odd, who, path):
    assert getattr(clients, who).get(path).status_code == 404


@pytest.mark.parametrize("part", ["history/", "delete/", ""])
def test_an_account_has_no_other_page(clients, odd, cleo, part):
    assert clients.odd.get(f"{ACCOUNTS}{cleo.pk}/{part}").status_code == 404


def test_the_log_in_is_the_site_s_own(client, db):
    answer = client.get("/admin/login/?next=/admin/patients/x/")
    assert answer["Location"] == "/account/login/?next=/admin/patients/x/"

    elsewhere = client.get("/admin/login/?next=https://evil.example/")
    assert elsewhere["Location"] == "/account/login/?next=/admin/"
    assert client.post("/admin/login/", {"username": "ben", "password": "x"}).status_code == 302
    assert "session" not in client.cookies


def test_a_stranger_is_sent_to_the_log_in_and_a_patient_finds_nothing(clients, cleo):
    assert clients.nobody.get("/admin/")["Location"].startswith("/account/login/")
    assert clients.cleo.get("/admin/").status_code == 404


def test_the_operator_sees_accounts_and_no_diary(clients, ada, ben, odd):
    write_night(ada, evening(ada), "cramps", shared_note="word-of-shared", private_note="word-of-private")

    assert clients.odd.get("/admin/")["Location"] == ACCOUNTS
    body = clients.odd.get(ACCOUNTS).content.decode() + clients.odd.get(account_url(ada)).content.decode()
    assert "ada@example.org" in body
    for word in ("word-of", "cramps", "consent", "Next visit"):
        assert word not in body
    assert clients.odd.get(f"/admin/patients/{ada.pk}/").status_code == 404


def test_a_clinician_does_not_manage_accounts(clients, ada, ben):
    assert clients.ben.get(ACCOUNTS).status_code == 404
    assert clients.ben.post(account_url(ada), {}).status_code == 404


def test_somebody_who_is_both_has_both_rights_and_no_mixture(clients, ada, ben, cleo):
    User.objects.filter(pk=ben.pk).update(is_superuser=True)

    assert "Ada" in clients.ben.get("/admin/").content.decode()
    assert clients.ben.get(ACCOUNTS).status_code == 200
    assert clients.ben.get(f"/admin/patients/{ada.pk}/").status_code == 200
    assert clients.ben.get(f"/admin/patients/{cleo.pk}/").status_code == 404


def test_switching_an_account_off_ends_its_session(clients, cleo, odd):
    assert clients.cleo.get("/").status_code == 200
    answer = clients.odd.post(account_url(cleo), {})

    assert answer.status_code == 302
    cleo.refresh_from_db()
    assert not cleo.is_active
    assert clients.cleo.get("/").status_code == 302
    assert set(LogEntry.objects.values_list("object_repr", flat=True)) == {str(cleo.pk)}


def test_an_operator_cannot_lock_themselves_out(clients, odd):
    clients.odd.post(account_url(odd), {})

    odd.refresh_from_db()
    assert odd.is_active


def test_a_clinician_is_made_with_a_card_and_ended_without(clients, cleo, odd):
    refused = clients.odd.post(account_url(cleo), {"is_active": "on", "is_clinician": "on"})
    assert refused.status_code == 200
    assert not ClinicianCard.objects.filter(clinician=cleo).exists()

    form = {"is_active": "on", "is_clinician": "on", "card_name": "Dr Cleo Hart", "practice": "Mill Road"}
    assert clients.odd.post(account_url(cleo), form).status_code == 302
    cleo.refresh_from_db()
    assert cleo.is_clinician
    assert cleo.card.name == "Dr Cleo Hart"

    clients.odd.post(account_url(cleo), {"is_active": "on", "card_name": "Dr Cleo Hart"})
    cleo.refresh_from_db()
    assert not cleo.is_clinician
    assert not ClinicianCard.objects.filter(clinician=cleo).exists()


def test_an_account_keeps_its_role_name_and_password(clients, cleo, odd):
    before = User.objects.values().get(pk=cleo.pk)
    smuggled = {
        "is_active": "on",
        "is_superuser": "on",
        "username": "evil",
        "password": "x",
        "email": "e@example.org",
    }
    clients.odd.post(account_url(cleo), smuggled)

    assert User.objects.values().get(pk=cleo.pk) == before


@pytest.mark.parametrize(
    "query",
    [
        "password__startswith=a",
        "id__in=9999999999999999999999",
        "is_superuser__exact=1",
        "email__startswith=a",
        "consents__purpose=x",
        "_to_field=password",
    ],
)
def test_a_parameter_that_was_not_declared_is_refused(clients, odd, query):
    assert clients.odd.get(f"{ACCOUNTS}?{query}").status_code == 400


@pytest.mark.parametrize(
    "query", ["is_active__exact=1", "q=ada", "q=%00", "o=99", "p=-4", "all=", "_facets=1", "e=1"]
)
def test_declared_parameters_and_nonsense_never_break(clients, odd, query):
    assert clients.odd.get(f"{ACCOUNTS}?{query}").status_code in (200, 302)


def test_every_registered_class_is_safe():
    assert every_admin_is_safe(None) == []


class Unsafe(admin.ModelAdmin):
    pass


class WithRawIds(SafeModelAdmin):
    raw_id_fields = ("patient",)


class Writable(SafeModelAdmin):
    def has_change_permission(self, request, obj=None):
        return True

    def get_queryset(self, request):
        return Night.objects.visible_to(request.user)


@pytest.mark.parametrize(
    ("unsafe", "problem"),
    [
        (Unsafe, "does not derive"),
        (WithRawIds, "raw_id_fields"),
        (Writable, "has_change_permission"),
        (SafeModelAdmin, "get_queryset"),
    ],
)
def test_the_check_refuses_an_unsafe_class(unsafe, problem):
    site = admin.AdminSite(name="other")
    site.register(Night, unsafe)

    assert any(problem in found for found in problems_of(site._registry[Night]))
    assert any(problem in error.msg for error in every_admin_is_safe(None))
    site.unregister(Night)


def test_the_django_pages_that_are_not_offered_have_no_name():
    for name in ("admin:password_change", "admin:autocomplete", "admin:view_on_site", "admin:app_list"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
