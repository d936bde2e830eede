"""The examples of the published contract that are about papers: the story of `diary.api.contract.examples` goes on."""

from typing import Any, Final

from diary.api.contract.examples import DIARY
from diary.api.contract.illustrating import Examples, illustrate
from diary.problems import CONTENT_TYPE
from papers.api.shares import NewShare, Share, ShareList
from papers.fhir.bundle import CONTENT_TYPE as BUNDLE
from papers.sharing.shares import too_many

_SHARE: Final = {
    "id": "0198c0de-7d5a-4c3e-9f2b-3a1f6f5f0b61",
    "label": "For Dr Meyer",
    "made_at": "2026-03-30T09:00:00Z",
    "expires_at": "2026-03-31T09:00:00Z",
    "ended_at": None,
    "has_passcode": True,
    "attempts_left": 10,
    "openings": [{"at": "2026-03-30T10:12:40Z", "recipient": "Surgery Dr Meyer"}],
    "link": "https://diary.example/shl#shlink:/eyJ1cmwiOiJodHRwczovL2RpYXJ5LmV4YW1wbGUvc2hsLzQ0In0",
}
_EXAMPLES: Final[Examples] = {
    NewShare: {"expires_in_hours": 24, "passcode": "2718", "label": "For Dr Meyer"},
    Share: _SHARE | {"openings": []},
    ShareList: {"items": [_SHARE]},
}


_BUNDLE: Final = {
    "resourceType": "Bundle",
    "language": "en",
    "type": "collection",
    "timestamp": "2026-03-30T10:12:40+02:00",
    "entry": [
        {
            "fullUrl": f"urn:uuid:{DIARY}",
            "resource": {"resourceType": "Patient", "id": DIARY, "name": [{"text": "Alice"}], "birthDate": "1961"},
        }
    ],
}


def show(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Put them into the contract."""
    refused = result["paths"]["/api/v1/patients/{patient}/shares"]["post"]["responses"]["409"]
    refused["content"][CONTENT_TYPE]["example"] = too_many().body()
    exported = result["paths"]["/api/v1/patients/{patient}/fhir"]["get"]["responses"]["200"]
    exported["content"][BUNDLE]["example"] = _BUNDLE
    return illustrate(result, _EXAMPLES)
