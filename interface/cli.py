"""The command line: reads options, calls the questions, prints answers, turns errors into one message."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console

from graph_schema import RandzonError
from impact.version import code_version
from interface import data_commands, question_commands

__all__ = ["app", "main"]

EXIT_CODES = (
    "Exit codes: 0 answered; 1 a check found something that does not agree; 2 bad input (one message lists "
    "all problems with place and remedy); 130 stopped with Ctrl-C."
)
BAD_INPUT, STOPPED = 2, 130

app = typer.Typer(
    name="randzon",
    help="What one more concentration of highly specialised care does to everything around it.\n\n"
    "Begin with: randzon overview, randzon scenarios, randzon run hocm.\n\n" + EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
question_commands.register(app)
app.add_typer(data_commands.app, name="data")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(code_version())
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Accept the options that stand before a command."""


def main() -> None:
    """Run the command line; every error that a user can mend is one message and exit code 2."""
    errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")
    try:
        app()
    except RandzonError as error:
        errors.print(f"randzon: {error}")
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        errors.print("randzon: stopped; nothing was written")
        sys.exit(STOPPED)
