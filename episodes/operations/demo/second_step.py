"""The second step of the demo's clinician: a key for a code app, and recovery codes to type at once."""

from __future__ import annotations

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt

from episodes.models import User


def give_second_step(user: User) -> None:
    """Give an account a code app with a new random key, and recovery codes."""
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)


def second_step_of(user: User) -> Iterator[str]:
    """Yield what the second step of this account asks for, as lines to print; nothing where there is none."""
    for factor in Authenticator.objects.filter(user_id=user.pk).order_by("-type"):
        if factor.type == Authenticator.Type.TOTP:
            yield f"second step: key for a code app  {decrypt(factor.data['secret'])}"
        elif factor.type == Authenticator.Type.RECOVERY_CODES:
            codes = factor.wrap().get_unused_codes()
            for start in range(0, len(codes), 5):
                lead = "or a recovery code, each once:" if start == 0 else ""
                yield f"{lead:<31} {' '.join(codes[start : start + 5])}"
