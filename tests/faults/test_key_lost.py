"""The secret key is lost or was seen: with a new one everybody logs in again, and no diary is lost."""

from urllib.parse import urlencode

from tests.conftest import PASSWORD
from tests.faults.site import CSRF, Person

NEW_KEY = "another-key-for-faults-" * 4


def test_with_a_new_key_old_sessions_are_dead_and_every_night_is_there(site, ledger):
    patient = site.patients[2]
    site.serve_again()
    ledger.write_night(patient)
    ledger.look(patient)
    assert site.ask("GET", "/calendar/", person=patient).status == 200
    assert site.stop() == 0

    site.serve_again(SECRET_KEY=NEW_KEY)
    for person, path in ((patient, "/calendar/"), (site.clinician, "/admin/")):
        answer = site.ask("GET", path, person=person)
        assert (answer.status, "/account/login/" in answer.headers["location"]) == (302, True)
    ((name,),) = site.rows(
        f"SELECT username FROM episodes_user WHERE replace(CAST(id AS varchar), '-', '') = '{patient.id}'"
    )
    body = urlencode({"login": name, "password": PASSWORD})
    logged_in = site.ask("POST", "/account/login/", body, person=Person(patient.id, f"csrf={CSRF}"))

    assert (logged_in.status, logged_in.headers["location"]) == (302, "/")
    session = logged_in.headers["set-cookie"].partition(";")[0]
    assert site.ask("GET", "/calendar/", person=Person(patient.id, session)).status == 200
    assert ledger.differences() == []
