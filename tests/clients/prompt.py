"""A terminal that blocks of code are pasted into, as a reader of the guides does."""

import os
import pty
import re
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.service import ROOT, Service

GUIDE: Final = ROOT / "docs" / "app-in-15-minutes.md"
CURL: Final = ROOT / "docs" / "curl.md"
ELSEWHERE: Final = "http://127.0.0.1:8000"
"""Where the service is in the guides."""
ALICE: Final = "alice@example.org"
ASKS: Final = "The code from the mail:"
DONE: Final = "~done~"
SAY_DONE: Final = {"python": f'print("{DONE}")', "sh": f'echo "{DONE}"'}
_PLAIN: Final = {"TERM": "dumb", "PYTHON_BASIC_REPL": "1", "PS1": "", "PS2": ""}
_PROMPTS: Final = re.compile(r"^(>>> |\.\.\. )+", re.MULTILINE)


def blocks(guide: Path, language: str) -> list[str]:
    """The blocks of a language, in their order, each ending in its last line."""
    return re.findall(rf"^```{language}\n(.*?)^```$", guide.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def paste_python(prompt: "Prompt", api: Service) -> str:
    """All that was said to the Python of the guide. Raises AssertionError for the first block that fails."""
    said = [""]
    for block in blocks(GUIDE, "python"):
        code = api.mailbox.code_for(ALICE) if "verify_email" in said[-1] else ""
        said.append(prompt.paste(block.replace(ELSEWHERE, api.url), "python", code))
        assert not re.search(r"Traceback|Error", said[-1]), said[-1]
    return "".join(said)


class Prompt:
    """A program in a terminal. Use as a context manager: it is ended then."""

    def __init__(self, command: Sequence[str], *, cwd: Path, environment: Mapping[str, str]) -> None:
        self._terminal, theirs = pty.openpty()
        _show_nothing_of_what_is_typed(theirs)
        self._process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **_PLAIN, **environment},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)

    def paste(self, block: str, language: str, answer: str = "") -> str:
        """What it said until it had done the block; `answer` is typed where the block asks for a code."""
        self.type(block)
        said = ""
        if re.search(r"input\(|^read ", block, re.MULTILINE):
            said = self.until(ASKS)
            self.type(f"{answer}\n")
        self.type(f"{SAY_DONE[language]}\n")
        return _PROMPTS.sub("", said + self.until(DONE).replace(DONE, ""))

    def type(self, text: str) -> None:
        """As it is."""
        os.write(self._terminal, text.encode())

    def until(self, text: str) -> str:
        """What it said up to and with `text`. Raises AssertionError with all that it said when it ends before."""
        said = ""
        while text not in said:
            more = self._read()
            assert more, said
            said += more
        return said

    def end(self) -> tuple[str, int]:
        """What it said until it ended, and its exit status."""
        said = "".join(iter(self._read, ""))
        return said, self._process.wait()

    def _read(self) -> str:
        """The next that it says; nothing when it has ended."""
        try:
            return os.read(self._terminal, 65_536).decode().replace("\r\n", "\n")
        except OSError:  # the other side of a terminal that has closed
            return ""


def _show_nothing_of_what_is_typed(terminal: int) -> None:
    mode = termios.tcgetattr(terminal)
    mode[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSANOW, mode)
