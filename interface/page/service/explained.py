"""Why an answer says what it says of a hospital: the paths of `randzon explain`, from the answer's own run."""

from __future__ import annotations

from impact import load_measures
from impact.questions.what_if import Progress
from interface.explain_command import KIND, MEASURES, explain_asked, is_expected, saved_run
from interface.explain_view import explain_view
from interface.manifest import limits_of
from interface.named_nodes import NamedNodes
from interface.page.service.answered import Answered, answered
from interface.page.service.outcome import Outcome
from interface.page.service.question import WORKERS
from interface.page.service.rendered import rendered_markup
from interface.texts import Language

__all__ = ["TOP", "explained", "explained_hospitals", "explained_measures", "explanation_markup"]

TOP = 10  # paths shown at the most, as the command has it


def explained_hospitals(outcome: Outcome, lang: Language) -> dict[str, str]:
    """Return the hospitals of an answer, north to south, to their names."""
    names, nodes = outcome.nodes.names(lang), outcome.nodes
    found = dict.fromkeys(str(r["hospital"]) for r in outcome.document["effects"] if "hospital" in r)
    first = [h for h in found if h in nodes.universities]  # most ask of these
    return {h: names.get(h, h) for h in [*first, *(h for h in found if h not in first)]}


def explained_measures(lang: Language) -> dict[str, str]:
    """Return the measures that can be explained, to their names."""
    return {m: load_measures()[m].short[lang] for m in MEASURES}


def explained(
    outcome: Outcome, hospital: str, measure: str | None, year: int, lang: Language,
    progress: Progress | None = None, *, worst: bool = False,
) -> Answered:  # fmt: skip
    """Return why an answer says what it says of a hospital.

    Parameters
    ----------
    outcome
        The answer; it holds its whole result.
    hospital
        Id.
    measure
        One of `explained_measures`; what changes most if None.
    year
        Counted from the as-of year.
    lang
        Language of the limits.
    progress
        Called with (steps done, steps in all).
    worst
        Whether the worst set of units for the hospital is explained.

    Returns
    -------
    Answered
        As `randzon explain FILE.nc` gives it: paths and rest sum to the effect in the answer.

    Raises
    ------
    StoreError
        If only the JSON of the answer is there.
    SettingError
        As `explain_asked`.
    """
    asked = saved_run(outcome.result(), outcome.file_name, None, WORKERS)
    content = explain_asked(asked, hospital, measure, worst, year, lang, progress)
    return answered(KIND, content, asked.system, top=TOP, is_expected=is_expected(asked))


def explanation_markup(found: Answered, lang: Language) -> str:
    """Return what the command prints of an explanation as HTML, without what only those need who type it.

    Parameters
    ----------
    found
        Of `explained`.
    lang
        Of the words.
    """
    document, nodes = found.document, NamedNodes(found.document["nodes"])
    shown = document["answer"]["shown"]
    content = {**document, "limits": limits_of("explain", lang)}
    return rendered_markup(
        explain_view(content, nodes.names(lang), lang, shown["top"], is_expected=shown["is_expected"], typed=False)
    )
