"""A short run of the fuzzer against the live server; `make fuzz-api` is the long one."""

import subprocess

import pytest

from benchmarks.fuzz_api import ONE_NIGHT, schemathesis_command, statuses_of
from tests.api.conftest import Program, token_for
from tests.conftest import make_user


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(300)
def test_no_generated_request_breaks_the_api_or_gets_an_undocumented_answer(live_server, settings, tmp_path):
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    config, report = tmp_path / "schemathesis.toml", tmp_path / "events.ndjson"
    config.write_text(ONE_NIGHT)
    command = schemathesis_command(live_server.url, token_for(make_user("ada")), 3, 5, report, config)

    done = subprocess.run(
        [*command, "--phases", "fuzzing,stateful"], capture_output=True, text=True, timeout=280, check=False,
        cwd=tmp_path,
    )  # fmt: skip

    statuses = statuses_of(report)
    assert done.returncode == 0, done.stdout[-4000:]
    assert statuses[200] > 5
    assert statuses[422] > 5
    assert max(statuses) < 500


@pytest.mark.django_db
def test_every_operation_names_all_its_answers_as_problems():
    paths = Program().get("openapi.json").said["paths"]

    for path, operations in paths.items():
        for method, operation in operations.items():
            answers = operation["responses"]
            wanted = {"401", "403", "405", "413", "422", "429", "503"}
            wanted |= {"409"} if method != "get" else set()
            wanted |= {"415"} if "requestBody" in operation else set()
            assert wanted <= set(answers), (method, path)
            kinds = {kind for code, answer in answers.items() if code >= "400" for kind in answer["content"]}
            assert kinds == {"application/problem+json"}
            assert operation["security"]
            assert operation["summary"]
