"""People: who logs in, what they are asked, and their long-term facts."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from episodes.models.access import HealthModel, in_range, lock_patient, one_of
from episodes.models.keys import new_id
from episodes.models.names import folded, is_plain, one_spelling, says_something
from episodes.questions import choices

SETTINGS = (
    "display_name",
    "time_zone",
    "night_starts_at",
    "hemisphere",
    "drink_grams",
    "week_starts_on",
    "theme",
    "language",
    "country",
)
NOON = dt.time(12)
SIX_IN_THE_EVENING = dt.time(18)
HIDES_SOMETHING = _(
    "Something in it cannot be seen, such as a line break or a change of direction: type it again."
)


def validate_time_zone(name: str) -> None:
    """Refuse a name that is not an IANA time zone."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValidationError(_("Choose a time zone from the list, such as Europe/London.")) from None


def validate_plain(text: str) -> None:
    """Refuse a text of one line in which something unseen turns, breaks or hides what others read."""
    if not is_plain(text):
        raise ValidationError(HIDES_SOMETHING)


def validate_name(name: str) -> None:
    """Refuse a name that hides something or shows nothing."""
    validate_plain(name)
    if not says_something(name):
        raise ValidationError(_("Write at least one letter or digit."))


class FoldedName(models.CharField):  # type: ignore[type-arg]
    """The user name as it is compared, written with a new account. NULL: an older account has the same."""

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        if add:
            setattr(model_instance, self.attname, folded(model_instance.username))
        return super().pre_save(model_instance, add)


class UserManager(BaseUserManager["User"]):
    def named(self, name: str) -> User | None:
        """Return the account of this user name, however it is written; None where there is none."""
        found = list(self.filter(Q(username=name) | Q(username_folded=folded(name))))
        return next((each for each in found if each.username == name), found[0] if found else None)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(username, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can log in: a patient, a clinician, an operator, or more than one of these."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(
        _("user name"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This user name is taken: please choose another.")},
    )
    username_folded = FoldedName(max_length=450, unique=True, null=True, editable=False)
    email = models.EmailField(_("e-mail"), blank=True)
    display_name = models.CharField(_("name shown to others"), max_length=100, blank=True)
    is_active = models.BooleanField(default=True)
    is_clinician = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/London", validators=[validate_time_zone]
    )
    hemisphere = models.CharField(max_length=5, default="north")
    night_starts_at = models.TimeField(default=NOON)
    drink_grams = models.PositiveSmallIntegerField(default=10)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=10, default="en")
    theme = models.CharField(max_length=5, default="auto")
    week_starts_on = models.PositiveSmallIntegerField(default=1)  # ISO weekday
    sharing_mails = models.BooleanField(default=True)  # at a clinician's first look, before sharing ends

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(night_starts_at__in=[NOON, SIX_IN_THE_EVENING]),
                name="user_night_starts_at_known",
            ),
            models.CheckConstraint(
                condition=models.Q(drink_grams__in=[8, 10, 14]), name="user_drink_grams_known"
            ),
            one_of("user", "hemisphere", ("north", "south")),
            one_of("user", "theme", ("auto", "light", "dark")),
            in_range("user", "week_starts_on", 1, 7),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_staff(self) -> bool:
        """Return whether the admin's log-in may let this person in at all."""
        return self.is_clinician or self.is_superuser

    @property
    def name(self) -> str:
        return self.display_name or self.username

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(None if raw_password is None else one_spelling(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Return whether this is the password; one kept before there was one spelling counts as it was typed."""
        if raw_password is None:
            return False
        spellings = dict.fromkeys((one_spelling(raw_password), raw_password))
        return any(super(User, self).check_password(spelling) for spelling in spellings)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session must hold to stay alive: it changes with the password and with the epoch."""
        ingredients = f"{self.session_epoch}:{self.password}"
        return salted_hmac(
            "episodes.User.session", ingredients, secret=secret, algorithm="sha256"
        ).hexdigest()

    def save_settings(self, values: Mapping[str, Any]) -> None:
        """Keep the settings of one's own account; nights that are already written keep their clock."""
        unknown = set(values) - set(SETTINGS)
        if unknown:
            raise ValueError(f"Not a setting: {', '.join(sorted(unknown))}")
        for name, value in values.items():
            setattr(self, name, value)
        self.save(update_fields=list(values))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class ClinicianCard(models.Model):
    """What a patient sees when typing a clinician's code: the name and practice we checked."""

    clinician = models.OneToOneField(User, on_delete=models.CASCADE, related_name="card", primary_key=True)
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=100)
    practice = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("clinician card")

    def __str__(self) -> str:
        return str(self.pk)

    @staticmethod
    def new_code() -> str:
        """Return a random code of ten letters and digits that are hard to mix up (50 bits)."""
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
        return "".join(secrets.choice(letters) for _position in range(10))


class DataConsent(models.Model):
    """That somebody agreed to our storing health data: which text, when, and until when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="data_consents")
    text_version = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("consent to storing health data")

    def __str__(self) -> str:
        return str(self.pk)


class Profile(HealthModel):
    """Facts about a patient that rarely change; the row appears with its first answer."""

    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    sex_at_birth = models.CharField(max_length=10, null=True, blank=True)
    work_type = models.CharField(max_length=20, null=True, blank=True)
    usual_day = models.JSONField(default=dict, blank=True)  # habit key -> answer
    active_habits = models.JSONField(null=True, blank=True)  # habit keys shown first; NULL = the start rows
    hidden_insights = models.JSONField(default=list, blank=True)
    evening_card = models.BooleanField(default=True)  # ask about the day on Today, from 18:00
    signs_read_at = models.DateTimeField(null=True, blank=True)  # words about a leg sign, numbness, weakness
    ten_minutes_read_at = models.DateTimeField(null=True, blank=True)  # words about over ten minutes

    class Meta(HealthModel.Meta):
        verbose_name = _("profile")
        constraints = [
            models.UniqueConstraint(fields=["patient"], name="profile_once"),
            in_range("profile", "birth_year", 1900, 2100),
            one_of("profile", "sex_at_birth", choices.values(choices.SEX_AT_BIRTH)),
            one_of("profile", "work_type", choices.values(choices.WORK_TYPE)),
        ]


class Condition(HealthModel):
    """A long-term condition with its dates; pregnancy has a due date."""

    section = "health"

    key = models.CharField(max_length=20)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)

    class Meta(HealthModel.Meta):
        verbose_name = _("condition")
        indexes = [models.Index(fields=["patient", "key"], name="condition_of_patient")]
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="condition_patient_id"),
            one_of("condition", "key", choices.values(choices.CONDITION)),
            models.CheckConstraint(
                condition=models.Q(ended_on__gte=models.F("started_on")), name="condition_ends_after_start"
            ),
        ]


class Medicine(HealthModel):
    """A medicine the patient says they take or took. We record it and never advise on it."""

    section = "health"

    drug_class = models.CharField(max_length=30)
    name = models.CharField(max_length=100, blank=True)
    started_on = models.DateField(null=True, blank=True)
    stopped_on = models.DateField(null=True, blank=True)

    class Meta(HealthModel.Meta):
        verbose_name = _("medicine")
        indexes = [models.Index(fields=["patient", "drug_class"], name="medicine_of_patient")]
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="medicine_patient_id"),
            one_of("medicine", "drug_class", choices.values(choices.DRUG_CLASS)),
            models.CheckConstraint(
                condition=models.Q(stopped_on__gte=models.F("started_on")), name="medicine_stops_after_start"
            ),
        ]


def keep_in_profile(values: Mapping[str, Any], by: User) -> None:
    """Keep these values of one's own profile, which appears with its first answer."""
    with transaction.atomic():
        lock_patient(by.pk)
        if not Profile.objects.owned_by(by).update(**values):
            Profile(patient=by, **values).save(force_insert=True)
