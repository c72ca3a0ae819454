from tests.diary.conftest import date, stored  # noqa: F401  # the same night, read the same way
