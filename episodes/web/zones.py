"""The time zones that an account may have, and how they are offered."""

from __future__ import annotations

import functools
import importlib.resources
import zoneinfo
from collections import defaultdict

NO_ZONES = {"Factory", "localtime", "posixrules"}  # what these mean is each machine's own
ZoneChoices = list[tuple[str, list[tuple[str, str]]]]


@functools.cache
def known_zones() -> frozenset[str]:
    """Return every name a browser may report, old ones such as Asia/Calcutta and EST5EDT included."""
    return frozenset(zoneinfo.available_timezones() - NO_ZONES)


@functools.cache
def zone_choices() -> ZoneChoices:
    """Return the current names, one per place, grouped by continent for a <select>."""
    table = importlib.resources.files("tzdata") / "zoneinfo" / "zone.tab"
    lines = table.read_text(encoding="ascii").splitlines()
    names = sorted(line.split("\t")[2] for line in lines if line and not line.startswith("#"))
    groups: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in names:
        continent, _slash, place = name.partition("/")
        groups[continent].append((name, place.replace("_", " ").replace("/", ", ")))
    return [*groups.items(), ("UTC", [("UTC", "UTC")])]
