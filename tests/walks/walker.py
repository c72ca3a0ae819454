"""A patient who taps about at random, and what must be true after each of her steps.

A walk is a list of steps in words, made from a seed or written by hand. The same answers are given by a twin without
JavaScript (`paper.py`), and the two diaries must stay alike, night for night. Dates are written N-0 (last night), N-1 ...
"""

import datetime as dt
import re
import time

from episodes.article.red_flags import RED_FLAGS_BY_KEY, TEN_MINUTES_NOW, TEN_MINUTES_PASSED
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


# What a person sees of a page: what can be tapped, with everything that is folded unfolded.
LOOK = """() => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('[aria-hidden=true]');
  const form = document.getElementById('night-form');
  if (form) for (const each of form.querySelectorAll('details')) each.open = true;
  const options = {}, numbers = [];
  for (const one of form ? form.querySelectorAll('input') : []) {
    const label = one.closest('label');
    if (label && label.getBoundingClientRect().height < 2) continue; // "No answer" shows itself to the keyboard
    if ((one.type === 'radio' || one.type === 'checkbox') && one.name && label && seen(label)) options[`${one.name}=${one.value}`] = one.type;
    if (one.classList.contains('exact') && one.type === 'text' && seen(one)) numbers.push(one.name);
  }
  const buttons = [...document.querySelectorAll('button')].filter(seen).map((one) => ({
    action: one.form ? new URL(one.form.action).pathname : '', name: one.name, value: one.value, words: one.textContent.trim().replace(/\\s+/g, ' '),
    inNight: Boolean(form && one.form === form), isMissed: Boolean(one.closest('#missed')),
  }));
  return { path: location.pathname + location.search, isNight: Boolean(form), isShell: Boolean(form && form.dataset.shell),
    heading: (document.querySelector('h1') || {}).textContent || '', options, numbers, buttons,
    canUndo: Boolean(document.querySelector('#save-state button')), cramps: document.querySelectorAll('[data-episode]').length };
}"""
FIELDS = "() => [...new FormData(document.getElementById('night-form'))]"
# Marks what the hand taps next, brings it to the middle of the screen, and says where it is.
MARK = """(kind, action, name, value) => {
  for (const old of document.querySelectorAll('[data-hand]')) old.removeAttribute('data-hand');
  for (const each of document.querySelectorAll('#night-form details')) each.open = true;
  const seen = (one) => one && one.checkVisibility({ visibilityProperty: true }) && !one.closest('[aria-hidden=true]');
  const path = (one) => (one.form ? new URL(one.form.action).pathname : '');
  const found = kind === 'option'
    ? [...document.querySelectorAll(`#night-form input[name="${name}"]`)].filter((one) => one.value === value).map((one) => one.closest('label')).find(seen)
    : kind === 'field' ? document.querySelector(`#night-form [name="${name}"]`)
    : [...document.querySelectorAll('button')].find((one) => seen(one) && path(one) === action && one.name === name && (name ? one.value === value : true));
  if (!found) return null;
  found.setAttribute('data-hand', '1');
  const box = found.getBoundingClientRect();
  if (box.top < 60 || box.bottom > innerHeight - 140) found.scrollIntoView({ block: 'center', behavior: 'instant' });
  const now = found.getBoundingClientRect();
  return [now.left + now.width / 2, now.top + now.height / 2];
}"""
MARK_WORDS = """(words) => {
  for (const old of document.querySelectorAll('[data-hand]')) old.removeAttribute('data-hand');
  const found = [...document.querySelectorAll('button, summary, a')].find((one) => one.checkVisibility() && new RegExp(words).test(one.textContent.trim()));
  if (found) found.setAttribute('data-hand', '1');
  return Boolean(found);
}"""
MARK_FINISH = """(name, value) => {
  for (const old of document.querySelectorAll('[data-hand]')) old.removeAttribute('data-hand');
  const form = document.querySelector('form[action$="/finish/"]');
  for (const each of form.querySelectorAll('details')) each.open = true;
  const found = [...form.querySelectorAll('input')].find((one) => one.name === name || one.name.endsWith('-' + name) ? one.value === value && one.closest('label').checkVisibility() : false);
  if (found) found.closest('label').setAttribute('data-hand', '1');
  return Boolean(found);
}"""
MARKED = "[data-hand]"
SCROLLED = "() => Math.round(scrollY)"
# Whether one of the sentences can be read on the screen as it is now.
READS = """(sentences, isAnywhere) => [...document.querySelectorAll('main *, dialog *, [role=alert], [role=alertdialog], [role=dialog]')].some((one) => {
  const text = one.textContent.replace(/\\s+/g, ' ');
  if (!sentences.some((each) => text.includes(each)) || [...one.children].some((child) => sentences.some((each) => child.textContent.replace(/\\s+/g, ' ').includes(each)))) return false;
  const box = one.getBoundingClientRect();
  const bar = document.querySelector('.save-bar');
  const end = Math.min(innerHeight, bar ? bar.getBoundingClientRect().top : innerHeight);
  return one.checkVisibility({ visibilityProperty: true }) && box.height > 0 && (isAnywhere || (box.top >= 0 && box.bottom <= end + 1));
})"""
STATE = """() => ({
  said: (document.getElementById('save-state') || {}).textContent || '',
  isRefused: [...document.querySelectorAll('.error-summary, .field-error, [role=alert], dialog[open], [role=alertdialog]')].some((one) => one.checkVisibility() && one.textContent.trim()),
  page: document.documentElement.dataset.walk || '',
  waiting: Number(localStorage.getItem('outbox-count') || 0),
})"""
SIGN = "(sign) => { document.documentElement.dataset.walk = sign; return (document.getElementById('night-form') || { dataset: {} }).dataset.failed || ''; }"


class Walk:
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


# --- walks at random ------------------------------------------------------------------------------------------

# Which kind of question is answered how often; what is answered most is what matters most.
KINDS = (
    (5, lambda name: name.startswith("episodes-") and name.split("-")[2] in ("place", "duration_band", "pain_0_10", "part_of_night", "remedies", "helped")),
    (2, lambda name: name.startswith("episodes-") and not name.endswith("-DELETE")),
    (1, lambda name: name.endswith("-DELETE")),
    (2, lambda name: name in ("leg_warning_sign", "weakness_after", "numbness")),
    (1, lambda name: name == "outcome"),
    (3, lambda name: not name.startswith("episodes-") and name != "outcome"),
)  # fmt: skip
NUMBERS = ("0", "1", "3", "7", "12", "20", "61", "400")
FINISHES = (
    "finish",
    "finish pain_0_10=6",
    "finish place=left-foot pain_0_10=0",
    "finish remedies=stretching",
)
SECONDS = ("0.3", "0.5", "0.9")


def next_step(walk, rng):
    """Return one step that a person could do on the page as it is."""
    if walk.asks:
        return rng.choice(("delete", "keep"))
    look = walk.hand.js(LOOK)
    back = rng.randrange(4)
    steps = [(1, f"open /nights/N-{back}/"), (1, "open /"), (1, "open /calendar/#missed")]
    if not walk.is_offline:
        steps += [(1, "reload"), (1, "back")] if len(walk.steps) > 1 else []
        if len(walk.tabs) == 1 and walk.visit is not None:
            steps += [(1, "tab"), (1, "offline")]
        elif len(walk.tabs) > 1:
            steps.append((1, f"tab {rng.randrange(len(walk.tabs))}"))
        if look["path"] == "/":
            steps.append((1, "open /now/"))
    else:
        steps = [(2, "online"), (2, "online stay")]
    if walk.visit is not None:
        steps += _on_the_night(walk, look, rng)
    elif look["path"].startswith("/now/"):
        steps += _on_now(walk, look)
    elif not walk.is_offline:
        for button in look["buttons"]:
            if re.fullmatch(
                r"/nights/[\d-]+/(outcome|soreness|length|undo)/|/safety/read/", button["action"]
            ):
                where = f"{button['action']} {button['name']}={button['value']}"
                steps.append((3, f"press {where}"))
                if button["isMissed"]:
                    steps.append((3, f"twice {rng.choice(SECONDS)} {where}"))
        if any(button["action"].endswith("/finish/") for button in look["buttons"]):
            steps.append((8, rng.choice(FINISHES)))
    step = rng.choices([each for _weight, each in steps], [weight for weight, _each in steps])[0]
    for number in range(8):
        step = step.replace(str(walk.asked - dt.timedelta(days=number)), f"N-{number}")
    return step


def _on_the_night(walk, look, rng):
    options = list(look["options"])
    if "outcome" not in walk.visit.answers:
        outcomes = ("cramps", "cramps", "no_cramps", "unsure", "not_in_bed")
        return [(12, f"tap outcome={rng.choice(outcomes)}")]
    steps = [(1, "wait")]
    for weight, is_kind in KINDS:
        names = sorted({each.split("=")[0] for each in options if is_kind(each.split("=")[0])})
        if names:
            name = rng.choice(names)
            option = rng.choice([each for each in options if each.split("=")[0] == name])
            steps.append((weight * 3, f"tap {option}"))
            if name != "outcome" and look["options"][option] == "radio":
                steps.append((0.5, f"twice {rng.choice(SECONDS)} {option}"))
    if look["numbers"]:
        field = f"{rng.choice(look['numbers'])}={rng.choice(NUMBERS)}"
        steps += [(1, f"type {field}"), (1, f"enter {field}")]
    if walk.is_offline:
        return steps
    if walk.visit.answers["outcome"] == ["cramps"] and look["cramps"] < 4:
        steps.append((1, "add"))
    saves = [each for each in look["buttons"] if each["inNight"] and each["name"] == "save"]
    if saves:
        steps.append((3, f"press save={rng.choice(saves)['value']}"))
    if not walk.visit.is_new and not walk.visit.is_stale and look["canUndo"]:
        steps.append((2, "undo"))
    steps.append((1, f"leave /nights/N-{rng.randrange(3)}/"))
    return steps


def _on_now(walk, look):
    deeds = [(each["name"], each["value"]) for each in look["buttons"] if each["action"] == "/now/"]
    can_stop = hasattr(walk.hand, "pass_seconds")
    return [
        (4, f"now side {value}" if name == "side" else f"now {value}")
        for name, value in deeds
        if name in ("do", "side") and (value != "stop" or can_stop)
    ]
