"""WebDriver without a driver's library: Firefox speaks it itself (Marionette), WebKitGTK through its own program.

Both take the same commands with the same arguments; only the envelope differs. No driver has to be installed for
Firefox: the browser opens the port, so what is tested is the Firefox of the distribution and nothing beside it.
"""

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

START_SECONDS = 60
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
# Of the commands that walks need: how WebKit's program calls them.
OVER_HTTP = {
    "Navigate": "url", "Back": "back", "Refresh": "refresh", "ExecuteScript": "execute/sync", "FindElement": "element",
    "ElementClick": "element/{id}/click", "ElementSendKeys": "element/{id}/value", "PerformActions": "actions",
    "AddCookie": "cookie", "NewWindow": "window/new", "SwitchToWindow": "window", "SetWindowRect": "window/rect",
}  # fmt: skip
PREFERENCES = {
    "marionette.port": 0,  # any free one
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.disabledForTesting": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.newtabpage.activity-stream.feeds.topsites": False,
    "extensions.getAddons.cache.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.server": "",
    "browser.safebrowsing.downloads.remote.enabled": False,
    "ui.prefersReducedMotion": 1,
    "intl.accept_languages": "en-GB, en",
}


class CommandFailed(Exception):
    """The browser said no: the word for it, and its sentence."""

    def __init__(self, said):
        super().__init__(f"{said.get('error')}: {said.get('message')}")
        self.word = said.get("error", "")


class Firefox:
    """A Firefox with a fresh profile and its Marionette port."""

    name = "firefox"

    def __init__(self, program):
        self.profile = tempfile.mkdtemp(prefix="walks-firefox-")
        lines = [f"user_pref({json.dumps(key)}, {json.dumps(value)});" for key, value in PREFERENCES.items()]
        Path(self.profile, "user.js").write_text("\n".join(lines), encoding="utf-8")
        self.process = subprocess.Popen(
            [program, "--headless", "--marionette", "-remote-allow-system-access", "--no-remote", "--profile", self.profile],
            env={**os.environ, "HOME": self.profile, "TZ": "Europe/London"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        port_file = Path(self.profile, "MarionetteActivePort")
        port = int(waited_for(lambda: port_file.exists() and port_file.read_text(), self.process))
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.answers = self.socket.makefile("rb")
        self._received()
        self.number = 0
        self.command("NewSession", capabilities={"alwaysMatch": {"unhandledPromptBehavior": "accept"}})

    def _received(self):
        length = b""
        while (letter := self.answers.read(1)) != b":":
            if not letter:
                raise ConnectionError("Firefox went away")
            length += letter
        return json.loads(self.answers.read(int(length)))

    def command(self, name, **said):
        self.number += 1
        full = name if ":" in name else f"WebDriver:{name}"
        body = json.dumps([0, self.number, full, said]).encode()
        self.socket.sendall(b"%d:%s" % (len(body), body))
        _kind, _number, error, answer = self._received()
        if error:
            raise CommandFailed(error)
        return answer.get("value", answer) if isinstance(answer, dict) else answer

    @contextlib.contextmanager
    def as_browser(self):
        """Run scripts as the browser itself: its console, its network, its windows."""
        self.command("Marionette:SetContext", value="chrome")
        try:
            yield lambda script, *given: self.command("ExecuteScript", script=script, args=list(given))
        finally:
            self.command("Marionette:SetContext", value="content")

    def close(self):
        self.process.terminate()
        self.process.wait(30)
        self.socket.close()
        shutil.rmtree(self.profile, ignore_errors=True)


class WebKit:
    """WebKitGTK's MiniBrowser behind WebKitWebDriver; needs a display, or `xvfb-run` around the command."""

    name = "webkit"

    def __init__(self, program):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [program, f"--port={self.port}", "--host=127.0.0.1"],
            env={**os.environ, "TZ": "Europe/London", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        waited_for(self._answers, self.process)
        browser = next(iter(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser")), None)
        wanted = {"webkitgtk:browserOptions": {"binary": str(browser), "args": ["--automation"]}}
        self.base = "/session"
        begun = self._sent("POST", "", {"capabilities": {"alwaysMatch": wanted}})
        self.base = f"/session/{begun['sessionId']}"

    def _answers(self):
        with contextlib.suppress(OSError):
            return socket.create_connection(("127.0.0.1", self.port), timeout=1).close() is None
        return False

    def _sent(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(
                method, self.base + path, json.dumps(body) if body is not None else None,
                {"Content-Type": "application/json"},
            )  # fmt: skip
            answer = connection.getresponse()
            value = json.loads(answer.read())["value"]
        finally:
            connection.close()
        if answer.status != 200:
            raise CommandFailed(value)
        return value

    def command(self, name, **said):
        if name == "DeleteAllCookies":
            return self._sent("DELETE", "/cookie")
        return self._sent("POST", "/" + OVER_HTTP[name].format(id=said.pop("id", "")), said)

    def close(self):
        with contextlib.suppress(CommandFailed, OSError):
            self._sent("DELETE", "")
        self.process.terminate()
        self.process.wait(30)


def waited_for(what, process):
    """Return what `what()` says as soon as it says something."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if found := what():
            return found
        time.sleep(0.05)
    raise RuntimeError(f"{process.args[0]} did not start")
