"""`/account/data`: what is stored about someone, to take along; with a recent sign-in, since it is all there is."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from diary.access.log import Line
from diary.account.export import Subject, archive_chunks
from diary.account.spans import NO_BOUNDS
from diary.api.exports import download
from diary.problem_types import ProblemType
from diary.problems import Problem
from diary.proof import Proof
from papers.tables.archive import tables
from web.identity.again import sent_to_prove
from web.reader import ReaderPage, digest_of


class DataPage(ReaderPage):
    """What there is to take along."""

    reach = {"GET": "own"}
    here = "account"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.page("pages/data.html")


class Download(ReaderPage):
    """A file, made while it is sent; one at a time."""

    reach = {"GET": "own"}

    def read_by(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """The file; who has not signed in of late does so first. Raises Problem."""
        try:
            return super().read_by(request, *args, **kwargs)
        except Problem as problem:
            if problem.type is not ProblemType.PROOF_REQUIRED:
                raise
            return sent_to_prove("data")

    def prove(self) -> None:
        """Raises Problem 403 unless the sign-in is recent."""
        Proof(digest_of(self.request) or "", self.now).require()


class ArchiveFile(Download):
    """`/account/archive.zip`: everything."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """As the API gives it."""
        self.prove()
        self.note_look(Line("exported", "account"))
        chunks = archive_chunks(Subject(self.access.actor_id, self.access.patient_id, self.now))
        return download(
            chunks, caller=self.access.actor_id, content_type="application/zip", name="symptom-diary-everything.zip"
        )


class TablesFile(Download):
    """`/account/tables.zip`: the diary as tables, with what their columns mean."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """As the API gives them, with the mark that spreadsheets need."""
        self.prove()
        self.note_look(Line("exported", "export-zip"))
        chunks = tables(
            patient_id=self.access.patient_id, span=NO_BOUNDS, mark=True, language=self.language, now=self.now
        )
        return download(
            chunks, caller=self.access.actor_id, content_type="application/zip", name="symptom-diary-tables.zip"
        )
