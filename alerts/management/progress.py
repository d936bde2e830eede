"""The progress bar of the commands that go through many diaries."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TimeRemainingColumn


def progress_bar(command: BaseCommand, title: str, amount: ProgressColumn) -> Progress:
    """A bar on the terminal, unless the answers themselves go there."""
    wanted = command.stderr.isatty() and not command.stdout.isatty()
    return Progress(
        title,
        BarColumn(),
        amount,
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not wanted,
        redirect_stdout=False,
    )
