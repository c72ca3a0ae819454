"""The server's clock jumps, forwards and back, while people write."""

import datetime as dt
import urllib.parse
import uuid

from tests.faults.ledger import night_fields

HOUR, DAY = 3600, 86400
JUMPS = (HOUR, -HOUR, 2 * DAY, -2 * DAY, 40 * DAY, -400 * DAY, 20 * DAY, 0)


def test_a_clock_that_jumps_loses_no_night_and_no_look(site, ledger, figure):
    """Nights, a replay, a timed cramp and audited readings across jumps of an hour to 400 days."""
    ada, cleo = site.patients[:2]
    clock = site.folder / "clock"
    clock.write_text("0")
    site.serve_again(target="tests.faults.own_clock:application", CLOCK_FILE=str(clock))
    first = ledger.write_night(ada)
    by_device, by_taps = uuid.uuid4(), uuid.uuid4()
    begun = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)
    say(site, cleo, client_id=by_device, started_at=begun.isoformat())
    say(site, cleo, client_id=by_taps, do="start")
    clock.write_text(str(-HOUR))
    say(site, cleo, client_id=by_device, stopped_at=(begun + dt.timedelta(seconds=90)).isoformat())
    say(site, cleo, client_id=by_taps, do="stop")

    for shift in JUMPS:
        clock.write_text(str(shift))
        ledger.write_night(ada)
        ledger.write_medicine(ada)
        ledger.read(ada, "/")
        ledger.read(ada, "/calendar/")
        if shift >= 0:  # before it the consent has not begun, and nothing may be shown
            ledger.look(ada)

    assert [each for each in ledger.sent if not each.acknowledged] == []
    assert set(ledger.statuses) <= {200, 302}
    assert ledger.looks
    assert ledger.differences(remembers=False) == []  # 40 days ahead, operations of 30 days ago are forgotten
    again = replay(site, first)
    assert again.status == 200, again.text
    assert ledger.differences(remembers=False) == []
    lengths = dict(
        site.rows("SELECT client_id, duration_seconds FROM episodes_episode WHERE client_id IS NOT NULL")
    )
    assert lengths[by_device.hex] == 90  # by the clock of the device alone
    assert lengths[by_taps.hex] is None  # a stop before its start is no length
    figure(
        f"the server's clock jumped {len(JUMPS)} times, between -400 and +40 days: {len(ledger.acknowledged)} acknowledged "
        f"writes and {len(ledger.looks)} audited readings there, 0 x 500"
    )


def say(site, person, **said):
    answer = site.ask("POST", "/now/", urllib.parse.urlencode(said), person=person, accept="application/json")
    assert answer.status == 200, answer.text


def replay(site, sent):
    """Send a night again, as a phone does that never saw the answer; the server may have forgotten the operation."""
    body = urllib.parse.urlencode(night_fields(sent.word), doseq=True)
    return site.ask("POST", f"/nights/{sent.date}/", body, person=sent.person, accept="application/json")
