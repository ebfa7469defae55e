"""The baseline command: a study of the system at a date, saved as netCDF, CSV and report; two studies compared."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from graph_schema import SettingError
from impact.study.comparison import compare_studies
from impact.study.moment import check_date
from impact.study.study import Study, gaps_of, make_study
from impact.study.study_file import open_study, save_study
from impact.study.study_rows import row_content
from interface import options as opt
from interface.answers import Answer, AnswerKind, give
from interface.baseline_changes import change_tables
from interface.baseline_tables import baseline_tables
from interface.html_report import Page, check_report, page_html, write_text
from interface.manifest import limits_of
from interface.named_nodes import NamedNodes
from interface.page_table import on_terminal
from interface.texts import Language, text
from loaders import system_from_mapping

__all__ = ["COMPARISON", "KIND", "give_study", "register"]

OutFolder = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Folder that receives the answer as files; it is made if missing."),
]
ReportOption = Annotated[
    bool, typer.Option("--report/--no-report", help="With --out: also a readable HTML page (needs the extra 'report').")
]


def register(app: typer.Typer) -> None:
    """Add the command with its sub-command to the application."""
    group = typer.Typer(invoke_without_command=True, rich_markup_mode=None)
    group.callback()(baseline)
    group.command("compare")(compare)
    app.add_typer(group, name="baseline")


def _check_folder(folder: Path | None, *, report: bool) -> None:
    """Raise SettingError where the files cannot be written; make the folder."""
    if folder is None:
        return
    if report:
        check_report()
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise SettingError(f"--out {folder}: the folder cannot be made ({error.strerror}); choose another") from error
    if not os.access(folder, os.W_OK):
        raise SettingError(f"--out {folder}: the folder cannot be written to; choose another")


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(dict.fromkeys(name for row in rows for name in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: "" if v is None else v for k, v in row.items()} for row in rows)
    return stream.getvalue()


def _footer(manifests: Sequence[Mapping[str, Any]], lang: Language) -> str:
    return " ".join(
        text(
            "baseline_footer", lang, dataset=m["dataset"]["name"], version=m["dataset"]["version"],
            as_of=m["dataset"]["as_of"], system=m["system_hash"], code=m["code_version"], code_hash=m["code_hash"],
            seed=m["seed"], draws=m["draws"],
        )
        for m in manifests
    )  # fmt: skip


def _study_page(answer: Answer) -> Page:
    content, lang = answer.content, answer.lang
    manifest = content["manifest"]
    title = text("title_baseline", lang, dataset=manifest["dataset"]["name"], as_of=content["as_of"])
    lead = [text(f"baseline_lead_{i}", lang, draws=manifest["draws"]) for i in (1, 2, 3)]
    tables = baseline_tables(content, answer.names, lang)
    return Page(title, lead, tables, content["limits"], _footer([manifest], lang))


def _comparison_page(answer: Answer) -> Page:
    content, lang = answer.content, answer.lang
    title = text("title_baseline_compare", lang, a=content["a"], b=content["b"])
    lead = [text(f"baseline_compare_lead_{i}", lang) for i in (1, 2)]
    tables = change_tables(content, answer.names, lang)
    return Page(title, lead, tables, content["limits"], _footer(content["manifests"], lang))


def _terminal(page: Page, lang: Language, *, show_all: bool) -> RenderableType:
    tables = [t for t in page.tables if show_all or t.is_brief]
    hidden = sum(t.is_on_page for t in page.tables if t not in tables)
    more = [Text(text("baseline_more", lang, number=hidden), style="dim")] if hidden else []
    head = [Text(page.title, style="bold"), *(Text(sentence) for sentence in page.lead), Text()]
    return Group(*head, *map(on_terminal, tables), *more, Text("\n".join(page.limits)))


def _rows(key: str) -> Callable[[Answer], Sequence[Mapping[str, Any]]]:
    return lambda answer: answer.content[key]


def _shown(page: Callable[[Answer], Page]) -> Callable[[Answer], RenderableType]:
    return lambda answer: _terminal(page(answer), answer.lang, show_all=bool(answer.shown["all"]))


KIND = AnswerKind("baseline", _shown(_study_page), _rows("indicators"))
COMPARISON = AnswerKind("baseline compare", _shown(_comparison_page), _rows("rows"), limits="compared_baselines")


def _content(study: Study, lang: Language) -> dict[str, Any]:
    return {
        "manifest": dict(study.manifest),
        "limits": limits_of("baseline", lang),
        "as_of": study.as_of.isoformat(),
        "indicators": [row_content(row, lang) for row in study.rows],
        "agreement": list(study.agreement),
        "unavailable": gaps_of(study, lang),
    }


def _html(page: Callable[[Answer], Page], content: Mapping[str, Any], nodes: NamedNodes, lang: Language) -> str:
    return page_html(page(Answer(content, nodes, lang, {"all": True})), lang)


def give_study(study: Study, how: tuple[opt.OutputFormat, Language], show_all: bool) -> None:
    """Print a study as a page, JSON or CSV.

    Parameters
    ----------
    study
        Made or reopened.
    how
        Format and language.
    show_all
        All tables.
    """
    give(KIND, _content(study, how[1]), system_from_mapping(study.system), how, all=show_all)


def baseline(
    context: typer.Context,
    out: OutFolder = None,
    report: ReportOption = True,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    seed: opt.SeedOption = 1,
    draws: opt.DrawsOption = 200,
    show_all: opt.AllOption = False,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Study the whole system at a date: volumes, concentration, reach, competences, resources, education, research.

    With --out DIR the study is saved as baseline-DATE.nc (reopened by 'randzon show'), .csv and .html.

    Examples: randzon baseline;  randzon baseline --as-of 2022-12-31 --out study;
    randzon baseline compare study/baseline-2022-12-31.nc study/baseline-2025-12-31.nc
    """
    if context.invoked_subcommand is not None:
        return
    day = opt.parse_dates({"--as-of": as_of})["--as-of"]
    system = opt.read_system(dataset)
    check_date(system, day or date.fromisoformat(system.settings["as_of"]))
    _check_folder(out, report=report)
    study, language = make_study(system, day, seed, draws), opt.language(lang)
    if out is not None:
        name, content = f"baseline-{study.as_of}", _content(study, language)
        save_study(study, out / f"{name}.nc")
        write_text(out / f"{name}.csv", _csv(content["indicators"]))
        if report:
            write_text(out / f"{name}.html", _html(_study_page, content, NamedNodes.of(system), language))
    give_study(study, (output, language), show_all)


def compare(
    a: Annotated[Path, typer.Argument(metavar="A.nc", help="The earlier study.")],
    b: Annotated[Path, typer.Argument(metavar="B.nc", help="The later study.")],
    rerun: Annotated[
        bool,
        typer.Option(
            "--rerun/--no-rerun",
            help="Make the studies again where dataset or code differ, to tell corrected "
            "data, a changed model and a changed system apart.",
        ),
    ] = True,
    out: OutFolder = None,
    report: ReportOption = True,
    show_all: opt.AllOption = False,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Compare two saved studies: what changed, whether chance or a trend may have done it, and what else may have.

    Reported numbers are tested given their sum, with the dispersion of the dataset; p-values are adjusted for their
    number (Benjamini–Hochberg). What the model computes is what it expects, never an observation.

    Example: randzon baseline compare study/baseline-2022-12-31.nc study/baseline-2025-12-31.nc --out study
    """  # fmt: skip
    studies, language = (open_study(a), open_study(b)), opt.language(lang)
    _check_folder(out, report=report)
    found = compare_studies(*studies, rerun=rerun)
    content: dict[str, Any] = {"limits": limits_of("compared_baselines", language), **found}
    nodes = NamedNodes.of(*(system_from_mapping(s.system) for s in studies))  # a node may stand in one of them only
    if out is not None:
        name = f"baseline-{content['a']}-to-{content['b']}"
        write_text(out / f"{name}.csv", _csv(content["rows"]))
        write_text(out / f"{name}-counts.csv", _csv(content["counts"]["rows"]))
        if report:
            write_text(out / f"{name}.html", _html(_comparison_page, content, nodes, language))
    give(COMPARISON, content, nodes, (output, language), all=show_all)
