"""A patient who taps about at random, and what must be true after each of her steps.

A walk is a list of steps in words, made from a seed or written by hand. The same answers are given by a twin without
JavaScript (`paper.py`), and the two diaries must stay alike, night for night. Dates are written N-0 (last night), N-1 ...
"""

import datetime as dt
import re

from tests.walks.checks import (
    DELETE,
    KEEP,
    LONG_WORDS,
    TEN_MINUTES,
    Checks,
    Finding,
    delete_buttons,
    until,
)
from tests.walks.page import LOOK, MARK, MARK_FINISH, MARK_WORDS, MARKED, SCROLLED
from tests.walks.paper import diary


class Walk(Checks):
    """One patient on one phone, and her twin on paper."""

    def __init__(self, hand, user, paper, asked):
        self.hand, self.user, self.paper, self.asked = hand, user, paper, asked
        self.steps = []
        self.tabs, self.tab = [None], 0  # the visit of each tab, or the forms that paper has of that page
        self.is_timed = self.is_offline = False
        self.pending = []  # what stood in the form after each tap since it was last compared
        self.loaded = {}
        self.signs = 0
        self.path, self.moved_at = "", 0.0
        self.asks = self.has_read = False
        self.is_over = False  # what is kept on the device waits for a better answer

    # --- steps in words -------------------------------------------------------------------------------------

    def do(self, step):
        self.steps.append(step)
        words = re.sub(r"N-(\d+)", lambda back: str(self.asked - dt.timedelta(days=int(back[1]))), step)
        verb, _space, rest = words.partition(" ")
        getattr(self, f"do_{verb}")(*rest.split())
        if problems := self.hand.problems():
            raise Finding("the browser reported: " + "; ".join(problems))

    def do_open(self, path):
        self.settle()
        self.hand.goto(path)
        self.arrived()

    def do_reload(self):
        self.settle()
        self.hand.reload()
        self.arrived()

    def do_back(self):
        self.settle()
        self.hand.back()
        self.arrived()

    def do_leave(self, path):
        """Go on without waiting for anything: what was answered last arrives all the same."""
        visit, pending = self.visit, self.pending
        self.hand.goto(path)
        if pending and "outcome" in visit.answers and self.paper.save(visit)[0] == 302:
            self.agree()
        else:
            self.match()
        self.arrived()

    def do_wait(self):
        self.settle()

    def do_tap(self, option):
        name, _equals, value = option.partition("=")
        self.mark("option", "", name, value)
        self.hand.tap(MARKED)
        self.answered(name, value)

    def do_type(self, answer, key="Tab"):
        name, _equals, text = answer.partition("=")
        self.mark("field", "", name, "")
        sign = self.sign()
        self.hand.type(MARKED, text)
        self.hand.press(MARKED, key)
        holder, part = self.place(name)
        holder.pop({"duration_minutes": "duration_band"}.get(part, part.removesuffix("_exact")), None)
        holder[part] = [text]
        self.was_answered()
        if part == "duration_minutes" and float(text) > TEN_MINUTES:
            self.safety(name, text, LONG_WORDS)
        if key == "Enter" and not self.is_offline:
            self.after_save(sign, *self.paper.save(self.visit))

    def do_enter(self, answer):
        """Type a number and press Enter: it is saved, and no cramp comes out of it."""
        cramps = self.hand.js(LOOK)["cramps"]
        self.do_type(answer, "Enter")
        look = self.hand.js(LOOK)
        if look["isNight"] and look["cramps"] > cramps:
            raise Finding("Enter in a number field added a cramp")

    def do_press(self, *where):
        """Press a button: `press NAME=VALUE` in the night form, `press PATH NAME=VALUE` in any other."""
        self.pressed(where, None)

    def do_twice(self, seconds, *where):
        """Tap the same spot twice, whatever stands there the second time."""
        if "=" in where[0] and where[0].split("=")[0] not in ("save", "outcome"):
            name, _equals, value = where[0].partition("=")
            spot = self.mark("option", "", name, value)
            before = self.hand.js(SCROLLED)
            self.at(spot, float(seconds))
            # Where safety words moved the page, the second tap was meant for what was there before.
            for _tap in range(2 if self.hand.js(SCROLLED) == before else 1):
                self.answered(name, value, is_checked=False)
        else:
            self.pressed(where, float(seconds))

    def do_add(self):
        self.mark("button", f"/nights/{self.visit.date}/", "add_episode", "1")
        self.hand.tap(MARKED)
        number = max(self.visit.cramps, default=-1) + 1
        self.visit.cramps[number] = {}

    def do_delete(self):
        """Say yes to the question what becomes of a cramp that was described."""
        self.replied(DELETE)

    def do_keep(self):
        self.replied(KEEP)

    def do_undo(self):
        self.settle()
        visit, date = self.visit, self.visit.date
        sign = self.sign()
        if not self.hand.js(MARK_WORDS, "^Undo$"):
            raise Finding("a night was changed and nothing offers to undo it")
        self.hand.tap(MARKED)
        self.gone(sign)
        answer = self.paper.client.post(f"/nights/{date}/undo/", {"version": visit.version})
        assert answer.status_code == 302, answer.status_code
        self.agree()
        if not visit.is_new and diary(self.user).get(date) != self.loaded.get(date):
            raise Finding(f"Undo did not bring {date} back to what it was when the page was opened")
        self.arrived()

    def do_offline(self):
        self.settle()
        self.hand.offline(True)
        self.is_offline = True

    def do_online(self, how="reload"):
        """Have a connection again, and come back to the page; `online stay`: the page was never left."""
        self.settle()
        self.hand.offline(False)
        self.is_offline = False
        if how == "reload":
            self.hand.reload()
        if self.visit and self.pending and "outcome" in self.visit.answers:
            status, answer = self.paper.save(self.visit)
            if status == 422 and delete_buttons(answer):
                self.asks_about_the_cramp()
                return
            if status != 302:
                until(
                    lambda: (
                        self.state()["isRefused"] or re.search("Not saved|changed on", self.state()["said"])
                    ),
                    "what was kept on this device cannot be saved, and the page does not say so",
                )
                self.is_over = True
                return
            self.page_shows(self.visit)
        until(lambda: not self.state()["waiting"], "what was kept on this device was never sent")
        self.agree()
        if self.pending:  # the page was filled with what was kept, numbers in their boxes
            self.pending = []
            self.renumber(self.visit)
        else:
            self.arrived()

    def do_tab(self, number=None):
        self.settle()
        if number is None:
            self.hand.open_tab()
            self.tabs.append(None)
            self.tab = len(self.tabs) - 1
            self.hand.goto(f"/nights/{self.asked}/")
            self.arrived()
        else:
            self.tab = int(number)
            self.hand.switch(self.tab)

    def do_finish(self, *answers):
        """Answer what the morning asks about the first timed cramp, such as pain_0_10=6, and save it."""
        self.settle()
        sign = self.sign()
        (form,) = [each for each in self.tabs[self.tab] if each.action.endswith("/finish/")]
        cramp = dict(form.fields)["cramp"] if form.fields else ""
        for answer in answers:
            name, _equals, value = answer.partition("=")
            if not self.hand.js(MARK_FINISH, name, value):
                raise Finding(f"there is no {answer} to tap where a cramp is finished")
            self.hand.tap(MARKED)
            form.fields.append((name if name == "day" else f"cramp-{cramp}-{name}", value))
        self.hand.js(MARK, "button", form.action, "", "")
        self.hand.tap(MARKED)
        answer = self.paper.press([form], form.action, "", "")
        assert answer.status_code == 302, answer.status_code
        self.agree()
        self.gone(sign)
        self.arrived()

    def do_now(self, deed, side=""):
        """Tap on the page for the night: start, stop, side LEG, remove, keep, restless."""
        self.is_timed = True
        if deed == "stop":
            self.hand.pass_seconds(61)
        name, value = ("side", side) if deed == "side" else ("do", deed)
        self.mark("button", "/now/", name, value)
        self.hand.tap(MARKED)
        answer = self.paper.press(self.tabs[self.tab], "/now/", name, value)
        assert answer is not None, f"without JavaScript there is no {deed}"
        self.tabs[self.tab] = self.paper.forms(answer.url)
        self.agree()
