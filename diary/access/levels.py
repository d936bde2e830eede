"""The only answer to "who may see what".

A diary is open to the one it is about and, as far as their consent goes, to those who have accepted a place in the
care circle. Consent is looked at on every request, so what ends, ends at once. Whoever may not see something gets the
one same answer as whoever asks for what does not exist.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from django.utils.translation import gettext_noop as _

from diary.problem_types import ProblemType
from diary.problems import Problem, not_found
from diary.statements import ask_first, fetch_one

Level = Literal["alerts", "read", "log", "own"]
"""How far someone reaches, each further than the one before: hears of alerts, sees the diary, writes it, owns it."""
Diary = UUID | Literal["me"]
"""Whose diary is meant: a patient's id, or the caller's own."""
NO_LONGER: Final = "DY001"
"""The SQLSTATE of `diary_still` (migration 0049)."""
REACH: Final[dict[Level, int]] = {"alerts": 1, "read": 2, "log": 3, "own": 4}


@dataclass(frozen=True, slots=True)
class Access:
    """Someone's way into a diary, as it is at this moment.

    `language` is the one that their account asks for, None for who never said (`diary.reaching.languages`).
    """

    actor_id: UUID
    patient_id: UUID
    level: Level
    language: str | None = None

    def reaches(self, level: Level) -> bool:
        """Whether the way reaches as far as `level`."""
        return REACH[self.level] >= REACH[level]

    def require(self, level: Level) -> None:
        """Raises Problem 404 when the way does not reach as far as `level`."""
        if not self.reaches(level):
            raise not_found()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who holds a token, of which session and until when, and how far they reach into the diary that was asked for.

    `language` is the one that their account asks for, None for who never said (`diary.reaching.languages`).
    """

    user_id: UUID
    session_id: UUID
    expire_date: datetime
    language: str | None = None
    access: Access | None = None


def require(*, actor_id: UUID, patient: Diary, level: Level) -> Access:
    """The way of a user who is signed in already. Raises Problem 404 when it does not reach as far as `level`."""
    row = fetch_one(
        f"SELECT {_REACHED}, {_LANGUAGE} FROM diary_user u {_way_to(patient)} WHERE u.id = %(actor)s AND u.is_active",  # noqa: S608
        {"actor": actor_id, "patient": patient},
    )
    access = _access(*(row or (actor_id, None, None, None)))
    if access is None:
        raise not_found()
    access.require(level)
    return access


def caller_by_token(*, digest: str, patient: Diary | None, now: datetime) -> Caller | None:
    """Who holds the token with this digest, or None when it is not valid.

    Token, diary, consent and language are one statement. Without `patient` no diary is looked at.
    """
    if patient is None:
        columns = f"u.id, s.id, s.expire_date, {_LANGUAGE}"
        found = fetch_one(f"SELECT {columns} {_HOLDER} {_GOOD}", {"digest": digest, "now": now})
        return None if found is None else Caller(*found)
    row = fetch_one(
        f"SELECT {_REACHED}, s.id, s.expire_date, {_LANGUAGE} {_HOLDER} {_way_to(patient)} {_GOOD}",
        {"digest": digest, "patient": patient, "now": now},
    )
    if row is None:
        return None
    actor_id, patient_id, reached, session_id, expire_date, language = row
    access = _access(actor_id, patient_id, reached, language)
    return Caller(actor_id, session_id, expire_date, language, access)


def ask_whether_still(caller: Caller, *, digest: str, patient: Diary | None, now: datetime) -> None:
    """Have the next trip stop, with the SQLSTATE `NO_LONGER`, unless the token still gives exactly this caller."""
    access, way = caller.access, ""
    same = f"s.id = %(session)s AND u.id = %(actor)s AND {_LANGUAGE} IS NOT DISTINCT FROM %(language)s::text"
    if access is not None and patient is not None:
        way = _way_to(patient)
        same += f" AND p.id = %(reached)s AND {_LEVEL} = %(level)s"
    ask_first(
        f"SELECT diary_still(EXISTS (SELECT {_HOLDER} {way} {_GOOD} AND {same}))",
        {
            "digest": digest,
            "now": now,
            "session": caller.session_id,
            "actor": caller.user_id,
            "language": caller.language,
            **({"patient": patient, "reached": access.patient_id, "level": access.level} if access else {}),
        },
    )


def not_signed_in() -> Problem:
    """The answer to whoever shows no token, or one that is not good (any more)."""
    return Problem(
        ProblemType.INVALID_TOKEN,
        _("The access token is missing, expired or revoked."),
        headers={"WWW-Authenticate": "Bearer"},
    )


_LEVEL: Final = "CASE WHEN p.user_id = u.id THEN 'own' ELSE c.level END"
_REACHED: Final = f"u.id AS actor_id, p.id AS patient_id, {_LEVEL} AS level"
_LANGUAGE: Final = """
    coalesce((SELECT language FROM diary_preferences WHERE user_id = u.id),
             (SELECT language FROM diary_patient WHERE user_id = u.id))
"""
_HOLDER: Final = """
    FROM diary_session s
    JOIN diary_user u ON u.id = s.user_id AND u.is_active AND u.credentials_epoch = s.credentials_epoch
"""
_GOOD: Final = "WHERE s.digest = %(digest)s AND s.expire_date > %(now)s"


def _way_to(patient: Diary) -> str:
    meant = "p.user_id = u.id" if patient == "me" else "p.id = %(patient)s"
    return f"""
        LEFT JOIN diary_patient p ON {meant}
        LEFT JOIN diary_caregiver c ON c.patient_id = p.id AND c.user_id = u.id AND c.state = 'accepted'
    """


def _access(actor_id: UUID, patient_id: UUID | None, level: Level | None, language: str | None) -> Access | None:
    return None if patient_id is None or level is None else Access(actor_id, patient_id, level, language)
