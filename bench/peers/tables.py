"""Tables of the peers' own: an entry as ours, and a token, without what the service does beside."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from django.db import connection

from diary.identity.sessions import token_digest

_TABLES = """
    DROP TABLE IF EXISTS peer_entry, peer_token;
    CREATE TABLE peer_token (digest text PRIMARY KEY, patient_id uuid NOT NULL);
    CREATE TABLE peer_entry (
        id uuid NOT NULL, patient_id uuid NOT NULL, version integer NOT NULL DEFAULT 1, date date NOT NULL,
        recorded_at timestamptz NOT NULL, time_zone text NOT NULL, worst_pain integer, night_pain integer,
        rest_pain integer, movement_pain integer, sites text[] NOT NULL, symptoms jsonb NOT NULL,
        PRIMARY KEY (patient_id, id)
    );
    CREATE INDEX ON peer_entry (patient_id, date);
    GRANT SELECT, INSERT, UPDATE ON peer_entry, peer_token TO PUBLIC;
"""


def make_tables(tokens: Iterable[str]) -> list[UUID]:
    """Empty ones, with a patient for each token. The caller is connected as the owner."""
    patients = [(token_digest(token), uuid4()) for token in tokens]
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        cursor.executemany("INSERT INTO peer_token VALUES (%s, %s)", patients)
    return [patient for _, patient in patients]
