"""Ids that stay: the same thing has the same id in every bundle, and what is cited is cited by it."""

from uuid import UUID, uuid5

from papers.fhir.coding import Json


def id_of(patient_id: UUID, *parts: object) -> str:
    """The id of something in this diary: a UUID (version 5) of the diary's own id and its place there."""
    return str(uuid5(patient_id, "/".join(map(str, parts))))


def cited(id_: object) -> Json:
    """A reference to the resource with this id in the same bundle."""
    return {"reference": f"urn:uuid:{id_}"}
