"""A push service that speaks the real protocol, and the browser behind it.

RFC 8030: takes a POST with a TTL and answers 201. RFC 8292: refuses a message whose VAPID token is
not signed by the key that the subscription was made for. RFC 8291 and 8188: the browser opens the
encrypted body with its own private key. Written from the standards, without the library that sends.
"""

import base64
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def derived(secret, salt, info, length):
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


class Browser:
    """One subscription: its private key, its secret, and what arrived, opened."""

    def __init__(self, service, server_key):
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)
        self.server_key = server_key
        self.point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.path = f"/push/{encoded(os.urandom(9))}"
        self.endpoint = service.origin + self.path
        self.messages = []
        self.answer = 201
        service.browsers[self.path] = self

    def subscription(self):
        """Return what PushSubscription.toJSON() gives."""
        keys = {"p256dh": encoded(self.point), "auth": encoded(self.secret)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def open(self, body):
        """Return the message inside an aes128gcm body of one record (RFC 8188, section 2; RFC 8291, 3.4)."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        point, sealed = body[21 : 21 + length], body[21 + length :]
        assert length == 65
        assert len(sealed) <= size
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        shared = self.private.exchange(ec.ECDH(), sender)
        secret = derived(shared, self.secret, b"WebPush: info\0" + self.point + point, 32)
        key = derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derived(secret, salt, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
        assert plain[-1:] == b"\x02"  # the last record
        return json.loads(plain[:-1])


class PushService:
    """Listens on this machine; `refusals` says why a message was not taken."""

    def __init__(self):
        self.browsers, self.refusals, self.tokens, self.asked = {}, [], [], []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                service.asked.append(self.path)
                status = service.take(self.path, self.headers, body)
                self.send_response(status)
                if status == 307:
                    self.send_header("Location", "/secret")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def take(self, path, headers, body):
        """Return the status for one message, as RFC 8030 and 8292 want it."""
        browser = self.browsers.get(path)
        if browser is None:
            return 404
        if browser.answer != 201:
            return browser.answer
        if reason := self.wrong(browser, headers):
            self.refusals.append(reason)
            return 403 if "token" in reason else 400
        browser.messages.append(browser.open(body))
        return 201

    def wrong(self, browser, headers):
        if not headers.get("TTL", "").isdecimal():
            return "no TTL"
        if headers.get("Content-Encoding") != "aes128gcm":
            return "not aes128gcm"
        scheme, _space, rest = headers.get("Authorization", "").partition(" ")
        fields = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        if scheme.lower() != "vapid" or fields.get("k") != browser.server_key:
            return "token of another key"
        signed, _dot, signature = fields["t"].rpartition(".")
        head, _dot, claims = signed.partition(".")
        raw = decoded(signature)
        pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(fields["k"]))
        try:
            key.verify(pair, signed.encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return "token with a wrong signature"
        said = json.loads(decoded(claims))
        self.tokens.append(said)
        if json.loads(decoded(head))["alg"] != "ES256" or said["aud"] != self.origin:
            return "token for somebody else"
        if not time.time() < said["exp"] <= time.time() + 24 * 3600:
            return "token that is too old or too long"
        if not said["sub"].startswith(("mailto:", "https://")):
            return "token without a contact"
        return ""
