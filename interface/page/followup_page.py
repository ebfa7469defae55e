"""The page Uppföljning: reported against expected, conditions, reviews, adjacent care, a report, the open edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import streamlit as st

from graph_schema import RandzonError
from interface.followed.condition_tables import condition_table, limit_table, recurring_table, review_table
from interface.followed.content import Followed
from interface.followed.divided_tables import DIVISIONS, divided_table
from interface.followed.near_tables import kin_table
from interface.followed.other_tables import other_table
from interface.followed.parts import Part, markup_of
from interface.followed.reported_tables import (
    ahead_table,
    confronted_table,
    predicted_rows,
    reported_table,
    tally_table,
)
from interface.followup_store import now
from interface.manifest import limits_of
from interface.masking import DEFAULT_MASK
from interface.page.running import computed, show_answered
from interface.page.service.answered import answer_key
from interface.page.service.followup import (
    DRAWS,
    YEARS,
    answer_of,
    areas_followed,
    edition_zip,
    funnel_drawn,
    kept_store,
    of_store,
    predicted,
    reported_drawn,
    store_key,
)
from interface.page.service.pictures import Drawn
from interface.page.service.report_check import (
    CheckedReport,
    added_table,
    checked_report,
    problem_table,
    template_file,
    with_report,
)
from interface.page.shared import chosen, language, mask, node_asked, registers, show_picture, system
from interface.texts import Language, text
from loaders.followup import Store

__all__ = ["show"]

FILE, COUNTED = "followup_file", "followup_counted"
NEAR = ("groups", "competences", "without_permit")
REST = ("regions", "stated", "disagreements", "revisions")
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@st.cache_resource(show_spinner=False, max_entries=8)
def _kept(system_hash: str, key: str, least: int, _store: Store) -> Followed:
    """The follow-up of all areas, for all sessions; dataset, store and mask are what it is kept under."""
    assert system().content_hash == system_hash
    assert store_key(_store) == key
    return of_store(system(), registers(), _store, least)


@st.cache_data(show_spinner=False, max_entries=60)
def _drawn(key: str, lang: Language, _draw: Any) -> Drawn:
    """A picture of what every session may see; the key names all that it is of."""
    del key, lang
    return _draw()


def _report() -> CheckedReport | None:
    """The file that this session holds up, checked; read again only when it is another."""
    file = st.session_state.get(FILE)
    if file is None:
        st.session_state.pop("followup_report", None)
        return None
    known = st.session_state.get("followup_report")
    if known is not None and known[0] == file.file_id:
        return known[1]
    try:
        found = checked_report(file.name, file.getvalue(), system(), now())
    except RandzonError as error:
        st.session_state["followup_report"] = (file.file_id, None)
        st.session_state["followup_refused"] = (file.name, str(error))
        return None
    st.session_state.pop("followup_refused", None)
    st.session_state["followup_report"] = (file.file_id, found)
    return found


def _table(part: Part) -> None:
    """A table with its note, or what is said where it is empty."""
    if part.note:
        st.caption(part.note)
    if part.rows:
        st.html(markup_of(part))
    else:
        st.text(part.empty)


def _choice(found: Followed, lang: Language) -> tuple[str | None, str | None]:
    areas = areas_followed(found, lang)
    asked = node_asked()
    reported = [r["area"] for r in found.content["rows"]]
    first = asked if asked in areas else next((a for a in areas if a in reported), None)
    left, right = st.columns(2)
    options = list(areas)
    area = chosen(
        left.selectbox(
            text("area", lang), options, options.index(first) if first in options else 0, key="followup_area",
            format_func=lambda a: areas[a],
        )
    )  # fmt: skip
    if area is None:
        return None, None
    names = found.names(lang)
    hospital = right.selectbox(
        text("page_followup_unit", lang), ["", *found.hospitals_of(area)], key=f"followup_unit_{area}",
        format_func=lambda h: names[h] if h else text("followup_all_holders", lang),
    )  # fmt: skip
    return area, chosen(hospital)


def _picture(name: str, key: str, draw: Any, lang: Language, *, is_own: bool) -> None:
    """A picture with its table and files; of a session's own file it is kept nowhere."""
    try:
        with st.spinner(text("page_drawing", lang)):
            found = draw() if is_own else _drawn(key, lang, draw)
        show_picture(name, lambda: found)
    except RandzonError as error:
        st.text(str(error) if lang == "en" else text("page_followup_no_picture", lang))


def _ahead(found: Followed, area: str, hospital: str | None, lang: Language) -> Sequence[Mapping[str, Any]]:
    """What the model predicts for coming years, where the reader asks for it."""
    wanted = st.checkbox(
        text("page_followup_ahead", lang), key="followup_ahead",
        help=text("page_followup_ahead_help", lang, draws=DRAWS, years=YEARS),
    )  # fmt: skip
    if not wanted:
        return ()
    key = answer_key("followup predict", system(), draws=DRAWS, years=YEARS)
    rows = computed(key, lambda progress: predicted(system(), progress), lang)
    return predicted_rows(found, rows, area, hospital) if rows is not None else ()


def _expected(found: Followed, area: str, hospital: str | None, lang: Language, key: str, *, is_own: bool) -> None:
    st.header(text("page_followup_expected", lang))
    ahead = _ahead(found, area, hospital, lang)
    name = f"randzon-reported-{area}-{hospital or 'all'}"
    picture = f"{key} reported {area} {hospital} {len(ahead)}"
    _picture(name, picture, lambda: reported_drawn(found, area, hospital, lang, ahead), lang, is_own=is_own)
    _table(reported_table(found, lang, area, hospital))
    if ahead:
        st.subheader(text("followed_ahead", lang))
        _table(ahead_table(found, ahead, lang))
    st.subheader(text("page_followup_kept", lang))
    kept = confronted_table(found, lang, area, hospital)
    _table(kept)
    if kept.rows:
        with st.expander(text("confront_tally", lang)):
            _table(tally_table(found, lang))


def _funnel(found: Followed, area: str, lang: Language, key: str, *, is_own: bool) -> None:
    st.header(text("page_followup_funnel", lang))
    year = st.selectbox(
        text("followup_year", lang), [0, *reversed(found.years)], key="followup_funnel_year",
        format_func=lambda y: str(y) if y else text("page_followup_latest", lang),
    )  # fmt: skip
    draw = f"{key} funnel {area} {year}"
    _picture(
        f"randzon-funnel-{area}-{year or 'latest'}", draw, lambda: funnel_drawn(found, area, int(year) or None, lang),
        lang, is_own=is_own,
    )  # fmt: skip


def _judged(found: Followed, area: str, hospital: str | None, lang: Language) -> None:
    st.header(text("followed_conditions", lang))
    _table(condition_table(found, lang, area, hospital))
    with st.expander(text("followed_recurring", lang)):
        _table(recurring_table(found, lang))
    st.header(text("page_followup_review", lang))
    _table(review_table(found, lang, area, hospital))
    with st.expander(text("followed_limits", lang)):
        st.html(markup_of(limit_table(lang)))


def _around(found: Followed, area: str, hospital: str | None, lang: Language) -> None:
    st.header(text("page_followup_near", lang))
    _table(kin_table(found, lang, area, hospital))
    for name in NEAR:
        part = other_table(found, name, lang, area, hospital)
        if part.rows:
            st.html(markup_of(part))
    st.header(text("page_followup_divided", lang))
    parts = [divided_table(found, by, lang, area, hospital) for by in DIVISIONS]
    for part in (p for p in parts if p.rows):
        st.subheader(part.title)
        _table(part)
    if not any(p.rows for p in parts):
        st.text(text("page_followup_not_divided", lang))
    rest = [other_table(found, name, lang, area, hospital) for name in REST]
    if any(p.rows for p in rest):
        st.header(text("page_followup_rest", lang))
        for part in (p for p in rest if p.rows):
            st.html(markup_of(part))


def _template(found: Followed, area: str, hospital: str | None, lang: Language) -> None:
    names = found.names("sv")
    kind = st.radio(
        text("page_followup_template", lang), ("permit", "adjacent"), horizontal=True, key="followup_template",
        format_func=lambda k: text(f"page_followup_template_{k}", lang),
    )  # fmt: skip
    given = {"area": names[area], "hospital": names[hospital] if hospital else "", "year": max(found.years, default=0)}
    place = st.container(horizontal=True)
    for suffix, mime in ((".xlsx", EXCEL), (".csv", "text/csv")):
        file = template_file(system(), cast(Any, kind), suffix, lang, **given)
        name = "-".join(["randzon", text("page_followup_template_name", lang), f"{area}{suffix}"])
        label = text("page_followup_save_template", lang, suffix=suffix)
        place.download_button(label, file, name, mime, key=f"template{suffix}", on_click="ignore")


def _try_report(found: Followed, report: CheckedReport | None, lang: Language) -> None:
    """The field for a file, and what was found in it."""
    st.file_uploader(text("page_followup_file", lang), ["xlsx", "csv"], key=FILE)
    refused = st.session_state.get("followup_refused")
    if refused and st.session_state.get(FILE) is not None:
        name, told = refused
        st.error(told if lang == "en" else text("page_followup_refused", lang, name=name))
    if report is None:
        return
    if report.problems:
        st.error(text("page_followup_wrong", lang))
        st.html(markup_of(problem_table(report, lang)))
        return
    _table(added_table(found, report, lang))
    if mask():
        st.caption(text("page_followup_not_counted", lang))
    else:
        st.checkbox(text("page_followup_count", lang), key=COUNTED)


def _edition(found: Followed, lang: Language, key: str) -> None:
    st.header(text("page_followup_edition", lang))
    st.text(text("page_followup_edition_lead", lang))
    usual = max(mask(), DEFAULT_MASK)
    least = st.number_input(text("page_mask", lang), mask(), None, usual, key=f"edition_mask_{mask()}")
    if st.button(text("page_followup_make", lang), key="make_edition"):
        st.session_state["edition"] = (key, int(least))
    if st.session_state.get("edition") != (key, int(least)):
        return
    asked = answer_key("followup publish", system(), store=key, mask=int(least))
    done = computed(asked, lambda progress: edition_zip(found, int(least), progress), lang)
    if done is not None:
        size = f"{len(done) / 1e6:.1f}".replace(".", "," if lang == "sv" else ".")
        st.download_button(
            text("page_followup_save_edition", lang, size=size), done, "randzon-oppen-utgava.zip", "application/zip",
            key="save_edition", on_click="ignore",
        )  # fmt: skip


def show() -> None:
    """Show the page."""
    lang = language()
    st.title(text("page_followup", lang))
    st.text(text("page_followup_lead", lang))
    try:
        store = kept_store()
        key = f"{system().content_hash} {store_key(store)} {mask()}"
        base = _kept(system().content_hash, store_key(store), mask(), store)
    except RandzonError as error:
        st.error(str(error))
        return
    report = _report()
    is_own = report is not None and not report.problems and not mask() and bool(st.session_state.get(COUNTED))
    found = replace(base, standing=with_report(base.standing, report, now())) if is_own and report else base
    if is_own and report:
        st.info(text("page_followup_counting", lang, name=report.name))
    area, hospital = _choice(found, lang)
    if area is None:
        st.info(text("page_followup_nothing", lang))
        return
    _expected(found, area, hospital, lang, key, is_own=is_own)
    _funnel(found, area, lang, key, is_own=is_own)
    _judged(found, area, hospital, lang)
    _around(found, area, hospital, lang)
    st.header(text("page_followup_try", lang))
    st.text(text("page_followup_try_lead", lang))
    _template(found, area, hospital, lang)
    _try_report(base, report, lang)
    _edition(base, lang, store_key(store))
    st.header(text("page_limits", lang))
    st.text("\n".join(limits_of("followup", lang)))
    with st.expander(text("page_followup_command", lang)):
        show_answered(answer_of(found, store, area, hospital), lang)
