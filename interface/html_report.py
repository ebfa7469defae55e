"""Tables and texts as one HTML page that needs no network."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from graph_schema import SettingError, StoreError
from interface.page_table import PageTable
from interface.texts import Language, text

__all__ = ["Page", "check_report", "page_html", "write_text"]

EXTRA = "the HTML report needs the extra 'report': pip install 'randzon[report]', or leave it out with --no-report"


@dataclass(frozen=True)
class Page:
    """A page.

    Attributes
    ----------
    title, lead
        Heading, and the sentences under it.
    tables
        In order.
    limits
        What the answer cannot say.
    footer
        Where it comes from: hashes, versions.
    """

    title: str
    lead: Sequence[str]
    tables: Sequence[PageTable]
    limits: Sequence[str]
    footer: str


def check_report() -> None:
    """Raise SettingError where the library of the report is not installed: before the work rather than after it."""
    try:
        import jinja2  # noqa: F401  # pyright: ignore[reportUnusedImport]
    except ImportError as error:
        raise SettingError(EXTRA) from error


def page_html(page: Page, lang: Language) -> str:
    """Return a page as HTML with its style inside.

    Parameters
    ----------
    page
        Its content.
    lang
        ``sv`` or ``en``.

    Raises
    ------
    SettingError
        If the extra ``report`` is not installed.
    """
    check_report()
    from jinja2 import Environment, StrictUndefined

    source = resources.files("interface").joinpath("templates", "page.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(source).render(
        page=page, lang=lang, contents=text("baseline_contents", lang), limits=text("baseline_limits", lang)
    )


def write_text(path: Path, content: str) -> None:
    """Write a text file, whole or not at all.

    Raises
    ------
    StoreError
        If it cannot be written; what stood there stays.
    """
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.absolute().parent)
        temporary = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(content)
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}): check space and rights") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
