"""Whether the audit chains are whole: every row there, unchanged, in its place."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from episodes.audit.anchor import Head
from episodes.audit.events import BEGINNING
from episodes.models import AuditEvent


@dataclass(frozen=True)
class BrokenChain:
    """The first thing wrong with one chain.

    what: `missing` (no row of this sequence), `changed` (its content is not what was hashed), `moved`
    (it does not follow the row before), `tail` (the anchor knows rows after this sequence, which are
    gone), `rewritten` (the row is in itself whole, but the anchor knows another).
    """

    patient_id: uuid.UUID
    sequence: int
    what: str


@dataclass(frozen=True)
class AuditCheck:
    """What was read, and what is wrong; heads: the newest row of every chain as it stands."""

    rows: int
    heads: tuple[Head, ...]
    broken: tuple[BrokenChain, ...]


def check_audit(anchored: Iterable[Head]) -> AuditCheck:
    """Return the check of every chain against itself and against heads that were kept outside.

    The heads must have been read before this is called: rows written meanwhile are then no error.
    """
    outside: dict[uuid.UUID, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for head in anchored:
        outside[head.patient_id][head.sequence].add(head.hash)
    rows, heads, broken = 0, [], []
    for patient_id, events in groupby(AuditEvent.in_order(), key=lambda event: event.patient_id):
        last, problem, known = Head(patient_id, 0, BEGINNING), None, outside.pop(patient_id, {})
        for event in events:
            rows += 1
            problem = problem or _problem(event, last, known)
            last = Head(patient_id, event.sequence, event.hash)
        heads.append(last)
        if problem is None and max(known, default=0) > last.sequence:
            problem = BrokenChain(patient_id, last.sequence, "tail")
        if problem:
            broken.append(problem)
    broken += [BrokenChain(patient_id, 0, "tail") for patient_id in outside]
    return AuditCheck(rows, tuple(heads), tuple(broken))


def _problem(event: AuditEvent, last: Head, known: dict[int, set[str]]) -> BrokenChain | None:
    """Return what is wrong with a row that stands behind `last`, or None."""
    if event.sequence != last.sequence + 1:
        return BrokenChain(event.patient_id, last.sequence + 1, "missing")
    if event.computed_hash() != event.hash:
        return BrokenChain(event.patient_id, event.sequence, "changed")
    if event.previous_hash != last.hash:
        return BrokenChain(event.patient_id, event.sequence, "moved")
    if any(seen != event.hash for seen in known.get(event.sequence, ())):
        return BrokenChain(event.patient_id, event.sequence, "rewritten")
    return None
