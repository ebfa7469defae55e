"""The page Samlat: what all decisions have done together, what each stands for, and how many more hospitals take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import streamlit as st

from graph_schema import RandzonError
from interface.attribution_reading import Key
from interface.manifest import limits_of
from interface.page.running import computed, save_answered
from interface.page.service.answered import Answered, opened_answer
from interface.page.service.kept import Kept
from interface.page.service.pictures import Drawn
from interface.page.service.together import (
    KINDS,
    Asked,
    AskedGrowth,
    AskedHeadroom,
    AskedShares,
    as_on_page,
    can_test_pairs,
    hospitals_by_place,
    time_words,
)
from interface.page.service.together_pictures import (
    coming_words,
    drawn_growth,
    drawn_headroom,
    drawn_pairs,
    drawn_shares,
    hospitals_in,
    measures_grown,
    measures_of_pairs,
    measures_shared,
    thresholds,
    years_in,
)
from interface.page.shared import answers, language, mask, node_asked, registers, show_picture, system
from interface.texts import Language, text
from scenarios.area_state import MOST_PERMITS

__all__ = ["show"]

MOST_DRAWS, MOST_YEARS = 2000, 30
KEPT_PICTURES = 40
FEW, EVERY = 14, 1000  # decisions with bars of their own
PART = "del"  # of the address
PARTS = {"verkan": "accumulate", "andelar": "attribute", "marginal": "headroom"}
ALPHAS = (0.05, 0.1, 0.25, 0.5)
T = TypeVar("T")


@st.cache_resource(show_spinner=False)
def _pictures() -> Kept[Drawn]:
    return Kept(KEPT_PICTURES)


def _show(found: Answered, what: str, lang: Language, chosen: tuple[object, ...], draw: Callable[[], Drawn]) -> None:
    """Show a picture, kept by the hash of its answer and what is chosen."""
    key = f"{found.file_name} {what} {lang} {chosen}"
    picture = _pictures().get(key)
    try:
        if picture is None:
            with st.spinner(text("page_drawing", lang)):
                picture = draw()
            _pictures().keep(key, picture)
        shown = picture
        show_picture(f"randzon-{what}", lambda: shown)
    except RandzonError as error:
        st.info(str(error))


def _choice(label: str, options: Mapping[T, str], key: str, first: int = 0) -> T:
    """One of several by name; whoever has none to choose from does not call it."""
    found = st.selectbox(label, list(options), first, format_func=lambda o: options[o], key=key)
    assert found is not None
    return found


def _hospital(
    part: str, everyone: str, lang: Language, *, first: bool = False, universities: bool = False
) -> str | None:
    """Ask for one hospital, or for all; the address may name it."""
    names = hospitals_by_place(system(), lang, universities=universities)
    asked = node_asked()
    options: dict[str, str] = {"": text(everyone, lang), **names}
    start = list(options).index(asked) if asked in names else int(first)
    return _choice(text("hospital", lang), options, f"{part}_hospital", start) or None


def _numbers(part: str, draws: int, lang: Language) -> tuple[int, int, int]:
    """Ask for draws, years and seed."""
    columns = st.columns(3)
    found = columns[0].number_input(text("page_draws", lang), 2, MOST_DRAWS, draws, key=f"{part}_draws")
    years = columns[1].number_input(text("page_years", lang), 1, MOST_YEARS, 10, key=f"{part}_years")
    seed = columns[2].number_input(text("page_seed", lang), 0, None, 1, key=f"{part}_seed")
    return int(found), int(years), int(seed)


def _units(label: str, default: str, key: str, lang: Language) -> int | None:
    options: dict[int, str] = {0: text(default, lang), **{n: str(n) for n in range(1, MOST_PERMITS + 1)}}
    return _choice(text(label, lang), options, key) or None


def _asked_growth(lang: Language) -> Asked:
    hospital = _hospital("accumulate", "together_all_hospitals", lang)
    units = _units("together_pipeline_units", "together_left_out", "pipeline_units", lang)
    return AskedGrowth(hospital, units, *_numbers("accumulate", 20, lang))


def _asked_shares(lang: Language) -> Asked:
    hospital = _hospital("attribute", "together_universities", lang, first=True)
    pairs = st.checkbox(text("together_pairs", lang), value=True, key="pairs")
    split = st.checkbox(text("together_split", lang), key="split")
    clusters = st.checkbox(text("together_clusters", lang), key="clusters")
    tested = st.checkbox(
        text("together_test_pairs", lang), key="test_pairs", disabled=not can_test_pairs(),
        help=None if can_test_pairs() else text("together_test_pairs_missing", lang),
    )  # fmt: skip
    return AskedShares(hospital, clusters, split, pairs, tested, *_numbers("attribute", 20, lang))


def _asked_headroom(lang: Language) -> Asked:
    hospital = _hospital("headroom", "together_universities", lang, universities=True)
    left, right = st.columns(2)
    with left:
        alphas = {a: f"{100 * a:.0f} %" for a in ALPHAS}
        alpha = _choice(text("together_alpha", lang), alphas, "alpha", 1)
    with right:
        units = _units("together_units", "together_units_as_decided", "units", lang)
    search = st.checkbox(text("together_search", lang), key="search")
    return AskedHeadroom(hospital, alpha, units, search, *_numbers("headroom", 50, lang))


ASK: Mapping[str, Callable[[Language], Asked]] = {
    "accumulate": _asked_growth, "attribute": _asked_shares, "headroom": _asked_headroom,
}  # fmt: skip


def _growth(found: Answered, lang: Language) -> None:
    document = found.document
    st.text(str(document[f"summary_{lang}"]))
    st.subheader(text("together_growth", lang))
    only = document["answer"]["shown"]["hospital"]
    measures = measures_grown(document, lang, only)
    if measures:
        measure = _choice(text("measure", lang), measures, f"grown_{found.file_name}")
        _show(found, "growth", lang, (measure, only), lambda: drawn_growth(document, lang, measure, only))
    else:
        st.info(text("together_no_growth", lang))
    st.subheader(text("together_coming", lang))
    st.text(coming_words(document, lang))


def _shares(found: Answered, lang: Language) -> None:
    document, name = found.document, found.file_name
    st.subheader(text("together_shares", lang))
    left, right = st.columns(2)
    years = {y: str(calendar) for y, calendar in years_in(document).items()}
    with left:
        hospital = _choice(text("hospital", lang), hospitals_in(document, "last_in_gap", lang), f"of_{name}")
    with right:
        year = _choice(text("year", lang), years, f"when_{name}", 1)
    measures = measures_shared(document, lang, year, hospital)
    if not measures:
        st.info(text("together_no_shares", lang))
        return
    key = _choice(text("measure", lang), measures, f"shared_{name}_{hospital}_{year}")
    for figure in ("historical", "shapley", "last_in"):
        st.markdown(f"- {text(f'shares_{figure}_is', lang)}")
    most = EVERY if st.checkbox(text("together_every_decision", lang), key=f"every_{name}") else FEW
    _show(found, "shares", lang, (key, year, most), lambda: drawn_shares(document, lang, key, year, most))
    _pairs(found, hospital, year, key, lang)


def _pairs(found: Answered, hospital: str, year: int, shared: Key, lang: Language) -> None:
    """Show the pairs, at first of the measure whose shares are shown."""
    document, name = found.document, found.file_name
    st.subheader(text("together_pairs_title", lang))
    if not document["interactions"]:
        st.info(text("together_no_pairs", lang))
        return
    measures = measures_of_pairs(document, lang, year, hospital)
    if not measures:
        st.info(text("together_no_visible_pairs", lang))
        return
    left, right = st.columns(2)
    with left:
        first = list(measures).index(shared) if shared in measures else 0
        key = _choice(text("measure", lang), measures, f"paired_{name}_{shared}_{year}", first)
    with right:
        least = _choice(
            text("together_least", lang), thresholds(document, lang, year, key), f"least_{name}_{key}_{year}", 1
        )
    _show(found, "interactions", lang, (key, year, least), lambda: drawn_pairs(document, lang, key, year, least))


def _headroom(found: Answered, lang: Language) -> None:
    st.subheader(text("together_headroom", lang))
    _show(found, "headroom", lang, (), lambda: drawn_headroom(found.document, lang))


SHOW: Mapping[str, Callable[[Answered, Language], None]] = {
    "accumulate": _growth, "attribute": _shares, "headroom": _headroom,
}  # fmt: skip


def _answer(found: Answered, lang: Language) -> None:
    command, manifest = found.kind.command, found.document["manifest"]
    st.header(text(f"together_answer_{command}", lang, as_of=manifest["dataset"]["as_of"]))
    if manifest["system_hash"] != system().content_hash:
        st.warning(text("together_other_data", lang))
    SHOW[command](found, lang)
    st.subheader(text("page_limits", lang))
    st.text("\n".join(limits_of(command, lang)))
    st.subheader(text("together_whole", lang))
    with st.expander(text("together_whole_open", lang, command=command)):
        can = "all" in found.document["answer"]["shown"]
        show_all = can and st.checkbox(text(f"together_all_{command}", lang), key=f"all_{found.file_name}")
        st.html(as_on_page(found, mask(), show_all=show_all).markup(lang))
    save_answered(found, lang)
    st.caption(
        text("page_made", lang, seed=manifest["seed"], draws=manifest["draws"], start=manifest["start"],
             hash=manifest["system_hash"][:10], code=manifest["code_version"])
    )  # fmt: skip


def _open(lang: Language) -> None:
    """Open a file of any of the three; the page then shows that part."""
    with st.expander(text("page_open", lang)):
        file = st.file_uploader(text("together_open_file", lang), ["json"], key="together_file")
    if file is None or st.session_state.get("together_opened") == file.file_id:
        return
    st.session_state["together_opened"] = file.file_id
    try:
        found = opened_answer(file.name, file.getvalue(), KINDS)
    except RandzonError as error:
        st.error(str(error))
        return
    key, command = f"file {file.file_id}", found.kind.command
    answers().keep(key, found)
    st.session_state[f"together_{command}"] = key
    st.session_state["together_next"] = next(p for p, c in PARTS.items() if c == command)
    st.rerun()


def _part(lang: Language) -> str:
    """Ask which part is shown; the address names it, so that a link leads to it."""
    asked = st.session_state.pop("together_next", None)
    if asked is not None:
        st.session_state["together_part"] = asked
    named = st.query_params.get(PART)
    st.session_state.setdefault("together_part", named if named in PARTS else next(iter(PARTS)))
    part = st.radio(
        text("together_part", lang), list(PARTS), horizontal=True, key="together_part",
        format_func=lambda p: text(f"together_part_{PARTS[p]}", lang),
    )  # fmt: skip
    if named != part:
        st.query_params[PART] = part
    return PARTS[part]


def show() -> None:
    """Show the page."""
    lang = language()
    st.title(text("page_together", lang))
    command = _part(lang)
    st.text(text(f"together_lead_{command}", lang))
    asked = ASK[command](lang)
    st.caption(text("together_time", lang, time=time_words(asked.seconds, lang), draws=asked.draws))
    care, evidence, key = system(), registers(), asked.key(system())
    if st.button(text("page_run", lang), type="primary", key=f"run_{command}"):
        done = computed(key, lambda progress: asked.answer(care, evidence, progress), lang)
        if done is not None:
            st.session_state[f"together_{command}"] = key
    with st.expander(text("together_prepare", lang)):
        st.text(text("together_prepare_how", lang))
        st.code(asked.typed, language=None, wrap_lines=True)
    _open(lang)
    found = answers().get(st.session_state.get(f"together_{command}", ""))
    if isinstance(found, Answered):
        _answer(found, lang)
