"""fhir.json: valid FHIR R4 by a library's models, codes that are verified, one patient and no other."""

import copy
import datetime as dt
import json
import re
import time

import pytest
from fhirclient.models import bundle as r4_bundle
from fhirclient.models import codesystem as r4_codesystem
from fhirclient.models import questionnaire as r4_questionnaire
from fhirclient.models.fhirabstractbase import FHIRValidationError

from episodes.exchange.formats.fhir_codes import (
    BASE,
    CODES,
    LOINC,
    QUESTIONNAIRE,
    code_system,
    questionnaire,
)
from episodes.models import Condition, Import, Medicine, Night, Profile
from tests.conftest import grant, looking_as, make_clinician, write_night
from tests.diaries import write_nights
from tests.exchange.diaries import FIRST, body, write_full_diary
from tests.exchange.test_import import do, exported, send, without_ids

FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
VERIFIED_LOINC = {"72514-3", "74013-4", "75301-2", "11778-8"}


@pytest.fixture
def full(ada):
    """Ada, with something for every kind of resource."""
    write_full_diary(ada)
    grant(ada, make_clinician("ben"))
    with looking_as(ada):
        Profile(patient=ada, birth_year=1955, sex_at_birth="female").save(force_insert=True)
        Condition(
            patient=ada, key="pregnancy", started_on=dt.date(2026, 1, 1), due_on=dt.date(2026, 10, 1)
        ).save(force_insert=True)
        Condition(
            patient=ada, key="kidney", started_on=dt.date(2020, 1, 1), ended_on=dt.date(2021, 1, 1)
        ).save(force_insert=True)
        Medicine(patient=ada, drug_class="statin", name="Simva 20", started_on=dt.date(2025, 1, 1)).save(
            force_insert=True
        )
        Medicine(patient=ada, drug_class="quinine", stopped_on=dt.date(2025, 1, 1)).save(force_insert=True)
    return ada


@pytest.fixture
def bundle(clients, full):
    return json.loads(exported(clients.ada, "fhir.json"))


def resources(bundle, kind):
    return [each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == kind]


def codings(value):
    """Yield every coding anywhere in a resource."""
    if isinstance(value, list):
        for each in value:
            yield from codings(each)
    elif isinstance(value, dict):
        if "system" in value and "code" in value:
            yield value
        for each in value.values():
            yield from codings(each)


def references(value):
    if isinstance(value, list):
        for each in value:
            yield from references(each)
    elif isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for each in value.values():
            yield from references(each)


def test_every_resource_is_valid_r4(bundle):
    read = r4_bundle.Bundle(bundle, strict=True)

    assert read.as_json()["resourceType"] == "Bundle"
    kinds = {each["resource"]["resourceType"] for each in bundle["entry"]}
    assert kinds == {
        "Patient", "Questionnaire", "QuestionnaireResponse", "Observation", "Condition", "MedicationStatement",
        "Consent", "Provenance",
    }  # fmt: skip


@pytest.mark.parametrize("nights", [0, 60])
def test_every_resource_of_other_diaries_is_valid_too(clients, ada, nights):
    write_nights(ada, nights)
    read = json.loads(exported(clients.ada, "fhir.json"))

    r4_bundle.Bundle(read, strict=True)
    assert len(resources(read, "QuestionnaireResponse")) == nights


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("QuestionnaireResponse", {"status": None}), ("Observation", {"code": None}), ("Observation", {"valueTeapot": 1}),
        ("Condition", {"subject": "Patient/1"}), ("MedicationStatement", {"status": None}), ("Consent", {"scope": None}),
        ("Provenance", {"recorded": None}),
    ],
)  # fmt: skip
def test_the_library_would_see_a_wrong_resource(bundle, kind, change):
    broken = resources(bundle, kind)[0]
    for name, value in change.items():
        broken[name] = value
        if value is None:
            del broken[name]

    with pytest.raises(FHIRValidationError):
        r4_bundle.Bundle(bundle, strict=True)


def test_ids_and_references_hold_together(bundle):
    ids = [(each["resource"]["resourceType"], each["resource"]["id"]) for each in bundle["entry"]]
    known = {f"{kind}/{pk}" for kind, pk in ids}

    assert len(known) == len(ids)
    assert all(FHIR_ID.fullmatch(pk) for _kind, pk in ids)
    assert set(references(bundle)) <= known
    assert [each["fullUrl"] for each in bundle["entry"]] == [f"{BASE}/{kind}/{pk}" for kind, pk in ids]


def test_every_code_is_local_or_verified_and_none_needs_a_licence(bundle):
    local = {concept["code"] for concept in code_system()["concept"]}
    found = list(codings(bundle))

    assert {each["code"] for each in found if each["system"] == CODES} <= local
    assert {each["code"] for each in found if each["system"] == LOINC} == VERIFIED_LOINC
    assert not [each for each in found if "snomed" in each["system"]]
    assert len({concept["code"] for concept in code_system()["concept"]}) == len(code_system()["concept"])


def test_unanswered_is_absent_or_has_a_reason_and_never_zero(bundle):
    by_id = {each["resource"]["id"]: each["resource"] for each in bundle["entry"]}
    second = by_id["night-2026-03-02"]
    assert "alcohol_drinks" not in {item["linkId"] for item in second["item"]}
    assert by_id["alcohol-drinks-2026-03-02"]["dataAbsentReason"]["coding"][0]["code"] == "asked-unknown"
    assert by_id["alcohol-drinks-2026-03-01"]["valueQuantity"]["value"] == 0
    assert by_id["number-of-cramps-2026-03-02"]["valueQuantity"]["value"] == 0
    assert "number-of-cramps-2026-03-04" not in by_id  # "not sure" is no number
    pain = [
        component for component in by_id["cramp-2026-03-01-2"]["component"]
        if component["code"]["coding"][0]["code"] == "pain_0_10"
    ]  # fmt: skip
    assert pain[0]["dataAbsentReason"]["coding"][0]["code"] == "unknown"
    assert "valueQuantity" not in pain[0]


def test_a_timed_cramp_has_its_period_in_the_doubled_hour_too(bundle):
    by_id = {each["resource"]["id"]: each["resource"] for each in bundle["entry"]}

    assert by_id["cramp-2026-03-01-1"]["effectivePeriod"] == {
        "start": "2026-03-02T02:30:00Z", "end": "2026-03-02T02:38:00Z",
    }  # fmt: skip
    assert by_id["cramp-2026-10-24-1"]["effectiveDateTime"] == "2026-10-25T00:30:00Z"
    assert by_id["cramp-2026-10-24-2"]["effectiveDateTime"] == "2026-10-25T01:30:00Z"


def test_notes_are_never_in_the_file(bundle):
    text = json.dumps(bundle, ensure_ascii=False)
    assert "HYPERLINK" not in text
    assert "@x" not in text


@pytest.mark.django_db
def test_questionnaire_and_codes_are_published_and_valid(client):
    asked = client.get("/account/export/fhir-questionnaire.json").json()
    codes = client.get("/account/export/fhir-code-system.json").json()

    r4_questionnaire.Questionnaire(asked, strict=True)
    r4_codesystem.CodeSystem(codes, strict=True)
    assert (asked["url"], codes["url"]) == (QUESTIONNAIRE, CODES)
    assert asked == questionnaire()


def test_a_bundle_comes_in_again_with_its_facts(clients, full, cleo):
    kept = do(clients.cleo, cleo, exported(clients.ada, "fhir.json"))

    mine, theirs = (json.loads(exported(client, "diary.json")) for client in (clients.ada, clients.cleo))
    for part in ("conditions", "medicines", "own_habits"):
        assert by_text(theirs[part]) == by_text(mine[part])
    for night in mine["nights"]:
        night.pop("shared_note", None)
        night.pop("private_note", None)
    assert without_ids(theirs["nights"]) == without_ids(mine["nights"])
    assert kept.added == 4


def by_text(rows):
    return sorted(json.dumps(without_ids(row), sort_keys=True) for row in rows)


def another(bundle):
    return {"fullUrl": "x", "resource": {"resourceType": "Patient", "id": "somebody-else"}}


FOREIGN = {
    "a second patient": lambda bundle: bundle["entry"].append(another(bundle)),
    "a night of somebody else": lambda bundle: resources(bundle, "QuestionnaireResponse")[1].update(
        subject={"reference": "Patient/somebody-else"}
    ),
    "a cramp of somebody else": lambda bundle: resources(bundle, "Observation")[0].update(
        subject={"reference": "Patient/somebody-else"}
    ),
    "a medicine of nobody": lambda bundle: resources(bundle, "MedicationStatement")[0].pop("subject"),
    "a night told by somebody else": lambda bundle: resources(bundle, "QuestionnaireResponse")[0].update(
        source={"reference": "Practitioner/1"}
    ),
    "a condition by name": lambda bundle: resources(bundle, "Condition")[0].update(
        subject={"display": "Ada"}
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_bundle_about_somebody_else_is_refused_at_once_and_leaves_nothing(clients, bundle, cleo, name):
    changed = copy.deepcopy(bundle)
    FOREIGN[name](changed)
    body = json.dumps(changed).encode()
    clients.cleo.get("/account/import/")  # the first page of a process takes its time

    start = time.process_time()
    page = send(clients.cleo, body)
    taken = time.process_time() - start

    assert page.status_code == 422
    assert "about more than one person" in page.content.decode()
    assert taken < 1
    with looking_as(cleo):
        assert not Night.objects.owned_by(cleo).exists()
        assert not Import.objects.owned_by(cleo).exists()


WRONG = {
    "entries that are no list": {"entry": {}},
    "entries without resources": {"entry": [{}, 1]},
    "another profile": {
        "entry": [
            {"resource": {"resourceType": "Patient", "id": "1"}},
            {"resource": {"resourceType": "QuestionnaireResponse", "questionnaire": "http://x", "subject": {"reference": "Patient/1"}}},
        ]
    },
    "nobody": {"entry": [{"resource": {"resourceType": "QuestionnaireResponse", "subject": {"reference": "Patient/1"}}}]},
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_another_bundle_is_refused_with_a_sentence(clients, ada, name):
    page = send(clients.ada, json.dumps({"resourceType": "Bundle", **WRONG[name]}).encode())

    assert page.status_code == 422
    assert "has no nights in the form that is read here" in page.content.decode()


@pytest.mark.parametrize(
    "junk", [None, 1, "x", [], [1], {}, {"coding": 1}, {"coding": [{"system": CODES}]}, True]
)
def test_junk_in_any_place_is_a_bad_line_and_no_error(clients, bundle, junk):
    """Every value of a night and of a cramp is replaced, one after the other."""
    for kind in ("QuestionnaireResponse", "Observation", "Condition", "MedicationStatement", "Questionnaire"):
        for name in list(resources(bundle, kind)[0]):
            if name in ("resourceType", "subject"):
                continue
            changed = copy.deepcopy(bundle)
            resources(changed, kind)[0][name] = junk
            if kind == "QuestionnaireResponse" and name == "item" and junk is None:
                continue
            assert read_it(changed) is not None


def read_it(bundle):
    from episodes.exchange.formats.entries import DiaryFile
    from episodes.exchange.formats.fhir_read import read_bundle
    from episodes.exchange.formats.problems import FileRefused

    diary = DiaryFile()
    try:
        read_bundle(bundle, diary)
    except FileRefused as refused:
        return refused
    return diary


def test_a_cramp_belongs_to_one_night_also_where_several_say_they_are_the_same(bundle):
    nights = resources(bundle, "QuestionnaireResponse")
    nights[1]["id"] = nights[0]["id"]
    cramp = next(each for each in resources(bundle, "Observation") if each["id"] == "cramp-2026-03-01-1")
    cramp["derivedFrom"] += [{"reference": f"QuestionnaireResponse/{nights[3]['id']}"}]

    assert [len(night.episodes) for night in read_it(bundle).nights] == [2, 0, 0, 2]


def test_an_answer_of_thousands_of_codes_is_read_at_once(bundle):
    cramp = next(each for each in resources(bundle, "Observation") if each["id"] == "cramp-2026-03-01-1")
    codes = [{"system": CODES, "code": "felt.cramp"}] * 5_000
    cramp["component"] = [{"code": {"coding": codes}, "valueCodeableConcept": {"coding": codes}}]

    start = time.process_time()
    read_it(bundle)

    assert time.process_time() - start < 1


def test_a_night_that_was_late_or_came_from_a_file_says_so(clients, ada, cleo):
    write_night(cleo, FIRST, "cramps")
    do(clients.cleo, cleo, "date,outcome\n2026-03-02,cramps\n")

    told = {
        each["id"]
        for each in resources(json.loads(body(clients.cleo.get("/account/export/fhir.json"))), "Provenance")
    }

    assert told == {"late-2026-03-01", "import-2026-03-02"}
