"""The least that FastAPI and asyncpg need: a token looked up and an entry upserted, and nothing else of the service.

    DATABASE_URL=… python -m granian --interface asgi bench.peers.fastapi_minimal:app --workers 2

Not on uvicorn: with several processes its sockets wait for an acknowledgement between head and body of an answer, which
costs 40 ms a request.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

import asyncpg  # type: ignore[import-untyped]
from fastapi import FastAPI, Header, HTTPException, Request
from pydantic import BaseModel, Field

_PATIENT = "SELECT patient_id FROM peer_token WHERE digest = $1"
_UPSERT = """
    INSERT INTO peer_entry (patient_id, id, date, recorded_at, time_zone, worst_pain, night_pain, rest_pain,
        movement_pain, sites, symptoms)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (patient_id, id) DO UPDATE SET version = peer_entry.version + 1, date = excluded.date,
        recorded_at = excluded.recorded_at, time_zone = excluded.time_zone, worst_pain = excluded.worst_pain,
        night_pain = excluded.night_pain, rest_pain = excluded.rest_pain, movement_pain = excluded.movement_pain,
        sites = excluded.sites, symptoms = excluded.symptoms
    RETURNING version
"""
Pain = Annotated[int, Field(ge=0, le=10)]


class Entry(BaseModel):
    """An entry as the bench sends it."""

    id: UUID
    date: date
    recorded_at: datetime
    time_zone: str
    worst_pain: Pain | None = None
    night_pain: Pain | None = None
    rest_pain: Pain | None = None
    movement_pain: Pain | None = None
    sites: list[str] = []
    symptoms: dict[str, bool] = {}


@asynccontextmanager
async def _connected(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=4, max_size=8) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=_connected)


@app.get("/health/live")
async def live() -> dict[str, str]:
    """Whether it answers."""
    return {"status": "ok"}


@app.put("/api/v1/patients/me/entries/{id}")
async def put(id: UUID, entry: Entry, request: Request, authorization: Annotated[str, Header()]) -> dict[str, Any]:  # noqa: A002
    """Store an entry."""
    digest = sha256(authorization.removeprefix("Bearer ").encode()).hexdigest()
    async with request.app.state.pool.acquire() as connection:
        patient = await connection.fetchval(_PATIENT, digest)
        if patient is None or entry.id != id:
            raise HTTPException(401)
        given = [entry.date, entry.recorded_at, entry.time_zone, entry.worst_pain, entry.night_pain]
        more = [entry.rest_pain, entry.movement_pain, entry.sites, json.dumps(entry.symptoms)]
        version = await connection.fetchval(_UPSERT, patient, id, *given, *more)
    return entry.model_dump() | {"version": version}
