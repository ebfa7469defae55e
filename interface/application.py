"""The commands in one application, with what they have in common."""

from __future__ import annotations

from typing import Annotated

import typer

from impact.version import code_version
from interface import (
    accumulate_command,
    attribute_command,
    baseline_command,
    clusters_command,
    compare_command,
    data_commands,
    draw_answer_commands,
    draw_command,
    explain_command,
    followup_command,
    headroom_command,
    neo4j_ask_command,
    neo4j_commands,
    question_commands,
    repair_command,
    screen_command,
    sequence_command,
    serve_command,
    show_command,
    stress_command,
    unknowns_command,
)

__all__ = ["app"]

EXIT_CODES = (
    "Exit codes: 0 answered; 1 a check found something that does not agree; 2 bad input (one message lists "
    "all problems with place and remedy, and nothing is written); 130 stopped with Ctrl-C."
)

app = typer.Typer(
    name="randzon",
    help="What one more concentration of highly specialised care does to everything around it. It recommends nobody "
    "to grant or to refuse a permit.\n\n"
    "Begin with: randzon overview (what is decided), randzon scenarios (what can be asked), randzon run hocm "
    "(an answer), randzon term WORD (what a word means).\n\n"
    "Tables and texts are in Swedish; --lang en gives English. --format json or csv is for programs.\n\n" + EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
question_commands.register(app)
sequence_command.register(app)
unknowns_command.register(app)
stress_command.register(app)
attribute_command.register(app)
screen_command.register(app)
clusters_command.register(app)
explain_command.register(app)
accumulate_command.register(app)
baseline_command.register(app)
compare_command.register(app)
headroom_command.register(app)
repair_command.register(app)
show_command.register(app)
serve_command.register(app)
app.add_typer(data_commands.app, name="data")
neo4j_commands.app.command("ask")(neo4j_ask_command.ask_command)
app.add_typer(neo4j_commands.app, name="neo4j")
draw_answer_commands.register(draw_command.app)
app.add_typer(draw_command.app, name="draw")
app.add_typer(followup_command.app, name="followup")


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
