"""The tables of every model, with all that Django knows of them.

These first three migrations stand for the fifteen of version 0.1: where all of those were applied, these count as applied.
"""

import datetime

from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import migrations, models
from django.db.models import deletion
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Lower
from django.db.models.manager import Manager
from django.utils import timezone

from episodes.models.keys import new_id
from episodes.models.people import validate_time_zone

KEY = ("id", models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False))
PATIENT = (
    "patient",
    models.ForeignKey(
        db_index=False, on_delete=deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
    ),
)
ROWS = [("rows", Manager())]
BY_ROWS = {"abstract": False, "base_manager_name": "rows", "default_manager_name": "rows"}


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("episodes", "0001_initial"),
        ("episodes", "0003_own_habits_plans_experiments"),
        ("episodes", "0004_consent_in_full"),
        ("episodes", "0005_report_link"),
        ("episodes", "0007_session_epoch"),
        ("episodes", "0009_reminders"),
        ("episodes", "0010_cramp_timing"),
        ("episodes", "0011_imports"),
        ("episodes", "0012_api_tokens"),
    ]

    dependencies = [("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                KEY,
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "This user name is taken: please choose another."},
                        max_length=150,
                        unique=True,
                        validators=[UnicodeUsernameValidator()],
                        verbose_name="user name",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "display_name",
                    models.CharField(blank=True, max_length=100, verbose_name="name shown to others"),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("is_clinician", models.BooleanField(default=False)),
                ("date_joined", models.DateTimeField(default=timezone.now, editable=False)),
                (
                    "time_zone",
                    models.CharField(
                        default="Europe/London",
                        max_length=64,
                        validators=[validate_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                ("hemisphere", models.CharField(default="north", max_length=5)),
                ("night_starts_at", models.TimeField(default=datetime.time(12, 0))),
                ("drink_grams", models.PositiveSmallIntegerField(default=10)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("language", models.CharField(default="en", max_length=10)),
                ("theme", models.CharField(default="auto", max_length=5)),
                ("week_starts_on", models.PositiveSmallIntegerField(default=1)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
                ("sharing_mails", models.BooleanField(default=True)),
                ("session_epoch", models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
                "constraints": [
                    models.UniqueConstraint(Lower("username"), name="user_username_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("night_starts_at__in", [datetime.time(12, 0), datetime.time(18, 0)])
                        ),
                        name="user_night_starts_at_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("drink_grams__in", [8, 10, 14])), name="user_drink_grams_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hemisphere__in", ["north", "south"])),
                        name="user_hemisphere_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("theme__in", ["auto", "light", "dark"])), name="user_theme_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("week_starts_on__gte", 1), ("week_starts_on__lte", 7)),
                        name="user_week_starts_on_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClinicianCard",
            fields=[
                (
                    "clinician",
                    models.OneToOneField(
                        on_delete=deletion.CASCADE,
                        primary_key=True,
                        related_name="card",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True)),
                ("name", models.CharField(max_length=100)),
                ("practice", models.CharField(blank=True, max_length=150)),
            ],
            options={"verbose_name": "clinician card"},
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                KEY,
                ("patient_id", models.UUIDField()),
                ("sequence", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_name", models.CharField(max_length=100)),
                ("actor_role", models.CharField(max_length=20)),
                ("action", models.CharField(max_length=30)),
                ("resource", models.CharField(max_length=60)),
                ("count", models.PositiveIntegerField(default=1)),
                ("purpose", models.CharField(blank=True, max_length=200)),
                ("consent_id", models.UUIDField(null=True)),
                ("outcome", models.CharField(default="done", max_length=10)),
                ("request_id", models.CharField(blank=True, max_length=40)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "audit event",
                "base_manager_name": "rows",
                "default_manager_name": "rows",
                "indexes": [models.Index(fields=["patient_id", "at"], name="audit_of_patient")],
                "constraints": [
                    models.UniqueConstraint(fields=("patient_id", "sequence"), name="audit_sequence_once")
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="Condition",
            fields=[
                KEY,
                ("key", models.CharField(max_length=20)),
                ("started_on", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("due_on", models.DateField(blank=True, null=True)),
                PATIENT,
            ],
            options={
                "verbose_name": "condition",
                **BY_ROWS,
                "indexes": [models.Index(fields=["patient", "key"], name="condition_of_patient")],
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="condition_patient_id"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "key__in",
                                [
                                    "pregnancy",
                                    "parkinsons",
                                    "kidney",
                                    "liver",
                                    "thyroid",
                                    "diabetes",
                                    "neuropathy",
                                    "vessel_disease",
                                    "spinal_stenosis",
                                    "past_clot",
                                ],
                            )
                        ),
                        name="condition_key_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_on__gte", models.F("started_on"))),
                        name="condition_ends_after_start",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                KEY,
                ("shares_nights", models.BooleanField(default=True)),
                ("shares_habits", models.BooleanField(default=True)),
                ("shares_alcohol", models.BooleanField(default=False)),
                ("shares_health", models.BooleanField(default=False)),
                ("shares_own_habits", models.BooleanField(default=True)),
                ("shares_experiments", models.BooleanField(default=True)),
                ("shares_notes", models.BooleanField(default=False)),
                ("shares_report", models.BooleanField(default=True)),
                ("valid_from", models.DateTimeField(default=timezone.now)),
                ("valid_until", models.DateTimeField()),
                ("purpose", models.CharField(blank=True, max_length=200)),
                ("text_version", models.CharField(max_length=20)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_by", models.UUIDField(blank=True, null=True)),
                (
                    "clinician",
                    models.ForeignKey(
                        on_delete=deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                PATIENT,
            ],
            options={
                "verbose_name": "consent",
                **BY_ROWS,
                "indexes": [
                    models.Index(fields=["patient", "clinician"], name="consent_of_patient"),
                    models.Index(fields=["clinician", "valid_until"], name="consent_of_clinician"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="consent_patient_id"),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gt", models.F("valid_from"))),
                        name="consent_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "valid_until__lte",
                                CombinedExpression(
                                    models.F("valid_from"), "+", models.Value(datetime.timedelta(days=366))
                                ),
                            )
                        ),
                        name="consent_at_most_a_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="consent_withdrawn_at_and_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("patient_id", models.F("clinician_id")), _negated=True),
                        name="consent_to_somebody_else",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="DataConsent",
            fields=[
                KEY,
                ("text_version", models.CharField(max_length=20)),
                ("at", models.DateTimeField(default=timezone.now)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=deletion.CASCADE, related_name="data_consents", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"verbose_name": "consent to storing health data"},
        ),
        migrations.CreateModel(
            name="Medicine",
            fields=[
                KEY,
                ("drug_class", models.CharField(max_length=30)),
                ("name", models.CharField(blank=True, max_length=100)),
                ("started_on", models.DateField(blank=True, null=True)),
                ("stopped_on", models.DateField(blank=True, null=True)),
                PATIENT,
            ],
            options={
                "verbose_name": "medicine",
                **BY_ROWS,
                "indexes": [models.Index(fields=["patient", "drug_class"], name="medicine_of_patient")],
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="medicine_patient_id"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "drug_class__in",
                                [
                                    "diuretic_thiazide",
                                    "diuretic_loop",
                                    "diuretic_potassium_sparing",
                                    "laba",
                                    "statin",
                                    "calcium_blocker",
                                    "raloxifene",
                                    "steroid",
                                    "lithium",
                                    "quinine",
                                    "magnesium",
                                    "levodopa_dopamine",
                                    "antidepressant",
                                    "antipsychotic_antinausea",
                                    "sedating_antihistamine",
                                    "iron",
                                    "gabapentinoid",
                                    "other",
                                ],
                            )
                        ),
                        name="medicine_drug_class_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stopped_on__gte", models.F("started_on"))),
                        name="medicine_stops_after_start",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="Night",
            fields=[
                KEY,
                ("client_id", models.UUIDField(blank=True, null=True)),
                ("date", models.DateField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("outcome", models.CharField(blank=True, max_length=20, null=True)),
                ("episode_count", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("sleep_disturbance_0_10", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("soreness_morning_0_10", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("soreness_next_day_0_10", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("kept_awake_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("sleep_quality_1_5", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("restless_legs", models.CharField(blank=True, max_length=6, null=True)),
                ("urge_to_move", models.CharField(blank=True, max_length=6, null=True)),
                ("crawling", models.CharField(blank=True, max_length=6, null=True)),
                ("worse_at_rest", models.CharField(blank=True, max_length=6, null=True)),
                ("moving_relieves", models.CharField(blank=True, max_length=6, null=True)),
                ("comes_back_when_i_stop", models.CharField(blank=True, max_length=6, null=True)),
                ("worse_in_evening", models.CharField(blank=True, max_length=6, null=True)),
                ("leg_warning_sign", models.CharField(blank=True, max_length=5, null=True)),
                ("numbness", models.BooleanField(blank=True, null=True)),
                ("weakness_after", models.BooleanField(blank=True, null=True)),
                ("activity", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("sitting_hours", models.DecimalField(blank=True, decimal_places=1, max_digits=3, null=True)),
                (
                    "hard_floor_hours",
                    models.DecimalField(blank=True, decimal_places=1, max_digits=3, null=True),
                ),
                (
                    "longest_still_hours",
                    models.DecimalField(blank=True, decimal_places=1, max_digits=3, null=True),
                ),
                ("sitting_posture", models.CharField(blank=True, max_length=20, null=True)),
                (
                    "alcohol_drinks",
                    models.DecimalField(blank=True, decimal_places=1, max_digits=3, null=True),
                ),
                ("fluid_ml", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("hot_or_sweating", models.BooleanField(blank=True, null=True)),
                ("vomiting_or_diarrhoea", models.BooleanField(blank=True, null=True)),
                ("bedtime_tightness_0_10", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("stretched_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("warm_bath", models.BooleanField(blank=True, null=True)),
                ("heat_at_bedtime", models.BooleanField(blank=True, null=True)),
                ("massage_at_bedtime", models.BooleanField(blank=True, null=True)),
                ("acupuncture", models.BooleanField(blank=True, null=True)),
                ("custom_answers", models.JSONField(blank=True, default=dict)),
                ("banded", models.JSONField(blank=True, default=list)),
                ("dont_know", models.JSONField(blank=True, default=list)),
                ("outcome_recorded_at", models.DateTimeField(blank=True, null=True)),
                ("habits_recorded_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("imported_at", models.DateTimeField(blank=True, null=True)),
                ("time_zone", models.CharField(max_length=64)),
                ("night_starts_at", models.TimeField(default=datetime.time(12, 0))),
                ("entered_via", models.CharField(default="web", max_length=10)),
                ("habits_before_night", models.BooleanField(default=False)),
                ("habits_source", models.CharField(blank=True, max_length=15, null=True)),
                PATIENT,
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                ("warned_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "night",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="night_patient_id"),
                    models.UniqueConstraint(fields=("patient", "date"), name="night_once"),
                    models.UniqueConstraint(fields=("patient", "client_id"), name="night_client_id_once"),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["no_cramps", "cramps", "unsure", "not_in_bed"])),
                        name="night_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("episode_count__gte", 1), ("episode_count__lte", 20)),
                        name="night_episode_count_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sleep_disturbance_0_10__gte", 0), ("sleep_disturbance_0_10__lte", 10)
                        ),
                        name="night_sleep_disturbance_0_10_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("soreness_morning_0_10__gte", 0), ("soreness_morning_0_10__lte", 10)
                        ),
                        name="night_soreness_morning_0_10_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("soreness_next_day_0_10__gte", 0), ("soreness_next_day_0_10__lte", 10)
                        ),
                        name="night_soreness_next_day_0_10_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kept_awake_minutes__gte", 0), ("kept_awake_minutes__lte", 600)),
                        name="night_kept_awake_minutes_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sleep_quality_1_5__gte", 1), ("sleep_quality_1_5__lte", 5)),
                        name="night_sleep_quality_1_5_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("restless_legs__in", ["yes", "no", "unsure"])),
                        name="night_restless_legs_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("urge_to_move__in", ["yes", "no", "unsure"])),
                        name="night_urge_to_move_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("crawling__in", ["yes", "no", "unsure"])),
                        name="night_crawling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("worse_at_rest__in", ["yes", "no", "unsure"])),
                        name="night_worse_at_rest_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("moving_relieves__in", ["yes", "no", "unsure"])),
                        name="night_moving_relieves_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("comes_back_when_i_stop__in", ["yes", "no", "unsure"])),
                        name="night_comes_back_when_i_stop_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("worse_in_evening__in", ["yes", "no", "unsure"])),
                        name="night_worse_in_evening_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("leg_warning_sign__in", ["none", "left", "right", "both"])),
                        name="night_leg_warning_sign_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("activity__gte", 0), ("activity__lte", 3)),
                        name="night_activity_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sitting_hours__gte", 0), ("sitting_hours__lte", 18)),
                        name="night_sitting_hours_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hard_floor_hours__gte", 0), ("hard_floor_hours__lte", 18)),
                        name="night_hard_floor_hours_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("longest_still_hours__gte", 0), ("longest_still_hours__lte", 16)),
                        name="night_longest_still_hours_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "sitting_posture__in",
                                ["supported", "crossed", "slumped", "feet_unsupported", "unsure"],
                            )
                        ),
                        name="night_sitting_posture_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("alcohol_drinks__gte", 0), ("alcohol_drinks__lte", 30)),
                        name="night_alcohol_drinks_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fluid_ml__gte", 0), ("fluid_ml__lte", 8000)),
                        name="night_fluid_ml_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bedtime_tightness_0_10__gte", 0), ("bedtime_tightness_0_10__lte", 10)
                        ),
                        name="night_bedtime_tightness_0_10_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stretched_minutes__gte", 0), ("stretched_minutes__lte", 60)),
                        name="night_stretched_minutes_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("entered_via__in", ["web", "offline", "import", "api", "now"])),
                        name="night_entered_via_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("habits_source__in", ["own", "usual", "usual_changed"])),
                        name="night_habits_source_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="night_version_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", None),
                            models.Q(("outcome", "no_cramps"), _negated=True),
                            ("episode_count", None),
                            _connector="OR",
                        ),
                        name="night_no_count_without_cramps",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="Episode",
            fields=[
                KEY,
                ("client_id", models.UUIDField(blank=True, null=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("side", models.CharField(blank=True, max_length=5, null=True)),
                ("location", models.CharField(blank=True, max_length=12, null=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("part_of_night", models.CharField(blank=True, max_length=16, null=True)),
                ("duration_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("duration_band", models.CharField(blank=True, max_length=8, null=True)),
                ("pain_0_10", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("woke_me", models.BooleanField(blank=True, null=True)),
                ("felt", models.CharField(blank=True, max_length=8, null=True)),
                ("wanted_to", models.CharField(blank=True, max_length=12, null=True)),
                ("could_not_move", models.BooleanField(blank=True, null=True)),
                ("hard_knot", models.BooleanField(blank=True, null=True)),
                ("toe_curl_or_twist", models.BooleanField(blank=True, null=True)),
                ("fell", models.BooleanField(blank=True, null=True)),
                ("is_open", models.BooleanField(default=False)),
                PATIENT,
                (
                    "night",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=deletion.DO_NOTHING,
                        related_name="episodes",
                        to="episodes.night",
                    ),
                ),
            ],
            options={
                "verbose_name": "episode",
                "ordering": ["position"],
                **BY_ROWS,
                "indexes": [models.Index(fields=["night", "patient"], name="episode_by_night")],
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="episode_patient_id"),
                    models.UniqueConstraint(fields=("patient", "client_id"), name="episode_client_id_once"),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["left", "right", "both"])), name="episode_side_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "location__in",
                                ["calf", "foot", "toes", "shin", "thigh_front", "hamstring", "other"],
                            )
                        ),
                        name="episode_location_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("part_of_night__in", ["before_midnight", "0_3", "3_6", "after_6", "daytime"])
                        ),
                        name="episode_part_of_night_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("duration_seconds__gte", 1), ("duration_seconds__lte", 7200)),
                        name="episode_duration_seconds_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("duration_band__in", ["under_1", "1_5", "5_10", "10_30", "30_60", "over_60"])
                        ),
                        name="episode_duration_band_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("duration_seconds", None), ("duration_band", None), _connector="OR"
                        ),
                        name="episode_one_duration",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pain_0_10__gte", 0), ("pain_0_10__lte", 10)),
                        name="episode_pain_0_10_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("felt__in", ["pain", "crawling", "both"])),
                        name="episode_felt_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wanted_to__in", ["keep_still", "stretch", "move"])),
                        name="episode_wanted_to_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gte", 0), ("position__lte", 19)),
                        name="episode_position_range",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="NightRevision",
            fields=[
                KEY,
                ("date", models.DateField()),
                ("version", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("reason", models.CharField(max_length=12)),
                ("session", models.UUIDField(blank=True, null=True)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField(default=timezone.now)),
                PATIENT,
            ],
            options={
                "verbose_name": "earlier copy of a night",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="night_revision_patient_id"),
                    models.UniqueConstraint(
                        fields=("patient", "date", "version"), name="night_revision_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "written",
                                    "changed",
                                    "undone",
                                    "deleted",
                                    "restored",
                                    "conflict",
                                    "imported",
                                    "timed",
                                ],
                            )
                        ),
                        name="night_revision_reason_known",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="Operation",
            fields=[
                KEY,
                ("operation_id", models.CharField(max_length=64)),
                ("body_sha256", models.CharField(max_length=64)),
                ("answer", models.JSONField()),
                ("at", models.DateTimeField(default=timezone.now)),
                PATIENT,
            ],
            options={
                "verbose_name": "operation",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="operation_patient_id"),
                    models.UniqueConstraint(fields=("patient", "operation_id"), name="operation_once"),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="PrivateNote",
            fields=[KEY, ("date", models.DateField()), ("text", models.TextField(max_length=2000)), PATIENT],
            options={
                "verbose_name": "private note",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="private_note_patient_id"),
                    models.UniqueConstraint(fields=("patient", "date"), name="private_note_once"),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="PrivateNoteRevision",
            fields=[
                KEY,
                ("date", models.DateField()),
                ("version", models.PositiveIntegerField()),
                ("text", models.TextField(blank=True, max_length=2000)),
                PATIENT,
            ],
            options={
                "verbose_name": "earlier copy of a private note",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("patient", "id"), name="private_note_revision_patient_id"
                    ),
                    models.UniqueConstraint(
                        fields=("patient", "date", "version"), name="private_note_revision_once"
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="Profile",
            fields=[
                KEY,
                ("birth_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("sex_at_birth", models.CharField(blank=True, max_length=10, null=True)),
                ("work_type", models.CharField(blank=True, max_length=20, null=True)),
                ("usual_day", models.JSONField(blank=True, default=dict)),
                ("active_habits", models.JSONField(blank=True, null=True)),
                ("hidden_insights", models.JSONField(blank=True, default=list)),
                PATIENT,
                ("evening_card", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name": "profile",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(fields=("patient",), name="profile_once"),
                    models.CheckConstraint(
                        condition=models.Q(("birth_year__gte", 1900), ("birth_year__lte", 2100)),
                        name="profile_birth_year_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sex_at_birth__in", ["female", "male", "other"])),
                        name="profile_sex_at_birth_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "work_type__in",
                                [
                                    "mostly_sitting",
                                    "mostly_standing",
                                    "mostly_walking",
                                    "heavy",
                                    "mixed",
                                    "not_working",
                                ],
                            )
                        ),
                        name="profile_work_type_known",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="RemedyUse",
            fields=[
                KEY,
                ("remedy", models.CharField(max_length=12)),
                ("helped", models.CharField(blank=True, max_length=4, null=True)),
                ("seconds_to_relief", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "episode",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=deletion.DO_NOTHING,
                        related_name="remedies",
                        to="episodes.episode",
                    ),
                ),
                PATIENT,
            ],
            options={
                "verbose_name": "remedy use",
                **BY_ROWS,
                "indexes": [models.Index(fields=["episode", "patient"], name="remedy_use_by_episode")],
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="remedy_use_patient_id"),
                    models.UniqueConstraint(fields=("patient", "episode", "remedy"), name="remedy_use_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "remedy__in",
                                [
                                    "stretch",
                                    "massage",
                                    "heat",
                                    "walk",
                                    "shake",
                                    "cold",
                                    "medicine",
                                    "waited",
                                    "other",
                                ],
                            )
                        ),
                        name="remedy_use_remedy_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("helped__in", ["none", "some", "yes"])),
                        name="remedy_use_helped_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seconds_to_relief__gte", 0), ("seconds_to_relief__lte", 7200)),
                        name="remedy_use_seconds_to_relief_range",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="ReviewMark",
            fields=[
                KEY,
                ("at", models.DateTimeField(default=timezone.now)),
                (
                    "clinician",
                    models.ForeignKey(
                        on_delete=deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                PATIENT,
            ],
            options={
                "verbose_name": "review mark",
                **BY_ROWS,
                "indexes": [
                    models.Index(fields=["patient", "clinician", "at"], name="review_mark_of_patient")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="review_mark_patient_id")
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="ReviewNote",
            fields=[
                KEY,
                ("author_name", models.CharField(max_length=100)),
                ("text", models.TextField(max_length=2000)),
                ("at", models.DateTimeField(default=timezone.now)),
                (
                    "author",
                    models.ForeignKey(
                        null=True, on_delete=deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                PATIENT,
                ("written_under", models.CharField(blank=True, max_length=120, null=True)),
            ],
            options={
                "verbose_name": "review note",
                **BY_ROWS,
                "indexes": [models.Index(fields=["patient", "at"], name="review_note_of_patient")],
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="review_note_patient_id")
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="SharedNote",
            fields=[KEY, ("date", models.DateField()), ("text", models.TextField(max_length=2000)), PATIENT],
            options={
                "verbose_name": "shared note",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="shared_note_patient_id"),
                    models.UniqueConstraint(fields=("patient", "date"), name="shared_note_once"),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="VisitQuestion",
            fields=[
                KEY,
                ("text", models.TextField(max_length=2000)),
                ("asked_on", models.DateField()),
                PATIENT,
            ],
            options={
                "verbose_name": "question for the visit",
                **BY_ROWS,
                "indexes": [models.Index(fields=["patient", "asked_on"], name="question_of_patient")],
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="question_patient_id")
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="Experiment",
            fields=[
                KEY,
                ("remedy", models.CharField(max_length=20)),
                ("design", models.CharField(max_length=10)),
                ("started_on", models.DateField()),
                ("nights", models.PositiveSmallIntegerField()),
                ("schedule", models.JSONField()),
                ("nonce", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                ("stopped_on", models.DateField(blank=True, null=True)),
                ("made_at", models.DateTimeField(default=timezone.now)),
                PATIENT,
            ],
            options={
                "verbose_name": "experiment",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="experiment_patient_id"),
                    models.CheckConstraint(
                        condition=models.Q(("remedy__in", ["stretching", "warm-bath", "heat", "massage"])),
                        name="experiment_remedy_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("design__in", ["nightly", "periods"])),
                        name="experiment_design_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("nights__gte", 56), ("nights__lte", 168)),
                        name="experiment_nights_range",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="ExperimentNight",
            fields=[
                KEY,
                ("date", models.DateField()),
                ("arm", models.PositiveSmallIntegerField()),
                ("followed", models.BooleanField(blank=True, null=True)),
                (
                    "experiment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=deletion.DO_NOTHING,
                        related_name="drawn_nights",
                        to="episodes.experiment",
                    ),
                ),
                PATIENT,
            ],
            options={
                "verbose_name": "night of an experiment",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="experiment_night_patient_id"),
                    models.UniqueConstraint(
                        fields=("patient", "experiment", "date"), name="experiment_night_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("arm__gte", 0), ("arm__lte", 1)),
                        name="experiment_night_arm_range",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="RemedyPlan",
            fields=[
                KEY,
                ("remedy", models.CharField(max_length=20)),
                ("date", models.DateField()),
                ("done", models.BooleanField(blank=True, null=True)),
                PATIENT,
            ],
            options={
                "verbose_name": "plan for an evening",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="remedy_plan_patient_id"),
                    models.UniqueConstraint(fields=("patient", "date"), name="remedy_plan_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "remedy__in",
                                [
                                    "stretching",
                                    "warm-bath",
                                    "heat",
                                    "massage",
                                    "walk-and-shake",
                                    "acupuncture",
                                ],
                            )
                        ),
                        name="remedy_plan_remedy_known",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="CustomHabit",
            fields=[
                KEY,
                ("key", models.CharField(max_length=20)),
                ("label", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=10)),
                ("unit", models.CharField(blank=True, max_length=20)),
                ("levels", models.JSONField(blank=True, default=list)),
                ("active", models.BooleanField(default=True)),
                ("added_at", models.DateTimeField(default=timezone.now)),
                PATIENT,
            ],
            options={
                "verbose_name": "own habit",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="custom_habit_patient_id"),
                    models.UniqueConstraint(fields=("patient", "key"), name="custom_habit_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["yes_no", "amount", "levels"])),
                        name="custom_habit_kind_known",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="ConsentNotice",
            fields=[
                KEY,
                ("kind", models.CharField(max_length=12)),
                ("made_at", models.DateTimeField(default=timezone.now)),
                ("is_due", models.BooleanField(default=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "consent",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=deletion.CASCADE,
                        related_name="+",
                        to="episodes.consent",
                    ),
                ),
                PATIENT,
            ],
            options={
                "verbose_name": "mail about sharing",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="consent_notice_patient_id"),
                    models.UniqueConstraint(
                        fields=("patient", "consent", "kind"), name="consent_notice_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["first_look", "ends_soon"])),
                        name="consent_notice_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_due", False), ("sent_at", None), _connector="OR"),
                        name="consent_notice_due_or_sent",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                KEY,
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField(default=timezone.now)),
                ("expires_at", models.DateTimeField()),
                (
                    "clinician",
                    models.ForeignKey(
                        on_delete=deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("made_at"))),
                        name="invitation_ends_after_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportLink",
            fields=[
                KEY,
                ("secret_hash", models.CharField(max_length=64)),
                ("pin_hash", models.CharField(blank=True, max_length=128)),
                ("pin_failures", models.PositiveSmallIntegerField(default=0)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("sections", models.JSONField(default=list)),
                ("made_at", models.DateTimeField(default=timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                PATIENT,
            ],
            options={
                "verbose_name": "link to a report",
                **BY_ROWS,
                "indexes": [models.Index(fields=["patient", "made_at"], name="report_link_of_patient")],
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="report_link_patient_id"),
                    models.UniqueConstraint(
                        fields=("patient", "secret_hash"), name="report_link_secret_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__gt", models.F("made_at")),
                            (
                                "expires_at__lte",
                                CombinedExpression(
                                    models.F("made_at"), "+", models.Value(datetime.timedelta(days=30))
                                ),
                            ),
                        ),
                        name="report_link_at_most_30_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="report_link_first_to_last"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pin_failures__gte", 0), ("pin_failures__lte", 5)),
                        name="report_link_pin_failures_range",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="CalendarLink",
            fields=[
                KEY,
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField(default=timezone.now)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"verbose_name": "calendar link"},
        ),
        migrations.CreateModel(
            name="PushSubscription",
            fields=[
                KEY,
                ("endpoint", models.CharField(max_length=1000)),
                ("p256dh", models.CharField(max_length=100)),
                ("auth", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField(default=timezone.now)),
                PATIENT,
            ],
            options={
                "verbose_name": "browser to be reminded in",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="push_subscription_patient_id"),
                    models.UniqueConstraint(fields=("patient", "endpoint"), name="push_subscription_once"),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                KEY,
                ("at", models.TimeField(default=datetime.time(9, 0))),
                ("days", models.JSONField(default=list)),
                ("by_email", models.BooleanField(default=False)),
                ("paused_until", models.DateField(blank=True, null=True)),
                ("snoozed_night", models.DateField(blank=True, null=True)),
                ("snoozed_until", models.DateTimeField(blank=True, null=True)),
                ("snoozes", models.PositiveSmallIntegerField(default=0)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("resumed_at", models.DateTimeField(blank=True, null=True)),
                PATIENT,
            ],
            options={
                "verbose_name": "reminder",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(fields=("patient",), name="reminder_once"),
                    models.CheckConstraint(
                        condition=models.Q(("snoozes__gte", 0), ("snoozes__lte", 3)),
                        name="reminder_snoozes_range",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="ReminderSent",
            fields=[
                KEY,
                ("date", models.DateField()),
                ("channel", models.CharField(max_length=5)),
                ("device", models.CharField(blank=True, max_length=36)),
                ("round", models.PositiveSmallIntegerField(default=0)),
                ("kind", models.CharField(default="night", max_length=5)),
                ("state", models.CharField(default="sending", max_length=7)),
                ("tries", models.PositiveSmallIntegerField(default=1)),
                ("at", models.DateTimeField(default=timezone.now)),
                PATIENT,
            ],
            options={
                "verbose_name": "reminder that was sent",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="reminder_sent_patient_id"),
                    models.UniqueConstraint(
                        fields=("patient", "date", "channel", "device", "round"), name="reminder_sent_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["email", "push"])),
                        name="reminder_sent_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["night", "ask"])), name="reminder_sent_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["sending", "sent", "failed"])),
                        name="reminder_sent_state_known",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="CrampTiming",
            fields=[
                KEY,
                ("client_id", models.UUIDField()),
                ("kind", models.CharField(default="cramp", max_length=8)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("side", models.CharField(blank=True, max_length=5, null=True)),
                ("side_at", models.DateTimeField(blank=True, null=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("kept_at", models.DateTimeField(blank=True, null=True)),
                ("clock_offset_seconds", models.IntegerField(default=0)),
                ("night_version", models.PositiveIntegerField(blank=True, null=True)),
                ("outcome_before", models.CharField(blank=True, max_length=20, null=True)),
                ("received_at", models.DateTimeField(default=timezone.now)),
                PATIENT,
            ],
            options={
                "verbose_name": "timed cramp",
                **BY_ROWS,
                "indexes": [models.Index(fields=["patient", "started_at"], name="cramp_timing_of_patient")],
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="cramp_timing_patient_id"),
                    models.UniqueConstraint(fields=("patient", "client_id"), name="cramp_timing_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["cramp", "restless"])),
                        name="cramp_timing_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["left", "right", "both"])),
                        name="cramp_timing_side_known",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                KEY,
                ("format", models.CharField(max_length=5)),
                ("state", models.CharField(default="waiting", max_length=7)),
                ("made_at", models.DateTimeField(default=timezone.now)),
                ("content", models.BinaryField(blank=True, null=True)),
                ("columns", models.JSONField(blank=True, default=dict)),
                ("result", models.JSONField(blank=True, default=dict)),
                ("added", models.PositiveIntegerField(default=0)),
                ("replaced", models.PositiveIntegerField(default=0)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                PATIENT,
            ],
            options={
                "verbose_name": "file brought in",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="import_patient_id"),
                    models.CheckConstraint(
                        condition=models.Q(("format__in", ["csv", "json", "fhir", "table"])),
                        name="import_format_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "done", "undone"])),
                        name="import_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "waiting"), ("content", None), _connector="OR"),
                        name="import_content_waits",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                KEY,
                ("name", models.CharField(max_length=60)),
                ("secret_hash", models.CharField(max_length=64)),
                ("password_stamp", models.CharField(max_length=64)),
                ("scopes", models.JSONField(default=list)),
                ("made_at", models.DateTimeField(default=timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("last_used_on", models.DateField(blank=True, null=True)),
                ("minute", models.DateTimeField(blank=True, null=True)),
                ("requests", models.PositiveIntegerField(default=0)),
                PATIENT,
            ],
            options={
                "verbose_name": "token for a program",
                **BY_ROWS,
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="api_token_patient_id"),
                    models.UniqueConstraint(fields=("patient", "secret_hash"), name="api_token_secret_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__gt", models.F("made_at")),
                            (
                                "expires_at__lte",
                                CombinedExpression(
                                    models.F("made_at"), "+", models.Value(datetime.timedelta(days=366))
                                ),
                            ),
                        ),
                        name="api_token_at_most_a_year",
                    ),
                ],
            },
            managers=ROWS,
        ),
        migrations.CreateModel(
            name="ErasureRecord",
            fields=[
                KEY,
                ("account_key", models.UUIDField()),
                ("what", models.CharField(max_length=10)),
                ("at", models.DateTimeField(default=timezone.now)),
            ],
            options={
                "verbose_name": "record of an erasure",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("what__in", ["diary", "account"])),
                        name="erasure_record_what_known",
                    )
                ],
            },
        ),
    ]
