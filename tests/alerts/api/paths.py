"""Addresses of a diary, as its owner and as everyone else writes them."""

from tests.cast import Person


def hers(alice: Person, path: str) -> str:
    """The same address as everyone else writes it."""
    return path.replace("/me/", f"/{alice.patient_id}/")
