"""Every key of every table begins with the person that the row belongs to, or says here why not."""

from typing import Final

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

THE_PERSON: Final = {"patient_id", "user_id"}
RANDOM: Final = {
    "alerts_alert": "id",
    "alerts_courtesy": "id",
    "alerts_delivery": "id",
    "alerts_webhook": "key",
    "diary_caregiver": "id",
    "diary_import": "id",
    "diary_journalline": "id",
    "diary_notice": "id",
    "diary_patient": "id",
    "diary_user": "id",
    "papers_share": "id",
}
"""Made by chance, 122 bits of it: no other part of a database can make the same, so none has to be asked."""
COUNTED: Final = {
    "account_emailaddress",
    "alerts_escalationstep",
    "alerts_finding",
    "alerts_response",
    "alerts_snooze",
    "alerts_unsubscription",
    "alerts_webhooksecret",
    "diary_consentrecord",
    "diary_factorremoval",
    "diary_failingendpoint",
    "diary_healthconsent",
    "diary_invitationrefusal",
    "diary_undo",
    "mfa_authenticator",
}
"""Rows of people under a number that nothing outside the database knows. In parts by person each part may count for
itself: the key then is the person and the number."""
OF_ITS_OWNER: Final = {
    "diary_importpart_pkey": "the parts of an import",
    "snooze_once": "an alert's, which is one person's",
    "webhook_secret_current": "a webhook's, which is one person's",
}
"""Begins with the id of something that belongs to one person."""
GLOBAL: Final = {
    "diary_user_email_key": "an account by its address: sign-in and sign-up know nothing else",
    "unique_verified_email": "the same, for each further address",
    "diary_session_pkey": "a token by its hash: a request brings nothing else",
    "diary_session_id_key": "a session as its person names it to end it",
    "device_push_token_once": "a push token is one phone's: when someone else signs in there, it is theirs",
    "diary_caregiver_token_digest_key": "an invitation by the hash of its code",
    "diary_factorremoval_token_digest_key": "a removal by the hash in the link that stops it",
    "diary_undo_token_digest_key": "a change by the hash in the link that undoes it",
    "papers_share_digest_key": "a shared link by the hash of its address",
    "diary_forgotten_pkey": "an erased id by its hash, so that it never comes back",
    "diary_supportline_pkey": "what support did, in the order in which it was done, whoever it was about",
    "alerts_outboundcall_pkey": "a call in progress",
    "alerts_receivercircuit_pkey": "a server that does not answer, which many people may have given",
}
"""Where whoever asks does not know the person yet, or what is asked about is no one's."""
NOT_OF_PEOPLE: Final = (
    *("auth_", "django_", "backend_", "diary_user_groups", "diary_user_user_permissions", "diary_retention"),
    *("account_emailconfirmation", "alerts_auditcheck", "diary_sentcode"),
)


def keys() -> list[tuple[str, str, str]]:
    """Table, name and first column of everything that makes a row the only one of its kind."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indrelid::regclass::text, indexrelid::regclass::text, attname FROM pg_index "
            "JOIN pg_class ON pg_class.oid = indrelid JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0] "
            "WHERE indisunique AND relnamespace = 'public'::regnamespace"
        )
        found: list[tuple[str, str, str]] = cursor.fetchall()
    return found


def test_every_key_begins_with_the_person_or_is_named() -> None:
    unnamed = [
        (table, name)
        for table, name, first in keys()
        if first not in THE_PERSON
        and not table.startswith(NOT_OF_PEOPLE)
        and RANDOM.get(table) != first
        and not (table in COUNTED and first == "id")
        and name not in OF_ITS_OWNER.keys() | GLOBAL.keys()
    ]
    assert unnamed == []


def test_what_is_named_is_there() -> None:
    assert {name for _, name, _ in keys()} >= OF_ITS_OWNER.keys() | GLOBAL.keys()
    assert {table for table, _, _ in keys()} >= RANDOM.keys() | COUNTED


def test_a_table_of_people_names_the_person() -> None:
    """Or something that does: an import, a webhook, an alert."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' EXCEPT "
            "SELECT table_name::text FROM information_schema.columns WHERE column_name IN ('patient_id', 'user_id')"
        )
        without = {table for (table,) in cursor.fetchall() if not table.startswith(NOT_OF_PEOPLE)}
    assert without == {
        *("diary_user", "diary_importpart", "alerts_webhooksecret"),
        *("diary_forgotten", "diary_journalline", "diary_supportline", "alerts_outboundcall", "alerts_receivercircuit"),
    }
