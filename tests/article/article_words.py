"""Finds sentences copied from the article without keeping the article itself.

`article_runs.txt` holds a short hash of every run of nine words of the article; a text that shares one of
them has copied more than eight words in a row.
"""

import hashlib
import re
from pathlib import Path

RUN = 9
RUNS_FILE = Path(__file__).with_name("article_runs.txt")


def run_hashes(text):
    """Return {hash: words} of every run of nine words in `text`; case, signs and markup do not count."""
    plain = re.sub(r"<[^>]*>|\{%|%\}|\{\{|\}\}", " ", text).replace("’", "'").lower()
    words = re.findall(r"[a-z0-9']+", plain)
    runs = (" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
    return {hashlib.sha256(run.encode()).hexdigest()[:12]: run for run in runs}


def article_runs():
    return frozenset(RUNS_FILE.read_text(encoding="ascii").split())
