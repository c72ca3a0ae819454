"""The secret key is lost or was seen: with a new one everybody logs in again, and no diary is lost."""

from urllib.parse import urlencode

from tests.conftest import PASSWORD
from tests.faults.site import CSRF, Person

NEW_KEY = "another-key-for-faults-" * 4


def enter(site, name):
    """Return somebody who has just logged in; the shared sessions of the site are left alone."""
    body = urlencode({"login": name, "password": PASSWORD})
    answer = site.ask("POST", "/account/login/", body, person=Person("", f"csrf={CSRF}"))
    assert (answer.status, answer.headers["location"]) == (302, "/")
    return Person("", answer.headers["set-cookie"].partition(";")[0] + f"; csrf={CSRF}")


def test_with_a_new_key_old_sessions_are_dead_and_every_night_is_there(site, ledger):
    patient = site.patients[7]  # no other test writes for this one
    ((name,),) = site.rows(
        f"SELECT username FROM episodes_user WHERE replace(CAST(id AS varchar), '-', '') = '{patient.id}'"
    )
    site.serve_again()
    ledger.write_night(patient)
    ledger.look(patient)
    before = enter(site, name)
    assert site.ask("GET", "/calendar/", person=before).status == 200
    assert site.stop() == 0

    site.serve_again(SECRET_KEY=NEW_KEY)
    answer = site.ask("GET", "/calendar/", person=before)
    assert (answer.status, "/account/login/" in answer.headers["location"]) == (302, True)
    assert site.ask("GET", "/calendar/", person=enter(site, name)).status == 200
    assert ledger.differences() == []
