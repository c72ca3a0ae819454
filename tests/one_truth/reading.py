"""What people read on the pages about a span of nights, by name."""

import html
import re
from collections import Counter

from tests.one_truth.files import leader


class Page:
    """The text of a page, or of one of its sections, and what a pattern finds in it."""

    def __init__(self, markup):
        self.markup = markup = re.sub(
            r"\s+<", "<", re.sub(r">\s+", ">", markup)
        )  # as one line, however it is written
        text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", markup, flags=re.S)
        self.text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).replace("\xa0", " ").split())

    def section(self, mark):
        """Return the innermost section that begins with `mark`, empty where there is none."""
        at = self.markup.find(mark)
        if at < 0:
            return Page("")
        return Page("<" + self.markup[at : self.markup.find("</section>", at)])

    def has(self, words):
        return words in self.text

    def number(self, pattern, default=None):
        """Return the number or numbers of the first match; `default` where there is none."""
        found = re.search(pattern, self.text)
        if found is None:
            return default
        numbers = tuple(float(each) for each in found.groups())
        return numbers[0] if len(numbers) == 1 else numbers

    def rows(self):
        """Return [name, cells ...] of each row of the tables in this part."""
        return [
            [Page(cell).text for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, flags=re.S)]
            for row in re.findall(r"<tr\b.*?</tr>", self.markup, flags=re.S)
        ]

    def row(self, name):
        return next((row for row in self.rows() if row and row[0].startswith(name)), None)


def opened(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return Page(answer.content.decode())


def said_by_cards(page):
    """Return what the cards of trends, the same on the patient's and on the clinician's page, say."""
    said = {}
    weekly, places = page.section('section class="card chart-card" id="trend-weekly"'), page.section('section class="card chart-card" id="trend-places"')  # fmt: skip
    parts = page.section('section class="card chart-card" id="trend-hours"')
    lengths = page.section('section class="card chart-card" id="trend-durations"')
    severity = page.section('section class="card chart-card" id="trend-severity"')
    soreness = page.section('section class="card chart-card" id="trend-soreness"')
    relief = page.section('section class="card chart-card" id="trend-relief"')
    restless = page.section('section class="card chart-card" id="trend-restless"')
    weeks = [list(map(int, row[1:])) for row in weekly.rows() if row[1:] and row[1].isdigit()]
    cramp, quiet, unsure, away, unwritten = map(sum, zip(*weeks, strict=True))
    said |= {
        "cramp nights": (cramp, cramp + quiet), "unsure": unsure, "not in bed": away, "not written": unwritten,
        "counted": weekly.number(r"(\d+) nights? used"), "nights": cramp + quiet + unsure + away + unwritten,
    }  # fmt: skip
    for card in (weekly, places, parts, lengths, severity, soreness, relief):
        if card.text:
            used = card.number(r"(\d+) nights? used")
            assert used + left_out(card) == said["nights"], card.text[:400]
    if said_sentence := weekly.number(r"Cramp on (\d+) of (\d+) nights?\."):
        assert said_sentence == said["cramp nights"]
    said["place"], said["place answers"] = of_table(places)
    said["part of night"], said["part answers"] = of_table(parts)
    for card, name, words in ((places, "place", "No place stands out"), (parts, "part of night", "No part")):
        if found := card.number(r"Most often:? [^,:]+[,:] (\d+) of (\d+) cramps?"):
            assert found == (said[name], said[f"{name.split()[0]} answers"]), card.text[:300]
        if card.has(words):
            assert said[name] is None
    bins = [int(row[1]) for row in lengths.rows() if row[1:] and row[1].isdigit()]
    said["over ten"] = (bins[-1], sum(bins))
    said["length answers"] = sum(bins)
    if short := lengths.number(r"(\d+) of (\d+) cramps? (?:was|were) over within 10 minutes"):
        assert short == (sum(bins[:-1]), sum(bins))
    if soreness.text:
        said |= _said_about_soreness(soreness)
    if (pain := severity.number(r"Typical pain: ([\d.]+) of 10")) is not None:
        said["pain"] = pain
    if (minutes := severity.number(r"Typical length: ([\d.]+) minutes?\.")) is not None:
        said["minutes"] = minutes
    yes_no = restless.row("Restless legs in the night")
    said["restless"] = (int(yes_no[1]), sum(map(int, yes_no[1:])))
    said["remedies"] = sorted(
        (int(row[1]), int(row[2])) for row in relief.rows() if row[1:] and row[1].isdigit()
    )
    for card, name in ((places, "place answers"), (parts, "part answers"), (lengths, "length answers")):
        said["cramps"] = card.number(r"(\d+) cramps? (?:is|are) left out", 0) + said[name]
    return said


def _said_about_soreness(card):
    said = {}
    levels = [list(map(int, row[1:])) for row in card.rows() if row[1:] and row[1].isdigit()]
    said["sore next day"] = (sum(sum(row[1:4]) for row in levels), sum(row[4] for row in levels))
    if sentence := card.number(r"Sore the next day after (\d+) of (\d+)"):
        assert sentence == said["sore next day"]
    said["sore in the morning"] = card.number(r"Sore in the morning: (\d+) of (\d+)")
    said["kept awake"] = card.number(r"Awake for typically ([\d.]+) minutes")
    return said


def left_out(card):
    """Return the nights left out, having checked that the reasons add up to them."""
    total = card.number(r"(\d+) left out:", 0)
    after = "".join(re.findall(r"\d+ left out: ([^.]*)\.", card.text))
    assert sum(map(int, re.findall(r"\d+(?= (?:without|not|written))", after))) == total, card.text[:400]
    return total


def of_table(card):
    """Return the largest count of a card's first table, None where two are equal, and their sum."""
    table = Page(card.markup.partition("</table>")[0])
    counts = [int(row[1]) for row in table.rows() if row[1:] and row[1].isdigit()]
    return leader(Counter(dict(enumerate(counts)))), sum(counts)


def said_by_review(page):
    """Return what the numbers on top of a review say, and what its five lines say."""
    text = page.text
    top = Page(page.markup[page.markup.find('id="complete"') : page.markup.find('class="review-side"')])
    lines = Page(page.markup[page.markup.find('id="summary-text"') : page.markup.find("</pre>")])
    assert text
    numbers = {
        "written": top.number(r"Nights written (\d+) of (\d+)"),
        "late": top.number(r"more than 3 days later (\d+) of (\d+)"),
        "lateness unknown": top.number(r"unknown for (\d+)", 0),
        "usual day": top.number(r"from the usual day (\d+) of (\d+)"),
        "cramp nights": top.number(r"nights with an answer (\d+) of (\d+)"),
        "cramps": top.number(r"(\d+) cramps? in all"),
        "described": top.number(r"in all, (\d+) described"),
        "pain": top.number(r"middle and worst ([\d.]+)/10"),
        "worst pain": top.number(r"/10 and (\d+)/10"),
        "pain answers": top.number(r"answered for (\d+) of"),
        "minutes": 0 if top.has("Length, middle under 1 min") else top.number(r"Length, middle (\d+) min"),
        "over ten": top.number(r"over 10 minutes: (\d+) of (\d+)"),
        "restless": top.number(r"answered yes (\d+) of (\d+)"),
        "woken": top.number(r"Woken by the cramp (\d+) of (\d+)"),
        "sleep disturbed": top.number(r"sleep disturbed ([\d.]+)/10 in the middle, (\d+) answer"),
        "sore next day": top.number(r"sore the day after: (\d+) of (\d+)"),
    }
    copied = {
        "written": lines.number(r": (\d+) of (\d+) written"),
        "late": lines.number(r"written, (\d+) of (\d+) over"),
        "cramp nights": lines.number(r"Cramp nights: (\d+) of (\d+)"),
        "cramps": lines.number(r"cramps: (\d+), described"),
        "described": lines.number(r"described: (\d+)"),
        "pain": lines.number(r"Pain: middle ([\d.]+)/10"),
        "worst pain": lines.number(r"worst (\d+)/10"),
        "pain answers": lines.number(r"\((\d+) of \d+ cramps\)"),
        "minutes": 0 if lines.has("middle under 1 min") else lines.number(r"Length: middle (\d+) min"),
        "over ten": lines.number(r"over 10 min (\d+) of (\d+)"),
        "woken": lines.number(r"Woken: (\d+) of (\d+)"),
        "sore next day": lines.number(r"Sore next day: (\d+) of (\d+)"),
        "place": lines.number(r"Most often: .+?, (\d+) of \d+ places named"),
        "part of night": lines.number(r"Time: [^,]+, (\d+) of"),
        "restless": lines.number(r"answered yes: (\d+) of (\d+) nights"),
        "leg sign": lines.number(r"red or hot (\d+)"),
        "weak": lines.number(r"weak afterwards (\d+)"),
        "numb": lines.number(r"numb (\d+), fell"),
        "fell": lines.number(r"fell (\d+)\."),
    }
    numbers["of all"], copied["of all"] = (
        top.number(r"answered for \d+ of (\d+)"),
        lines.number(r"\(\d+ of (\d+) cramps\)"),
    )
    return {"review": numbers, "five lines": copied, "review cards": said_by_cards(page)}


def said_by_report(page):
    paper = Page(page.markup[page.markup.find('article class="paper"') : page.markup.find("</article>")])
    relief = paper.section("section><h3>What eased the cramps")
    places = paper.section("section><h3>Where on the legs")
    counts = Counter(dict(enumerate(map(int, re.findall(r"<li>[^:<]+: ?<b>(\d+)</b>", places.markup)))))
    restless = paper.section("section><h3>Restless legs").row("Restless legs in the night")
    over = paper.number(r"Over 10 minutes: (\d+) of (\d+) cramps")
    pain, cells = paper.row("Pain, 0 to 10"), paper.row("Minutes")
    times = [int(n) for n in re.findall(r": (\d+)", paper.row("Time")[1])]
    uses = [(int(row[1]), int(row[2])) for row in relief.rows()[1:]]
    return {
        "nights": paper.number(r"\((\d+) nights\)"),
        "written": paper.number(r"(\d+) of (\d+) nights written"),
        "late": paper.number(r"written ?; (\d+) of (\d+) more than"),
        "lateness unknown": paper.number(r"not known for (\d+)", 0),
        "counted": paper.number(r"(\d+) with a clear yes or no"),
        "unsure": paper.number(r"(\d+) not sure", 0),
        "not in bed": paper.number(r"(\d+) not in bed", 0),
        "usual day": paper.number(r"from the usual day: (\d+) of (\d+)"),
        "cramp nights": paper.number(r"Cramp on (\d+) of (\d+) nights"),
        "cramps": paper.number(r"\. (\d+) cramps?, \d+ described"),
        "described": paper.number(r"(\d+) described"),
        "pain": Page(pain[1]).number(r"middle ([\d.]+)"),
        "worst pain": Page(pain[1]).number(r"worst (\d+)"),
        "pain answers": Page(pain[2]).number(r"(\d+) of"),
        "long cramps": over[0] if over else 0,
        **({"over ten": over} if over else {}),
        "length answers": Page(cells[2]).number(r"(\d+) of"),
        "part answers": sum(times),
        "part of night": leader(Counter(dict(enumerate(times)))),
        "place answers": places.number(r"Place written for (\d+) of"),
        "place": leader(counts),
        "woken": paper.number(r"Woken by the cramp (\d+) of (\d+)"),
        "sleep disturbed": paper.number(r"0 to 10 middle ([\d.]+) \((\d+) nights?\)"),
        "kept awake": paper.number(r"Kept awake middle ([\d.]+) min"),
        "sore in the morning": paper.number(r"Sore in the morning (\d+) of (\d+)"),
        "sore next day": paper.number(r"Sore the day after (\d+) of (\d+)"),
        "restless": (int(restless[1]), sum(map(int, restless[1:4]))),
        "remedies": sorted(uses),
    }


def said_by_list(page):
    row = Page(page.markup[page.markup.find("<tbody>") : page.markup.find("</tbody>")])
    cell = {
        name: Page(markup).text
        for name, markup in re.findall(r'data-label="([^"]+)">(.*?)</td>', row.markup, flags=re.S)
    }
    return {
        "written": (Page(cell["Written"]).number(r"(\d+) of 28"), 28),
        "cramp nights": Page(cell["Cramp nights, and the 28 before"]).number(r"(\d+) of (\d+)"),
        "worst pain": Page(cell["Worst pain"]).number(r"(\d+)/10"),
        "over ten": Page(cell["Cramps over 10 min"]).number(r"(\d+) of (\d+)"),
        "restless": Page(cell["Nights with restless legs"]).number(r"(\d+) of (\d+)"),
    }


def said_by_api(counts):
    return {
        "cramp nights": (counts["cramps"], counts["cramps"] + counts["no_cramps"]),
        "unsure": counts["unsure"],
        "not in bed": counts["not_in_bed"],
        "cramps": counts["episodes"],
    }
