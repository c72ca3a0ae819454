"""A code that one patient can use once: hashed, short-lived, and one sentence for every code that does not work."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from episodes.models import Consent, Invitation, acting_as
from episodes.sharing.actions import SharingRefused, grant_consent
from episodes.sharing.codes import (
    InvitationRefused,
    find_by_code,
    make_invitation,
    open_invitations,
    use_invitation,
)
from tests.conftest import looking_as, make_clinician, make_user
from tests.plugins.parallel import together

FIND, GRANT = "sharing:clinician-find", "sharing:consent-add"
AGREED = {"scopes": ["nights"], "period": "3", "agrees": "on"}


def invite(clinician, now=None):
    return make_invitation(now=now or timezone.now(), by=clinician)[0]


def find(client, code, **options):
    return client.post(reverse(FIND), {"code": code}, **options)


def shared_with(patient):
    with looking_as(patient):
        return [consent.clinician_id for consent in Consent.objects.owned_by(patient)]


@pytest.mark.parametrize("shape", ["{}", " {} ", "lower", "bare"])
def test_an_invitation_shows_the_checked_name_and_opens_the_form(clients, ada, dora, shape):
    code = invite(dora)
    typed = {"lower": code.lower(), "bare": code.replace("-", "")}.get(shape, shape.format(code))

    page = find(clients.ada, typed, follow=True).content.decode()

    assert "Dr Dora" in page
    assert shared_with(ada) == []


def test_it_works_once(clients, ada, cleo, dora):
    code = invite(dora)
    find(clients.ada, code)
    assert clients.ada.post(reverse(GRANT), AGREED).status_code == 302
    assert shared_with(ada) == [dora.pk]

    assert find(clients.cleo, code).status_code == 422
    assert clients.cleo.get(reverse(GRANT)).status_code == 302
    assert shared_with(cleo) == []


def test_looking_and_going_back_uses_nothing_up(clients, ada, cleo, dora):
    code = invite(dora)
    find(clients.ada, code)
    clients.ada.get(reverse(GRANT))
    clients.ada.post(reverse(GRANT), {**AGREED, "agrees": ""})

    assert find(clients.cleo, code).status_code == 302


def test_of_two_who_looked_it_up_the_second_is_told_that_it_does_not_work(clients, ada, cleo, dora):
    code = invite(dora)
    find(clients.ada, code)
    find(clients.cleo, code)
    clients.ada.post(reverse(GRANT), AGREED)

    page = clients.cleo.post(reverse(GRANT), AGREED, follow=True).content.decode()

    assert "This code does not work" in page
    assert shared_with(cleo) == []


def test_an_invitation_used_between_the_page_and_the_answer_shares_nothing(ada, cleo, dora):
    now = timezone.now()
    found = find_by_code(invite(dora), now)
    use_invitation(pk=found.invitation, clinician=dora, now=now)

    with acting_as(ada), pytest.raises(SharingRefused, match="does not work"):
        grant_consent(
            clinician=dora, scopes=["nights"], valid_until=now + dt.timedelta(days=30), purpose="", now=now,
            invitation=found.invitation, by=ada,
        )  # fmt: skip
    assert shared_with(ada) == []


def test_a_grant_that_is_refused_leaves_the_code_working(ada, dora):
    now = timezone.now()
    code = invite(dora)
    found = find_by_code(code, now)
    with acting_as(ada), pytest.raises(SharingRefused):
        grant_consent(
            clinician=dora, scopes=[], valid_until=now + dt.timedelta(days=30), purpose="", now=now,
            invitation=found.invitation, by=ada,
        )  # fmt: skip

    assert find_by_code(code, now) == found


def test_an_invitation_to_one_clinician_does_not_open_the_way_to_another(ada, dora):
    now = timezone.now()
    eric = make_clinician("eric")
    found = find_by_code(invite(dora), now)

    with acting_as(ada), pytest.raises(SharingRefused):
        grant_consent(
            clinician=eric, scopes=["nights"], valid_until=now + dt.timedelta(days=30), purpose="", now=now,
            invitation=found.invitation, by=ada,
        )  # fmt: skip
    assert Invitation.objects.filter(pk=found.invitation).exists()


def test_it_ends_after_seven_days(dora):
    now = timezone.now()
    code = invite(dora, now)

    assert find_by_code(code, now + dt.timedelta(days=7) - dt.timedelta(seconds=1)) is not None
    assert find_by_code(code, now + dt.timedelta(days=7)) is None


@pytest.mark.parametrize("state", ["wrong", "used", "old", "taken back", "of nobody", "clinician gone"])
def test_every_code_that_does_not_work_gets_the_same_answer(clients, ada, dora, state):
    now = timezone.now()
    code = invite(dora, now - dt.timedelta(days=8) if state == "old" else now)
    if state == "wrong":
        code = "AAAA-AAAA-AAAA"
    elif state == "of nobody":
        code = "AAAAAAAAAA"
    elif state == "used":
        assert use_invitation(pk=find_by_code(code, now).invitation, clinician=dora, now=now)
    elif state == "taken back":
        clients.dora.post(
            reverse("sharing:invitation-take-back", args=[open_invitations(now=now, by=dora)[0].pk])
        )
    elif state == "clinician gone":
        dora.is_active = False
        dora.save(update_fields=["is_active"])

    response = find(clients.ada, code)

    assert response.status_code == 422
    assert list(response.context["code_form"].errors["code"]) == [
        "This code does not work: it may be mistyped, used already or too old. Check it with your clinician."
    ]


def test_guessing_invitations_is_stopped_like_guessing_cards(clients, ada, dora):
    code = invite(dora)
    for _guess in range(5):
        find(clients.ada, "AAAA-AAAA-AAAA")

    assert find(clients.ada, code).status_code == 429


def test_the_own_invitation_is_refused(clients, dora):
    assert "your own code" in find(clients.dora, invite(dora)).content.decode()


def test_the_code_is_shown_once_and_kept_nowhere(clients, dora):
    page = clients.dora.post(reverse("sharing:invitation-add"))
    code = page.context["code"]

    assert code in page.content.decode()
    assert code not in clients.dora.get(reverse("sharing:invitation-list")).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM episodes_invitation")
        stored = repr(cursor.fetchall())
    assert code not in stored
    assert code.replace("-", "") not in stored


def test_two_codes_differ_and_are_twelve_letters_and_digits(dora):
    codes = {invite(dora) for _code in range(10)}

    assert len(codes) == 10
    assert {len(code.replace("-", "")) for code in codes} == {12}


def test_another_secret_key_makes_it_useless_unless_the_old_one_is_kept(dora, settings):
    code, now = invite(dora), timezone.now()
    old, settings.SECRET_KEY = settings.SECRET_KEY, "n" * 60
    assert find_by_code(code, now) is None

    settings.SECRET_KEY_FALLBACKS = [old]
    assert find_by_code(code, now) is not None


def test_a_clinician_has_at_most_twenty_open_invitations(clients, dora):
    now = timezone.now()
    for _code in range(20):
        invite(dora, now)
    with pytest.raises(InvitationRefused):
        invite(dora, now)
    assert clients.dora.post(reverse("sharing:invitation-add")).status_code == 422

    assert invite(dora, now + dt.timedelta(days=8))
    assert Invitation.objects.filter(clinician=dora).count() == 1


def test_making_many_codes_is_slowed_down(clients, dora):
    answers = [clients.dora.post(reverse("sharing:invitation-add")).status_code for _code in range(11)]

    assert answers == [200] * 10 + [429]


def test_without_a_card_there_is_no_name_to_show_and_no_invitation(clients, dora):
    dora.card.delete()

    response = clients.dora.post(reverse("sharing:invitation-add"))

    assert response.status_code == 422
    assert "no card yet" in response.content.decode()


def test_a_clinician_takes_back_their_own_invitations_alone(clients, ben, dora):
    invite(dora)
    [invitation] = open_invitations(now=timezone.now(), by=dora)
    url = reverse("sharing:invitation-take-back", args=[invitation.pk])

    assert clients.ben.post(url).status_code == 404
    assert clients.dora.post(url).status_code == 302
    assert clients.dora.post(url).status_code == 404


@pytest.mark.parametrize("name", ["invitation-list", "invitation-add"])
def test_patients_make_no_invitations(clients, ada, name):
    assert clients.ada.get(reverse(f"sharing:{name}")).status_code == 404
    assert clients.ada.post(reverse(f"sharing:{name}")).status_code == 404


def test_the_database_refuses_an_invitation_that_ends_before_it_begins(dora):
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(clinician=dora, code_hash="x", made_at=now, expires_at=now)


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_patients_at_once_one_alone_uses_it():
    dora = make_clinician("dora")
    patients = [make_user(f"patient{number}") for number in range(16)]
    now = timezone.now()
    found = find_by_code(invite(dora, now), now)

    def share(patient):
        with acting_as(patient):
            return grant_consent(
                clinician=dora, scopes=["nights"], valid_until=now + dt.timedelta(days=30), purpose="",
                now=now, invitation=found.invitation, by=patient,
            )  # fmt: skip

    answers = together([lambda p=patient: share(p) for patient in patients], threads=16)

    assert sum(isinstance(answer, Consent) for answer in answers) == 1
    assert sum(isinstance(answer, SharingRefused) for answer in answers) == 15
    assert sum(len(shared_with(patient)) for patient in patients) == 1
