"""Google as far as pushes need it: a token endpoint that checks who asks, and Firebase Cloud Messaging."""

import json
from base64 import urlsafe_b64decode
from functools import cache
from typing import Any, Self
from urllib.parse import parse_qs

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.web_receiver import Answer, Line, Request, WebReceiver, reply

TOKEN = "ya29.access"
PROJECT = "diary-project"


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


class Google:
    """Two receivers on loopback; `fcm.script` and `sign_in.script` say what they answer."""

    def __init__(self) -> None:
        self.sign_in = WebReceiver()
        self.fcm = WebReceiver()
        self.sign_in.script = [signs_in()]
        self.fcm.script = [taken()]

    def __enter__(self) -> Self:
        self.sign_in.__enter__()
        self.fcm.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.fcm.__exit__()
        self.sign_in.__exit__()

    @property
    def url(self) -> str:
        return self.fcm.url.removesuffix("/hook")

    @property
    def credentials(self) -> str:
        """The key of a service account, as Google's console gives it."""
        pem = _key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return json.dumps(
            {
                "type": "service_account",
                "project_id": PROJECT,
                "private_key_id": "1",
                "private_key": pem,
                "client_email": "diary@diary-project.iam.gserviceaccount.com",
                "token_uri": self.sign_in.url,
            }
        )


def signs_in(token: str = TOKEN, *, seconds: int = 3600) -> Answer:
    """A token for whoever shows an assertion that the service account has signed (RFC 7523); 401 for anyone else."""

    def answer(request: Request, line: Line) -> None:
        form = parse_qs(request.body.decode())
        signed, _, signature = form["assertion"][0].rpartition(".")
        _key().public_key().verify(_bytes(signature), signed.encode(), padding.PKCS1v15(), SHA256())
        claims = json.loads(_bytes(signed.partition(".")[2]))
        good = claims["scope"] == "https://www.googleapis.com/auth/firebase.messaging"
        body = json.dumps({"access_token": token, "expires_in": seconds, "token_type": "Bearer"}).encode()
        reply(200 if good else 401, body)(request, line)

    return answer


def taken(name: str = f"projects/{PROJECT}/messages/0:1") -> Answer:
    """What FCM answers when it took a message."""
    return reply(200, json.dumps({"name": name}).encode())


def refused(status: int, code: str, *details: dict[str, Any], error_code: str | None = None, **headers: str) -> Answer:
    """What FCM answers when it did not: Google's common code, and its own where it has one."""
    own = {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": error_code}
    error = {"code": status, "status": code, "message": "…", "details": [*([own] if error_code else []), *details]}
    return reply(status, json.dumps({"error": error}).encode(), **headers)


def violation(field: str) -> dict[str, Any]:
    """The detail that names a field of the message."""
    return {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [{"field": field, "description": "…"}],
    }


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
