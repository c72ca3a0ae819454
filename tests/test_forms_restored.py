"""What a browser brings back after Back or reload is what is stored: no form of ours is filled in from its memory.

Browsers put back radio buttons and hidden fields, some by their place on the page; the next tap would store that.
"""

import re

import pytest
from django.conf import settings

# Nothing is stored there yet: whoever logs in types, and password managers may fill in.
ENTRANCE = re.compile(r"^(mfa/|account/(login|signup|reauthenticate|password_))")
FOLDER = settings.BASE_DIR / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))


@pytest.mark.parametrize("name", [name for name in TEMPLATES if not ENTRANCE.match(name)])
def test_no_form_is_filled_in_from_the_memory_of_a_browser(name):
    tags = re.findall(r"<form\b.*?>\s*(?:\{%|<|$)", (FOLDER / name).read_text(encoding="utf-8"), re.S | re.M)
    assert [tag for tag in tags if 'autocomplete="off"' not in tag] == []
