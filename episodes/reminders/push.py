"""Web push (RFC 8030, 8291, 8292): our own keys, the services we may call, and one encrypted message.

Needs the extra `[push]`; without it nothing here is offered. A subscription names an address that
came from a browser, so only addresses of known push services are ever called: exact hosts, https,
no redirect, no proxy.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from episodes.models import PushSubscription

SERVICES = ("fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com")
SERVICE_SUFFIXES = (".notify.windows.com",)
SECONDS_TO_ANSWER = 10
SECONDS_TO_LIVE = 4 * 3600  # what was not delivered by then is about a morning that is over


class PushFailed(Exception):
    """A push service did not take the message."""


class SubscriptionGone(PushFailed):
    """The browser no longer wants messages: forget it."""


def is_available() -> bool:
    """Return whether the optional library is installed."""
    return importlib.util.find_spec("pywebpush") is not None


def may_call(endpoint: str) -> bool:
    """Return whether an endpoint belongs to a known push service, or to one that the operator named."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or len(endpoint) > 1000:
        return False
    if not (endpoint.isascii() and endpoint.isprintable()) or " " in endpoint or "\\" in endpoint:
        return False
    if f"{parts.scheme}://{parts.netloc}" in settings.PUSH_EXTRA_ORIGINS:
        return True
    is_known = host in SERVICES or host.endswith(SERVICE_SUFFIXES)
    return parts.scheme == "https" and port in (None, 443) and is_known


def is_key(text: str, *, size: int) -> bool:
    """Return whether `text` is base64url of exactly `size` bytes."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return False
    return len(data) == size and _base64url(data) == text.rstrip("=")


def is_point(text: str) -> bool:
    """Return whether `text` is a public key on the curve that browsers use."""
    if not is_key(text, size=65):
        return False
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)
    except ValueError:
        return False
    return True


def public_key() -> str:
    """Return the public half of our key as a browser takes it; the key is made at first use."""
    point = _private_key().public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )  # fmt: skip
    return _base64url(point)


def send(*, subscription: PushSubscription, message: Mapping[str, str]) -> None:
    """Encrypt one message and hand it to the push service. Raises SubscriptionGone or PushFailed."""
    if not may_call(subscription.endpoint):
        raise SubscriptionGone  # the list of services became shorter
    import requests
    from py_vapid import Vapid02
    from pywebpush import WebPushException, webpush

    _private_key()
    with requests.Session() as session:
        # To the address itself: no redirect, no proxy, no password file.
        session.max_redirects, session.trust_env = 0, False
        try:
            answer = webpush(
                {
                    "endpoint": subscription.endpoint,
                    "keys": {"p256dh": subscription.p256dh, "auth": subscription.auth},
                },
                json.dumps(message, ensure_ascii=False),
                vapid_private_key=Vapid02.from_file(str(_key_file())),
                vapid_claims={"sub": f"mailto:{settings.DEFAULT_FROM_EMAIL}"},
                ttl=SECONDS_TO_LIVE,
                timeout=SECONDS_TO_ANSWER,
                requests_session=session,
            )
        except WebPushException as error:
            if error.response is not None and error.response.status_code in (404, 410):
                raise SubscriptionGone from None
            raise PushFailed("The push service refused the message.") from None
        except requests.RequestException:
            raise PushFailed("The push service could not be reached.") from None
        if answer.status_code not in (200, 201, 202, 204):
            raise PushFailed("The push service gave no clear answer.")


def _key_file() -> Path:
    return Path(settings.DATA_DIR) / "push_key.pem"


def _private_key() -> ec.EllipticCurvePrivateKey:
    """Return our key; two processes that make it at once end with the same one."""
    path = _key_file()
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )  # fmt: skip
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
        try:
            os.link(draft, path)  # whole or not at all, and never over another process's key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
