"""A passkey without a device: keys and answers as a browser sends them (WebAuthn, attestation "none")."""

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

PRESENT, VERIFIED, HAS_CREDENTIAL = 0x01, 0x04, 0x40


def encoded(data):
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class SoftPasskey:
    def __init__(self, host="testserver", origin=None):
        self._host, self._origin = host, origin or f"https://{host}"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = secrets.token_bytes(16)
        self._count = 0

    def created(self, options, *, is_verified=True):
        """Return the answer to options for a new passkey; not verified: by a touch alone."""
        public = cbor.encode(ES256.from_cryptography_key(self._key.public_key()))
        credential = bytes(16) + struct.pack(">H", len(self._id)) + self._id + public
        flags = PRESENT | HAS_CREDENTIAL | (VERIFIED if is_verified else 0)
        data = self._data(flags) + credential
        client = self._client_data("webauthn.create", options)
        attestation = cbor.encode({"fmt": "none", "authData": data, "attStmt": {}})
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def used(self, options, user_handle=b"", *, is_verified=True):
        """Return the answer to options for using it; not verified: by a touch alone."""
        self._count += 1
        data = self._data(PRESENT | (VERIFIED if is_verified else 0))
        client = self._client_data("webauthn.get", options)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        handle = {"userHandle": user_handle} if user_handle else {}
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature, **handle)

    def stored_for(self, user, name="Phone"):
        """Return the row of this passkey as an account's."""
        from allauth.mfa.models import Authenticator

        credential = self.created({"publicKey": {"challenge": encoded(b"c" * 32)}})
        return Authenticator.objects.create(
            user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": credential}
        )

    def _data(self, flags):
        return hashlib.sha256(self._host.encode()).digest() + struct.pack(">BI", flags, self._count)

    def _client_data(self, kind, options):
        challenge = options["publicKey"]["challenge"]
        facts = {"type": kind, "challenge": challenge, "origin": self._origin, "crossOrigin": False}
        return json.dumps(facts).encode()

    def _answer(self, **response):
        return {
            "type": "public-key",
            "id": encoded(self._id),
            "rawId": encoded(self._id),
            "response": {name: encoded(value) for name, value in response.items()},
            "clientExtensionResults": {},
        }
