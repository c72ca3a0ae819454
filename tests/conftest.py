"""The people of every test. Ada writes, Ben reads with her consent, Cleo is a stranger.

Odd operates the site and Dora is a clinician whom nobody has let in. They are made by the product's
own code, on the database of the leg.
"""

import datetime as dt
import time
from contextlib import contextmanager

import pytest
from django.test import Client
from django.utils import timezone

PASSWORD = "a long enough pass phrase"
TOTP_KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """On PostgreSQL the test database is made by the owner of its tables ..."""
    _as_owner(True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """... and used by the web role, as in a real installation."""
    _as_owner(False)
    yield
    _as_owner(True)


def _as_owner(is_owner):
    from django.db import connection

    if connection.vendor == "postgresql":
        (connection.begin_maintenance if is_owner else connection.end_maintenance)()


@contextmanager
def looking_as(person):
    """Run the block as `person` in a transaction of its own: outside one PostgreSQL shows nothing."""
    from django.db import transaction

    from episodes.models import acting_as

    with acting_as(person), transaction.atomic():
        yield


def make_user(username, **fields):
    """Return a new account with a password and an agreement to storing health data."""
    from episodes.article import consent_texts
    from episodes.models import DataConsent, User

    fields = {"email": f"{username}@example.org", "display_name": username.title(), **fields}
    user = User.objects.create_user(username, PASSWORD, **fields)
    DataConsent.objects.create(user=user, text_version=consent_texts.STORING_VERSION)
    return user


def give_second_factor(user):
    """Give an account a code app with TOTP_KEY and recovery codes; return the account."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(user, TOTP_KEY)
    RecoveryCodes.activate(user)
    return user


def make_operator(username, **fields):
    """Return a new operator with a second factor."""
    return give_second_factor(make_user(username, is_superuser=True, **fields))


def log_in(client, user):
    """Make `client` somebody's, as just logged in: with the second step if the account has one."""
    from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
    from allauth.mfa.models import Authenticator

    client.force_login(user)
    session = client.session
    has_factor = Authenticator.objects.filter(user_id=user.pk).exists()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": method, "at": time.time()} for method in ("password", "mfa")[: 1 + has_factor]
    ]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(user.pk)
    session.save()
    return client


def make_clinician(username, *, has_second_factor=True, **fields):
    """Return a new clinician with a card, so that a patient can find them by code."""
    from episodes.models import ClinicianCard

    clinician = make_user(username, is_clinician=True, **fields)
    if has_second_factor:
        give_second_factor(clinician)
    name = f"Dr {clinician.display_name}"
    ClinicianCard.objects.create(
        clinician=clinician, code=ClinicianCard.new_code(), name=name, practice="Mill Road"
    )
    return clinician


def grant(patient, clinician, *, scopes=None, days=90, purpose="Next visit"):
    """Return the patient's consent for the clinician: every section unless `scopes` says less."""
    from episodes.models import SCOPES, acting_as
    from episodes.sharing.actions import grant_consent

    now = timezone.now()
    with acting_as(patient):
        return grant_consent(
            clinician=clinician,
            scopes=SCOPES if scopes is None else scopes,
            valid_until=now + dt.timedelta(days=days),
            purpose=purpose,
            now=now,
            by=patient,
        )


def write_night(
    patient, date, outcome="no_cramps", *, episodes=(), private_note="", shared_note="", **answers
):
    """Return the content stored for the night of `date`, written as the patient over what is there."""
    from episodes.models import acting_as
    from episodes.nights.content import NightContent, read_night
    from episodes.nights.writer import Source, record_night

    with acting_as(patient):
        return record_night(
            date=date,
            content=NightContent(
                answers={"outcome": outcome, **answers},
                episodes=[{"id": None, "remedies": [], **episode} for episode in episodes],
                private_note=private_note,
                shared_note=shared_note,
            ),
            seen_version=read_night(patient=patient, date=date, by=patient).version,
            source=Source(now=timezone.now()),
            by=patient,
        )


@pytest.fixture
def ada(db):
    """A patient."""
    return make_user("ada")


@pytest.fixture
def ben(db, ada):
    """A clinician whom Ada lets read every section."""
    clinician = make_clinician("ben")
    grant(ada, clinician)
    return clinician


@pytest.fixture
def cleo(db):
    """Another patient: a stranger to Ada and Ben."""
    return make_user("cleo")


@pytest.fixture
def dora(db):
    """A clinician without anybody's consent."""
    return make_clinician("dora")


@pytest.fixture
def odd(db):
    """The operator: manages accounts, sees no diary."""
    return make_operator("odd")


class Clients:
    """Logged-in test clients by name: `clients.ada`; `clients.nobody` is signed out."""

    def __init__(self, request):
        self._request = request
        self._made = {"nobody": Client()}

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._made:
            self._made[name] = log_in(Client(), self._request.getfixturevalue(name))
        return self._made[name]


@pytest.fixture
def clients(request, db):
    return Clients(request)


@pytest.fixture(autouse=True)
def nobody_acts_after_a_test():
    """Fail the test that leaves an actor behind: the next request would run as somebody else."""
    yield
    from episodes.models import current_actor_id

    assert current_actor_id() is None
