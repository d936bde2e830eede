"""`make docs`: the documents as one site, from the Markdown files where they are. It needs no network.

The source directory is the whole tree, so that README.md and its like are pages and their links hold. A document that
the index does not name and a link that leads nowhere fail the build.
"""

import os
import re
from pathlib import Path
from typing import Final

from sphinx.application import Sphinx

project = "Symptom diary"
project_copyright = "the authors, under the Apache License 2.0"
extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/*.md", "docs/adr/*.md", "clients/*.md", "clients/*/*.md", "conformance/*.md"]
exclude_patterns = [".*", "site", "**/node_modules"]
html_theme = "furo"
html_title = project
html_extra_path = ["index.html"]
html_copy_source = False
html_show_sphinx = False
myst_heading_anchors = 3
# What JSON and HTTP are in the documents is for people: three dots stand for the rest.
suppress_warnings = ["misc.highlighting_failure"]

# Where the source is published, up to and with its branch: links to code lead there, and are plain text without it.
SOURCE_URL: Final = os.environ.get("SOURCE_URL", "").rstrip("/")
ROOT: Final = Path(__file__).resolve().parents[2]
_LINK: Final = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<path>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)")


def links_to_code(_: Sphinx, docname: str, source: list[str]) -> None:
    """A link to a directory with a README becomes one to that page; what else is not a page is as `SOURCE_URL` says."""
    directory = (ROOT / docname).parent

    def in_the_site(link: re.Match[str]) -> str:
        target = (directory / link["path"]).resolve()
        if (target / "README.md").is_file():
            return f"[{link['text']}]({link['path'].rstrip('/')}/README.md)"
        if not target.exists() or target.suffix == ".md" or target.parent == ROOT / "docs":
            return link[0]
        return f"[{link['text']}]({SOURCE_URL}/{target.relative_to(ROOT)})" if SOURCE_URL else link["text"]

    source[0] = _LINK.sub(in_the_site, source[0])


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", links_to_code)
