"""One experiment at a time, also when several devices start one at once."""

import pytest
from django.utils import timezone

from episodes.models import Experiment, ExperimentNight
from episodes.stats.nights import last_night
from tests.conftest import looking_as
from tests.diaries import write_nights
from tests.plugins.parallel import together

pytestmark = pytest.mark.django_db(transaction=True)
CHOICE = {"remedy": "stretching", "plan": "nightly-56"}


def test_twenty_starts_at_once_make_one_experiment(device, ada):
    write_nights(ada, 56, last=last_night(timezone.now(), ada.zone))
    phone = device(ada)

    answers = together([lambda: phone.send("/experiments/start/", CHOICE) for _copy in range(20)], threads=20)

    assert sorted(status for status, _text in answers) == [302, *[422] * 19]
    with looking_as(ada):
        assert Experiment.objects.owned_by(ada).count() == 1
        assert ExperimentNight.objects.owned_by(ada).count() == 56
