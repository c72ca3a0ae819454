"""One hand, three browsers: what a person can do with a page, and nothing else.

A script is a JavaScript function as text. It runs outside the page's content policy.
"""

import time

from playwright.sync_api import Error

from tests.walks.wire import ELEMENT, CommandFailed, Firefox, WebKit

PHONE = {"width": 360, "height": 800}
TRIES = 60
AUTOSAVE_SECONDS = 0.7  # the page waits 0.6 s for the next tap before it saves
# What an offline page may say: it is the network's fault, not the page's.
OF_THE_NETWORK = (
    "ERR_INTERNET_DISCONNECTED",
    "Failed to load resource",
    "ERR_FAILED",
    "NS_ERROR_OFFLINE",
    "NetworkError",
)


class ChromiumHand:
    """A Chromium context of Playwright. Its clock runs on by itself, and can be pushed."""

    name = "chromium"

    def __init__(self, context, reports, base_url, *, has_worker):
        self.context, self.reports, self.base_url = context, reports, base_url
        self.has_worker = has_worker
        context.clock.install()
        self.pages = [context.new_page()]
        self.page = self.pages[0]
        self.was_offline = False

    def log_in(self, name, value):
        self.context.add_cookies([{"name": name, "value": value, "url": self.base_url}])

    def goto(self, path):
        self.page.goto(self.base_url + path, wait_until="load")

    def back(self):
        self.page.go_back(wait_until="load")

    def reload(self):
        self.page.reload(wait_until="load")

    def js(self, function, *given):
        for _try in range(TRIES):  # a page that is just going away cannot answer
            try:
                return self.page.evaluate(f"given => ({function})(...given)", list(given))
            except Error as error:
                if "context was destroyed" not in str(error):
                    raise
                time.sleep(0.05)
        raise AssertionError("the page never came")

    def tap(self, selector):
        self.page.locator(selector).click()

    def tap_at(self, x, y):
        self.page.mouse.click(x, y)

    def type(self, selector, text):
        self.page.locator(selector).fill(text)

    def press(self, selector, key):
        self.page.locator(selector).press(key)

    def soon(self):
        """Let the autosave's time pass."""
        self.context.clock.fast_forward(int(AUTOSAVE_SECONDS * 1000))

    def pass_seconds(self, seconds):
        self.context.clock.fast_forward(seconds * 1000)

    def offline(self, is_cut):
        self.was_offline = True
        self.context.set_offline(is_cut)

    def wait_for_worker(self):
        self.goto("/")
        if self.has_worker:
            self.js(WORKER)

    def open_tab(self):
        self.page = self.context.new_page()
        self.pages.append(self.page)

    def switch(self, number):
        self.page = self.pages[number]
        self.page.bring_to_front()

    def problems(self):
        return [
            each for each in self.reports
            if not (self.was_offline and any(words in each for words in OF_THE_NETWORK))
            and "Service Worker registration blocked" not in each
        ]  # fmt: skip

    def close(self):
        self.context.close()


class WireHand:
    """Firefox or WebKitGTK over WebDriver. One browser for many walks: `begin` forgets the walk before."""

    def __init__(self, browser, base_url):
        self.browser, self.base_url, self.name = browser, base_url, browser.name
        self.is_firefox = self.has_worker = isinstance(browser, Firefox)
        self.handles = [self._one("GetWindowHandle")] if self.is_firefox else []
        self.begin()

    def _one(self, name, **said):
        return self.browser.command(name, **said)

    def begin(self):
        self.was_offline = False
        if self.is_firefox:
            for handle in self.handles[1:]:
                self._one("SwitchToWindow", handle=handle)
                self._one("CloseWindow")
            self.handles = self.handles[:1]
            self._one("SwitchToWindow", handle=self.handles[0])
            self.offline(False)
            self.was_offline = False
            with self.browser.as_browser() as run:
                run("Services.console.reset();")
            self._narrow()
        self.goto("/healthz")
        self.browser.command("DeleteAllCookies")
        self.js(FORGET)

    def _narrow(self):
        with self.browser.as_browser() as run:
            run("for (const tab of gBrowser.browsers) tab.style.maxWidth = '360px';")

    def log_in(self, name, value):
        self.goto("/healthz")
        self._one("AddCookie", cookie={"name": name, "value": value, "path": "/", "httpOnly": True})

    def goto(self, path):
        self._one("Navigate", url=self.base_url + path)

    def back(self):
        self._one("Back")

    def reload(self):
        self._one("Refresh")

    def js(self, function, *given):
        for _try in range(TRIES):  # a page that is just going away cannot answer
            try:
                return self._one(
                    "ExecuteScript", script=f"return ({function}).apply(null, arguments)", args=list(given)
                )
            except CommandFailed as failed:
                if failed.word not in (
                    "javascript error",
                    "no such window",
                    "unknown error",
                ) or "unload" not in str(failed):
                    raise
                time.sleep(0.05)
        raise AssertionError("the page never came")

    def _element(self, selector):
        return self._one("FindElement", using="css selector", value=selector)[ELEMENT]

    def tap(self, selector):
        self._one("ElementClick", id=self._element(selector))

    def tap_at(self, x, y):
        steps = [
            {"type": "pointerMove", "duration": 0, "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0},
        ]  # fmt: skip
        finger = {"type": "pointer", "id": "finger", "parameters": {"pointerType": "mouse"}, "actions": steps}
        self._one("PerformActions", actions=[finger])

    def type(self, selector, text):
        element = self._element(selector)
        self.js("place => { document.querySelector(place).value = '' }", selector)
        self._one("ElementSendKeys", id=element, text=text)

    def press(self, selector, key):
        self._one(
            "ElementSendKeys", id=self._element(selector), text={"Enter": "\ue007", "Tab": "\ue004"}[key]
        )

    def soon(self):
        time.sleep(AUTOSAVE_SECONDS)

    def offline(self, is_cut):
        self.was_offline = True
        with self.browser.as_browser() as run:
            run(CUT, is_cut)

    wait_for_worker = ChromiumHand.wait_for_worker

    def open_tab(self):
        handle = self._one("NewWindow", type="tab")["handle"]
        self.handles.append(handle)
        self._one("SwitchToWindow", handle=handle)
        self._narrow()

    def switch(self, number):
        self._one("SwitchToWindow", handle=self.handles[number])

    def problems(self):
        """Return what Firefox's console holds of this site: errors of scripts and refusals of the policy."""
        if not self.is_firefox:
            return []
        with self.browser.as_browser() as run:
            found = run(
                "const out = []; for (const each of Services.console.getMessageArray()) {"
                " if (each instanceof Ci.nsIScriptError && !(each.flags & 1) && (each.sourceName || '').startsWith(arguments[0]))"
                " out.push(each.category + ': ' + each.errorMessage + ' ' + each.sourceName); } return out;",
                self.base_url,
            )
        return [each for each in found if not (self.was_offline and any(w in each for w in OF_THE_NETWORK))]

    def close(self):
        pass


# Firefox takes this machine for a network that is always there: a proxy that does not answer cuts it off.
CUT = """for (const [name, cut, back] of [['type', 1, 5], ['http_port', 9, 0]]) Services.prefs.setIntPref('network.proxy.' + name, arguments[0] ? cut : back);
Services.prefs.setStringPref('network.proxy.http', '127.0.0.1');
Services.prefs.setBoolPref('network.proxy.allow_hijacking_localhost', arguments[0]);"""
FORGET = "() => { localStorage.clear(); sessionStorage.clear(); indexedDB.deleteDatabase('crampdiary'); }"
# The site's worker stands between the page and the network from the second page on: what a browser brings back
# by itself differs with it.
WORKER = "() => navigator.serviceWorker.ready.then(() => true)"

__all__ = ["ChromiumHand", "Firefox", "WebKit", "WireHand"]
