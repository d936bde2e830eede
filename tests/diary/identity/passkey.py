"""A passkey in software: does what a phone's secure element does, for tests."""

import json
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

_PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class Passkey:
    """One discoverable credential for `origin`."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.id = b"a passkey in software"
        self._key = generate_private_key(SECP256R1())
        self._user = ""

    def register(self, options: dict[str, Any]) -> dict[str, Any]:
        """The credential for what `navigator.credentials.create` was given."""
        self._user = options["user"]["id"]
        public = ES256.from_cryptography_key(self._key.public_key())  # type: ignore[no-untyped-call]
        data = AuthenticatorData.create(
            sha256(options["rp"]["id"].encode()).digest(),
            _PRESENT_AND_VERIFIED | AuthenticatorData.FLAG.AT,
            0,
            AttestedCredentialData.create(Aaguid.NONE, self.id, public),
        )
        attestation = AttestationObject.create("none", data, {})
        said = self._client_data("webauthn.create", options["challenge"])
        return self._credential(clientDataJSON=said, attestationObject=bytes(attestation))

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """The assertion for what `navigator.credentials.get` was given."""
        data = AuthenticatorData.create(sha256(options["rpId"].encode()).digest(), _PRESENT_AND_VERIFIED, 1)
        said = self._client_data("webauthn.get", options["challenge"])
        signature = self._key.sign(bytes(data) + sha256(said).digest(), ECDSA(SHA256()))
        return self._credential(
            clientDataJSON=said,
            authenticatorData=bytes(data),
            signature=signature,
            userHandle=websafe_decode(self._user),
        )

    @property
    def private_key(self) -> bytes:
        """As PKCS #8, for another that is to sign like this one."""
        return self._key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _credential(self, **response: bytes) -> dict[str, Any]:
        name = websafe_encode(self.id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": {member: websafe_encode(value) for member, value in response.items()},
            "clientExtensionResults": {"credProps": {"rk": True}},
        }
