"""The command followup publish: the open read-only edition as a folder of static pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graph_schema import SettingError
from interface import options as opt
from interface.followed.content import Followed
from interface.followup_store import StoreOption, open_store
from interface.html_report import check_report
from interface.masking import DEFAULT_MASK
from interface.open_edition import Edition, edition_files, publish
from interface.open_edition.folder import check_folder
from interface.phrases import swedish_words
from interface.progress import progress_bar
from interface.registers import registers_of
from interface.texts import Language, text
from loaders.followup import standing_rows

__all__ = ["register"]

LANGUAGES: tuple[Language, ...] = ("sv", "en")


def register(app: typer.Typer) -> None:
    """Add the command to the follow-up."""
    app.command("publish")(publish_command)


def _languages(words: str) -> tuple[Language, ...]:
    asked = [w.strip() for w in words.split(",")]
    found: tuple[Language, ...] = tuple(lang for w in asked for lang in LANGUAGES if lang == w)
    if len(found) != len(asked) or len(set(found)) != len(found):
        raise SettingError(f"--lang {words}: name one or both of sv,en, each once")
    return found


def publish_command(
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="A new or empty folder, or an earlier edition.")],
    mask: Annotated[
        int, typer.Option("--mask", metavar="N", min=0, help="Hide patient numbers below N, and what gives them away.")
    ] = DEFAULT_MASK,
    lang: Annotated[str, typer.Option("--lang", help="Languages, the first greets the reader: sv,en.")] = "sv,en",
    store: StoreOption = None,
    dataset: opt.DatasetOption = None,
) -> None:
    """Write the open edition: static pages that need no server, no network and no scripts, for a web site.

    A page for every care area and every hospital with a permit, with permits, reported years against what was expected,
    conditions, reviews and sources; every table also as CSV. Small numbers are hidden unless --mask 0 asks for all. The
    folder is written whole or not at all, and nothing but an earlier edition is replaced.

    Examples: randzon followup publish --out open;  randzon followup publish --out open --mask 10 --lang sv
    """
    check_report()
    langs = _languages(lang)
    check_folder(out)
    system, kept = opt.read_system(dataset), open_store(store, must_exist=True)
    words = swedish_words(system, registers_of(dataset))
    found = Followed(system, list(standing_rows(kept).values()), kept.versions("predictions"), mask, words)
    with progress_bar("followup publish") as move:
        files = edition_files(Edition(found, langs), move)
    publish(out, files)
    size = sum(map(len, files.values())) / 1e6
    typer.echo(text("edition_written", langs[0], folder=out, files=len(files), size=f"{size:.1f}"))
