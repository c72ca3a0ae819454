"""What must be true after each step of a walk."""

import re
import time

from episodes.article.red_flags import RED_FLAGS_BY_KEY, TEN_MINUTES_NOW, TEN_MINUTES_PASSED
from tests.walks.page import FIELDS, LOOK, MARK, MARK_WORDS, MARKED, READS, SIGN, STATE
from tests.walks.paper import OF_A_CRAMP, Visit, diary, forms_of, versions

WITHIN_SECONDS = 4
SAFETY_WITHIN_SECONDS = 1
PAUSE_SECONDS = 1.1
LEG_WORDS = tuple(RED_FLAGS_BY_KEY[key].text for key in ("leg", "leg_in_pregnancy"))
NERVE_WORDS = (RED_FLAGS_BY_KEY["weak_or_numb"].text,)
LONG_WORDS = (TEN_MINUTES_PASSED, TEN_MINUTES_NOW, RED_FLAGS_BY_KEY["over_ten_minutes"].text)
# Answers after which the words must be seen: the field, its answers, any of these sentences.
SAFETY_RULES = (
    ("leg_warning_sign", {"left", "right", "both"}, LEG_WORDS),
    ("weakness_after", {"yes"}, NERVE_WORDS),
    ("numbness", {"yes"}, NERVE_WORDS),
    ("duration_band", {"10_30", "30_60", "over_60"}, LONG_WORDS),
)
TEN_MINUTES = 10
CONFLICT = "Here are both"
DELETE, KEEP = "^Delete (it|them)", "^Keep (it|them)"


class Finding(AssertionError):
    """Something that a person would be right to complain about."""


class Checks:
    """What a walk looks at: `Walk` has the steps."""

    # --- what a step is made of ------------------------------------------------------------------------------

    @property
    def visit(self):
        here = self.tabs[self.tab]
        return here if isinstance(here, Visit) else None

    def place(self, name):
        """Return where an answer stands in the visit: the night's answers or a cramp's, and the name there."""
        match = OF_A_CRAMP.fullmatch(name)
        if not match:
            return self.visit.answers, name
        return self.visit.cramps.setdefault(int(match[1]), {}), match[2]

    def mark(self, kind, action, name, value):
        spot = self.hand.js(MARK, kind, action, name, value)
        if spot is None:
            raise Finding(f"there is no {kind} {action} {name}={value} to tap")
        return spot

    def at(self, spot, seconds):
        self.hand.tap_at(*spot)
        time.sleep(seconds)
        self.hand.tap_at(*spot)

    def answered(self, name, value, *, is_checked=True):
        holder, part = self.place(name)
        before = holder.get(part, [])
        if part in ("remedies", "DELETE", "over_an_hour_confirmed", "second_time"):
            holder[part] = [each for each in before if each != value] if value in before else [*before, value]
        elif before == [value] and part != "outcome":
            holder[part] = []
        else:
            holder[part] = [value]
        for number in (f"{part}_exact", {"duration_band": "duration_minutes"}.get(part)):
            holder.pop(number, None)
        is_given = bool(holder[part])
        if not holder[part]:
            del holder[part]
        self.was_answered()
        for rule_part, values, words in SAFETY_RULES:
            if is_checked and is_given and rule_part == part and value in values:
                self.safety(name, value, words)
        is_without = part == "outcome" and value in ("no_cramps", "not_in_bed")
        if is_without and any(self.visit.cramps.values()) and not self.is_offline:
            self.asks_about_the_cramp()

    def was_answered(self):
        self.pending.append(self.visit.copy())
        self.visit.is_new = False

    def safety(self, name, value, words):
        until(
            lambda: self.hand.js(READS, list(words)),
            f"{name}={value} was answered, and within a second no safety words could be seen ({words[0]})",
            SAFETY_WITHIN_SECONDS,
        )

    def asks_about_the_cramp(self):
        self.hand.soon()
        until(
            lambda: self.hand.js(MARK_WORDS, DELETE) and self.hand.js(MARK_WORDS, KEEP),
            "a described cramp stands against the new answer, and nothing asks whether to delete or to keep it",
        )
        self.asks = True

    def replied(self, words):
        visit, self.asks = self.visit, False
        sign = self.sign()
        assert self.hand.js(MARK_WORDS, words)
        self.hand.tap(MARKED)
        if words == KEEP:
            visit.answers["outcome"] = ["cramps"]
            self.was_answered()
            return
        _status, answer = self.paper.save(visit)
        buttons = delete_buttons(answer)
        if not buttons:
            raise Finding("without JavaScript nothing offers to delete the cramp")
        status, _answer = self.paper.save(visit, button=buttons[0][:2])
        assert status == 302, status
        self.pending = []
        self.agree()
        self.gone(sign)
        self.arrived()

    def sign(self):
        """Write a sign on the page, which goes when another page comes; return it."""
        self.signs += 1
        self.hand.js(SIGN, str(self.signs))
        return str(self.signs)

    def gone(self, sign, within=WITHIN_SECONDS):
        """Wait for another page; return whether it came."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            if self.state()["page"] != sign:
                return True
            time.sleep(0.02)
        return False

    def state(self):
        """Return what the page says about saving."""
        return self.hand.js(STATE)

    def pressed(self, where, seconds):
        """Press a button once, or twice at the same spot `seconds` apart; the twin presses it once."""
        action = where[0] if len(where) == 2 else f"/nights/{self.visit.date}/"
        name, _equals, value = where[-1].partition("=")
        if not (self.visit and len(where) == 1):
            self.settle()
        is_in_place = "calendar" in self.path
        if is_in_place:  # a tap right after another, or right after the page has come, is meant for nothing
            time.sleep(max(0, self.moved_at + PAUSE_SECONDS - time.monotonic()))
        sign = self.sign()
        spot = self.mark("button", action, name, value)
        if seconds is None:
            self.hand.tap(MARKED)
        else:
            self.at(spot, seconds)
        if len(where) == 1:
            self.after_save(sign, *self.paper.save(self.visit, button=(name, value)))
            return
        self.has_read = self.has_read or action == "/safety/read/"
        if action.endswith("/undo/"):
            date = action.split("/")[2]
            answer = self.paper.client.post(action, {"version": versions(self.paper.user).get(date, "0")})
        else:
            answer = self.paper.press(self.tabs[self.tab], action, name, value)
        assert answer is not None, f"without JavaScript there is no button {action} {name}={value}"
        self.agree()
        self.gone(sign, 0.3 if is_in_place else WITHIN_SECONDS)
        self.arrived()

    def after_save(self, sign, status, answer, within=2 * WITHIN_SECONDS):
        if self.is_offline:
            return
        if status == 302:
            self.pending = []
            self.agree()
            if self.gone(sign, within):
                self.arrived()
            else:
                self.page_shows(self.visit)
        elif status == 422:
            until(
                lambda: self.state()["isRefused"], "an answer cannot be saved, and the page does not say so"
            )
            self.page_shows(self.visit)
            self.do_leave(f"/nights/{self.visit.date}/")
        else:
            self.choose(answer)

    def choose(self, answer):
        """Two copies of a night: keep the one just written."""
        until(
            lambda: CONFLICT in self.hand.js(LOOK)["heading"],
            "a night was changed elsewhere, and both copies are not shown",
        )
        sign = self.sign()
        self.hand.js(MARK_WORDS, "^Keep this one")
        self.hand.tap(MARKED)
        self.gone(sign)
        action = f"/nights/{self.visit.date}/"
        kept = self.paper.press(forms_of(answer), action, "", "")
        self.pending = []
        self.agree()
        assert kept is not None
        self.hand.goto(action)
        self.arrived()

    # --- what must be true ---------------------------------------------------------------------------------------

    def arrived(self):
        """Another page is there: what it shows must be what is stored."""
        look = self.hand.js(LOOK)
        self.pending, self.path, self.moved_at = [], look["path"], time.monotonic()
        if self.is_offline:
            return
        if look["isNight"] and not look["isShell"]:
            date = look["path"].split("/")[2]
            visit = self.paper.open(date)
            self.tabs[self.tab] = visit
            self.loaded[date] = diary(self.user).get(date)
            self.page_shows(visit)
        else:
            self.tabs[self.tab] = self.paper.forms(look["path"]) if not look["isNight"] else None
        if look["path"] == "/" and not self.has_read:
            self.today_reminds()

    def today_reminds(self):
        """Until they are read, the safety words of what is stored stand on Today."""
        nights = diary(self.user).values()
        cramps = [each for night in nights for each in night["episodes"]]
        given = {name: [night[name] for night in nights] for name, _values, _words in SAFETY_RULES[:3]}
        given["duration_band"] = [
            "10_30" if (each["duration_seconds"] or 0) > 600 else each["duration_band"] for each in cramps
        ]
        for name, values, words in SAFETY_RULES:
            if any(answer is True or answer in values for answer in given[name]) and not self.hand.js(
                READS, list(words), True
            ):
                raise Finding(
                    f"the answer about {name} is stored, and Today does not show its safety words ({words[0]})"
                )

    def settle(self):
        """Wait until what was answered is saved, and compare everything."""
        visit = self.visit
        if visit is None or not self.pending:
            if not self.is_offline:
                self.agree()
            return
        self.hand.soon()
        if self.is_offline:
            if "outcome" in visit.answers:
                until(
                    lambda: re.search("device|connection", self.state()["said"]),
                    "without a connection the page does not say where the answers are",
                )
            return
        status, _answer = self.paper.save(visit)
        if status == 302:
            self.agree()
            self.page_shows(visit)
            self.renumber(visit)
            self.pending = []
        elif status == 409:
            until(
                lambda: "changed on your other device" in self.state()["said"],
                "a night was changed elsewhere, and the page does not say so",
            )
            visit.is_stale = True
            self.agree()
            self.pending = []
        elif "outcome" in visit.answers:
            until(
                lambda: self.state()["isRefused"] or self.state()["said"].startswith("Not saved"),
                "an answer cannot be saved, and the page does not say so",
            )
            if "Saved" in self.state()["said"]:
                raise Finding("the page says Saved about answers that were refused")
            self.do_leave(f"/nights/{visit.date}/")

    def renumber(self, visit):
        """Call the cramps as the page calls them: where one was removed, the numbers may have changed."""
        here = Visit.of(visit.date, self.hand.js(FIELDS)).cramps
        numbers = sorted(number for number, cramp in here.items() if "DELETE" not in cramp)
        called = dict(zip(sorted(visit.cramps), numbers, strict=False))
        visit.cramps = {called[old]: cramp for old, cramp in visit.cramps.items() if old in called}
        visit.ids = {called[old]: each for old, each in visit.ids.items() if old in called}

    def agree(self):
        """Both diaries are alike, every night of them."""
        wanted = self.paper.diary(is_timed=self.is_timed)
        found = {}

        def is_alike():
            found.update(now=diary(self.user, is_timed=self.is_timed))
            return found["now"] == wanted

        until(
            is_alike,
            lambda: (
                "stored with JavaScript and without differ: " + "; ".join(differences(found["now"], wanted))
            ),
        )

    def match(self):
        """The stored night is one of those that stood in the form since the last look; the twin follows."""
        visit, pending = self.visit, self.pending
        self.pending = []
        end = time.monotonic() + 1.5
        while True:
            mine = diary(self.user)
            if mine == self.paper.diary():
                return
            for answers, cramps in pending:
                self.paper.save(visit, answers, cramps)
                if mine == self.paper.diary():
                    return
            if time.monotonic() > end:
                raise Finding(
                    "what is stored was never in the form: "
                    + "; ".join(differences(mine, self.paper.diary()))
                )
            time.sleep(0.05)

    def page_shows(self, visit):
        """The form in the browser holds these answers, and the version that is stored."""
        found = {}

        def is_shown():
            here = Visit.of(
                visit.date, [(name, value.replace("\r\n", "\n")) for name, value in self.hand.js(FIELDS)]
            )
            found.update(now=here.shown(self.is_timed), version=here.version)
            is_current = visit.is_stale or here.version == versions(self.user).get(visit.date, "0")
            return found["now"] == visit.shown(self.is_timed) and is_current

        until(is_shown, lambda: "the page shows something else than is stored: " + "; ".join(
            differences(found["now"], visit.shown(self.is_timed)) or [f"version {found['version']}"]))  # fmt: skip


def until(is_true, what, within=WITHIN_SECONDS):
    end = time.monotonic() + within
    while not is_true():
        if time.monotonic() > end:
            raise Finding(what() if callable(what) else what)
        time.sleep(0.03)


def delete_buttons(answer):
    return [each for form in forms_of(answer) for each in form.buttons if re.match(DELETE, each[2])]


def differences(mine, other, path=""):
    """Return one line for each place where two nested values differ: the browser's, then the twin's."""
    if isinstance(mine, dict) and isinstance(other, dict):
        return [
            line
            for key in sorted({*mine, *other})
            for line in differences(mine.get(key), other.get(key), f"{path}/{key}")
        ]
    if isinstance(mine, list) and isinstance(other, list) and len(mine) == len(other):
        return [
            line
            for number, pair in enumerate(zip(mine, other, strict=True))
            for line in differences(*pair, f"{path}/{number}")
        ]
    return [] if mine == other else [f"{path}: {answered_of(mine)!r} and {answered_of(other)!r}"]


def answered_of(value):
    """Return a value without what was not answered."""
    if isinstance(value, dict):
        return {
            name: answered_of(each) for name, each in value.items() if each not in (None, [], {}, "", False)
        }
    return value
