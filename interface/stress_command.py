"""The stress command: what is lost when a unit, a resource, a competence or a whole hospital is taken out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from graph_schema import CareSystem, SettingError, canonical_hash
from impact.questions.outages import Bench
from impact.questions.run_table import RunTable
from impact.questions.stress import Progress, add_shares, event_row, kept_losses, pair_rows
from impact.questions.stress_cases import Case, cases_of, event_cases, unit_cases
from interface import options as opt
from interface.answers import Answer, AnswerKind, give
from interface.find_node import find_node
from interface.kept_runs import kept_runs
from interface.manifest import data_manifest, limits_of
from interface.progress import progress_bar
from interface.run_command import names_in
from interface.stress_causes import add_sentences
from interface.stress_view import csv_rows, stress_view
from interface.texts import text
from scenarios.stress_events import StressEvent, find_event, read_stress_events

__all__ = ["KIND", "register"]

MONTHS = 12  # of an outage that is no named event
LONGEST = 60


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(stress)


def _cases(
    bench: Bench, event: StressEvent | None, months: int | None, hospital: str | None, area: str | None
) -> list[Case]:
    if event is not None:
        return event_cases(bench, event, months, hospital, area)
    return cases_of(bench, months or MONTHS, hospital, area)


def _pair_singles(bench: Bench, cases: Sequence[Case], area: str | None) -> list[Case]:
    """The other holders of the units' areas, which pairs need too."""
    units = {c.label: c for c in cases if c.event == "unit"}
    areas = {c.area for c in units.values()}
    months = next((c.outage.months for c in units.values()), MONTHS)
    return [c for c in unit_cases(bench, months, area) if c.area in areas and c.label not in units]


def _page(answer: Answer) -> RenderableType:
    shown, lang = answer.shown, answer.lang
    span = {"months": shown["months"], "day": shown["begin"]}
    heading = text("stress_title", lang, **span)
    if f"title_{lang}" in shown:
        heading = text("stress_title_event", lang, name=answer.title, **span)
    if shown["hospital"]:
        heading += f": {answer.names[shown['hospital']]}"
    return stress_view(answer.content, answer.names, lang, heading, show_all=shown["all"])


KIND = AnswerKind("stress", _page, lambda a: csv_rows(a.content))


def _answered(
    bench: Bench, other: Bench | None, cases: list[Case], extra: list[Case], horizon: int, workers: int,
    pairs_at: tuple[bool, str | None], move: Progress, table: RunTable,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:  # fmt: skip
    """Rows of the cases and, where wanted, of the worst pairs with one at a hospital."""
    every = [*cases, *extra]
    steps = len(every) + (len(cases) if other else 0)
    done = kept_losses(bench, every, table, "", workers, lambda done, _: move(done, steps))
    found = [(case, loss) for case, loss in zip(every, done, strict=True) if loss is not None]
    wanted = [(case, loss) for case, loss in zip(cases, done, strict=False) if loss is not None]
    rows = [event_row(bench, case, loss, horizon) for case, loss in wanted]
    if other is not None:
        ran = [case for case, _ in wanted]
        mixed = kept_losses(other, ran, table, "mixed ", workers, lambda done, _: move(len(every) + done, steps))
        for row, (_, loss), mixed_loss in zip(rows, wanted, mixed, strict=True):
            if mixed_loss is not None:
                add_shares(row, loss, mixed_loss)
    if not pairs_at[0]:
        return rows, []
    return rows, pair_rows(bench, found, pairs_at[1], workers, move, table)


def _manifest(system: CareSystem, bench: Bench, horizon: int, cases: Sequence[Case]) -> dict[str, Any]:
    asked = [[c.event, c.label, c.outage.months] for c in cases]
    return {
        **data_manifest(system, bench.as_of.isoformat()),
        "scenario_hash": canonical_hash({"stress": asked}),
        "seed": bench.seed, "draws": bench.draws, "years": horizon, "start": bench.start,
    }  # fmt: skip


def stress(
    hospital: Annotated[str | None, typer.Option("--hospital", metavar="NAME", help="Only outages here.")] = None,
    area: Annotated[str | None, typer.Option("--area", metavar="NAME", help="Only units of this care area.")] = None,
    event: Annotated[
        str | None,
        typer.Option(
            "--event",
            metavar="NAME",
            help="summer, infection, resignations, pandemic, preparedness, or one of --events.",
        ),
    ] = None,
    events: Annotated[
        Path | None,
        typer.Option("--events", metavar="FILE.toml", help="Events of your own, in the form of the packaged."),
    ] = None,
    pairs: Annotated[bool, typer.Option("--pairs", help="Also the worst pairs of units, taken out together.")] = False,
    months: Annotated[
        int | None, typer.Option("--months", help="How long, up to 60; default: 12, of an event its own.")
    ] = None,
    shares: Annotated[
        bool, typer.Option("--shares", help="Also the share from assumptions; takes twice the time.")
    ] = False,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    seed: opt.SeedOption = 1,
    draws: opt.DrawsOption = 50,
    years: Annotated[int, typer.Option("--years", help="Horizon of the return; longer is shown as beyond.")] = 20,
    assignments: opt.SetOption = None,
    workers: opt.WorkersOption = None,
    out: opt.AnswerOption = None,
    resume: opt.ResumeOption = False,
    show_all: opt.AllOption = False,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Take out each unit, shared resource and critical competence in turn, or let an event strike everywhere.

    Who takes the patients, how many nobody takes, who is pushed aside at the receivers, which functions fall, and
    how long it takes until the competences are back within 5 %. An outage begins on 1 January after the as-of date.

    Examples: randzon stress --hospital umea;  randzon stress --area hipec --pairs;  randzon stress --event summer
    """
    language = opt.language(lang)
    if event is not None and pairs:
        raise SettingError("--pairs --event: pairs are of units taken out one by one; leave one of the two out")
    if not 1 <= years <= LONGEST:
        raise SettingError(f"--years {years}: choose a number from 1 to {LONGEST}")
    known = read_stress_events(events)
    chosen = None if event is None else find_event(known, event)
    day = opt.parse_dates({"--as-of": as_of})["--as-of"]
    system, _ = opt.with_settings(opt.read_system(dataset), assignments)
    where = None if hospital is None else find_node(system, "Hospital", hospital)
    which = None if area is None else find_node(system, "CareArea", area)
    today = day or date.fromisoformat(system.settings["as_of"])
    length = months or (chosen.months if chosen else MONTHS)
    threads = opt.default_workers() if workers is None else workers
    if months is not None and not 1 <= months <= LONGEST:
        raise SettingError(f"--months {months}: choose a number from 1 to {LONGEST}")
    bench = Bench(system, today, seed, draws, length)
    cases = _cases(bench, chosen, months, where, which)
    extra = _pair_singles(bench, cases, which) if pairs else []
    other = Bench(system, today, seed, draws, length, mixed=True) if shares else None
    manifest = _manifest(system, bench, years, cases)
    asked = {"pairs": pairs, "shares": shares, "event": str(chosen)}
    with kept_runs("stress", manifest, out, resume, asked) as table, progress_bar("stress") as move:
        rows, together = _answered(bench, other, cases, extra, years, threads, (pairs, where), move, table)
    add_sentences(rows, {code: names_in(system, code) for code in ("sv", "en")}, years)
    content: dict[str, Any] = {
        "manifest": manifest,
        "failed_runs": table.failed,
        "limits": limits_of("stress", language),
        "as_of": today.isoformat(),
        "events": rows,
        "pairs": together,
        "pairs_tried": pairs,
        "sources": list(chosen.sources) if chosen else [],
    }
    titles: dict[str, Any] = {} if chosen is None else {"title_sv": chosen.title_sv, "title_en": chosen.title_en}
    give(KIND, content, system, (output, language), out, all=show_all, months=length, begin=bench.begin.isoformat(),
         hospital=where, **titles)  # fmt: skip
