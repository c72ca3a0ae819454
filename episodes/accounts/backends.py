"""Checks names and passwords at the same cost for every answer."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import filter_users_by_email

from episodes.models import User
from episodes.models.names import one_spelling


class LogInBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, but an e-mail stands for one account: who confirmed it, else who had it first.

    The library tries every account that gave this e-mail. Then a stranger could sign up with somebody's
    e-mail and learn from the time of a log-in whether there is another account behind it.
    """

    def _authenticate_by_username(self, username: str, password: str) -> User | None:
        person: User | None = self._check_password(User.objects.named(username), password)
        return person

    def _mitigate_timing_attack(self, password: str) -> None:
        """Cost as much as `check_password` of a known account: one hash for each spelling."""
        for spelling in {one_spelling(password), password}:
            super()._mitigate_timing_attack(spelling)

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        found: list[User] = (
            filter_users_by_email(email, prefer_verified=True, for_login=True) if email else []
        )
        first = min(found, key=lambda account: account.date_joined, default=None)
        person: User | None = self._check_password(first, password)
        return person
