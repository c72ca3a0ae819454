"""What stands between the web server and the site: whole requests in, whole answers out, nothing lost or made up."""

import hashlib
import http.client
import json
import os
import re
import socket
import time
from pathlib import Path

import pytest

MIB = 1024 * 1024


@pytest.fixture
def told(site):
    """Return a function that sends raw bytes and returns status, headers and what the application was asked."""
    site.serve_again(target="tests.faults.told:application", BODY_SECONDS="2")

    def send(method, path, body=None, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        return response, json.loads(text) if text else None

    yield send
    site.stop()


def test_the_site_is_asked_what_was_asked(told, site):
    headers = [
        ("Cookie", "a=1"), ("Cookie", "b=2"), ("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-For", "192.0.2.2"),
        ("X_Forwarded_Proto", "https"), ("Content-Type", "text/plain"), ("X-Word", "caf\xe9"),
    ]  # fmt: skip
    response, said = told("POST", "/a%FF%C3%A9//b%2Fc/?q=%C3%A9&r", b"words", headers)
    environ = said["environ"]

    assert {name: environ.get(name) for name in (
        "REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_COOKIE",
        "HTTP_X_FORWARDED_FOR", "HTTP_X_WORD", "HTTP_HOST", "REMOTE_ADDR", "SERVER_PORT", "wsgi.url_scheme", "SCRIPT_NAME",
    )} == {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/a\xff\xc3\xa9//b/c/", "QUERY_STRING": "q=%C3%A9&r",
        "CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": "5", "HTTP_COOKIE": "a=1; b=2",
        "HTTP_X_FORWARDED_FOR": "192.0.2.1,192.0.2.2", "HTTP_X_WORD": "caf\xe9", "HTTP_HOST": f"127.0.0.1:{site.port}",
        "REMOTE_ADDR": "127.0.0.1", "SERVER_PORT": str(site.port), "wsgi.url_scheme": "http", "SCRIPT_NAME": "",
    }  # fmt: skip
    assert "HTTP_X_FORWARDED_PROTO" not in environ  # only a proxy's own header counts
    assert said["sha256"] == hashlib.sha256(b"words").hexdigest()
    assert response.headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_a_head_and_the_next_request_on_the_same_connection_are_answered(told, site):
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    connection.request("HEAD", "/one")
    head = connection.getresponse()
    assert (head.status, head.read()) == (200, b"")
    assert int(head.headers["Content-Length"]) > 0
    for path in ("/two", "/three"):
        connection.request("POST", path, b"x" * 1000)
        said = json.loads(connection.getresponse().read())
        assert (said["environ"]["PATH_INFO"], said["size"]) == (path, 1000)
    connection.close()


def test_a_large_file_arrives_as_it_is_and_lies_on_the_disk(told, site):
    (worker,) = site.worker_pids
    before = most_memory_mib(worker)
    body = os.urandom(MIB) * 32
    _response, said = told("POST", "/file", body)

    assert (said["size"], said["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    assert most_memory_mib(worker) - before < 20


def test_a_body_that_is_larger_than_any_page_takes_is_not_waited_for(told, site):
    began = time.monotonic()
    status, _rest = ask_by_hand(
        site, f"POST /file HTTP/1.1\r\nHost: x\r\nContent-Length: {40 * MIB}\r\n\r\nx"
    )

    assert status == 200  # the site itself refuses it; here it is told of an empty body
    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize("beginning", ["Content-Length: 100\r\n\r\nx", "Content-Length: 100\r\n\r\n"])
def test_a_body_that_does_not_come_is_given_up_with_a_sentence(told, site, beginning):
    status, rest = ask_by_hand(site, f"POST /late HTTP/1.1\r\nHost: x\r\n{beginning}")

    assert status == 408
    assert "did not arrive in time: send it again." in rest


def test_a_failure_outside_of_the_site_is_answered_and_told_without_its_words(told, site):
    begins = site.log.stat().st_size
    response, _said = told("GET", "/breaks")
    said = site.log.read_bytes()[begins:].decode()

    assert response.status == 500
    assert "An answer could not be made." in said
    assert "RuntimeError" in said
    assert "canary words" not in said
    assert told("GET", "/next")[0].status == 200


def ask_by_hand(site, request):
    """Return status and the rest of what the server says until it closes the connection."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=15) as stranger:
        stranger.sendall(request.encode())
        stranger.settimeout(15)
        said = b""
        while b"\r\n\r\n" not in said or (b"408" in said and b"again." not in said):
            part = stranger.recv(65536)
            if not part:
                break
            said += part
    return int(said.split()[1]), said.decode()


def most_memory_mib(pid):
    """Return the most memory that a process has had."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024
