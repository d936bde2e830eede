"""What a link gives: one FHIR bundle of the last year, with the page for the doctor in it, encrypted for this link.

It is made when it is asked for, from the diary as it is then, and kept nowhere. No one but the person is in it.
"""

from base64 import b64encode
from datetime import datetime
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from joserfc import jwe
from joserfc.jwk import OctKey

from diary.access.levels import Access
from diary.reaching.languages import language_of
from diary.reaching.local_time import zone_of
from diary.recording.listing import Span
from papers.fhir.bundle import CONTENT_TYPE, bundle, encoded
from papers.fhir.coding import Json, concept
from papers.fhir.ids import cited, id_of
from papers.reading import Reading, read, read_records
from papers.report.report import report_pdf
from papers.sharing.secret import Secret

ENCRYPTED: Final = "application/jose"
_HEADER: Final = {"alg": "dir", "enc": "A256GCM", "cty": CONTENT_TYPE}


def encrypted_bundle(*, access: Access, secret: Secret, now: datetime) -> bytes:
    """The bundle as a compact JWE (`dir`, `A256GCM`, a nonce of its own each time), in the person's language.

    Raises Problem 404 when the diary is gone.
    """
    language, made_at = language_of(user_id=access.actor_id), now.astimezone(zone_of(user_id=access.actor_id))
    reading = read(access, asked=Span(), notes=False, now=now)
    made = bundle(
        reading,
        read_records(access, reading, people=False),
        language=language,
        made_at=made_at,
        beside=_page(access, reading, language, made_at),
    )
    return jwe.encrypt_compact(_HEADER, encoded(made), OctKey.import_key(secret.key)).encode("ascii")


def _page(access: Access, reading: Reading, language: str, made_at: datetime) -> Json:
    """The page for the doctor. A manifest names no PDFs, so that it goes along in the bundle."""
    made = report_pdf(reading, language=language, paper="a4", made_at=made_at)
    with translation.override(language):
        title = _("The page for the doctor")
    attached = {
        "contentType": "application/pdf",
        "language": language,
        "data": b64encode(made).decode(),
        "title": title,
    }
    return {
        "resourceType": "DocumentReference",
        "id": id_of(access.patient_id, "report"),
        "status": "current",
        "type": concept(text=title),
        "subject": cited(access.patient_id),
        "date": made_at.isoformat(timespec="seconds"),
        "content": [{"attachment": attached}],
    }
