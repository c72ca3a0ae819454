"""A fieldset is laid out as a block: WebKit draws the legend of a flex or grid one over its first row."""

import pytest

PAGES = ["/nights/last/", "/account/usual-day/", "/account/start/", "/habits/add/", "/account/"]
LOOK = """() => [...document.querySelectorAll("fieldset")].filter((each) => each.checkVisibility()).map((each) => {
  const [legend, first] = each.children;
  return {
    id: each.id, display: getComputedStyle(each).display,
    gap: first ? first.getBoundingClientRect().top - legend.getBoundingClientRect().bottom : 12,
  };
})"""


@pytest.mark.parametrize("path", PAGES)
def test_a_question_stands_above_its_answers_without_flex_or_grid(page, ada, login, path):
    login(page, ada).goto(path)
    if "nights" in path:
        page.locator("input[name=outcome][value=cramps]").check(force=True)
    looks = page.evaluate(LOOK)

    assert [look for look in looks if look["display"] != "block" or look["gap"] < 8] == []
    assert looks or path == "/account/"
