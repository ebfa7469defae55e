"""An explanation as a page: the effect, the largest paths as a table and as a tree, and how large the rest is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from impact import load_measures
from interface.explain_text import ARROW, few_digits
from interface.numbers import decimals_for, decimals_of_size, format_share, format_value
from interface.tables import plain_table
from interface.texts import Language, text

__all__ = ["explain_view"]

Row = Mapping[str, Any]
Branch = dict[str, Any]
LEAST_SHARE = 0.02  # of the paths' size: what is smaller can hang on a single draw, and is only summed on the page


def _measure(measure: str, lang: Language) -> str:
    return load_measures()[measure].short[lang]


def _interval(row: Row, lang: Language) -> str:
    low, high = (few_digits(row[k], lang, signed=True) for k in ("low", "high"))
    return f"{low} … {high}"


def _table(content: Row, paths: Sequence[Row], lang: Language) -> RenderableType:
    sentences = [path[f"text_{lang}"].partition(ARROW) for path in paths]
    common = {first for first, _, _ in sentences}
    is_common = len(common) == 1 and all(rest for _, _, rest in sentences)  # then it stands once, above
    rows = [
        {
            "explain_path": f"→ {rest}" if is_common else f"{first}{arrow}{rest}",
            "explain_part": few_digits(path["value"], lang, signed=True),
            "interval": _interval(path, lang),
        }
        for path, (first, arrow, rest) in zip(paths, sentences, strict=True)
    ]
    left = content["paths"][len(paths) :]
    if left:
        value = few_digits(sum(p["value"] for p in left), lang, signed=True)
        rows.append(
            {"explain_path": text("explain_others", lang, count=len(left)), "explain_part": value,
             "interval": ""}
        )  # fmt: skip
    table = plain_table(None, rows, lang)
    return Group(Text(f"{common.pop()}"), table) if is_common else table


def _grown(paths: Sequence[Row]) -> Branch:
    """Paths joined where they begin alike: node to value and branches; the hospital is the root."""
    root: Branch = {}
    for path in paths:
        here = root
        nodes = list(path["nodes"][:-1])
        if path["elsewhere"] and len(nodes) > 1:
            nodes[1] = f"{nodes[1]}@{path['elsewhere']}"
        for node in nodes:
            found = here.setdefault(node, {"value": 0.0, "branches": {}})
            found["value"] += path["value"]
            here = found["branches"]
    return root


def _hang(tree: Tree, branches: Branch, names: Mapping[str, str], lang: Language) -> None:
    for node, found in sorted(branches.items(), key=lambda item: -abs(item[1]["value"])):
        name, _, place = node.partition("@")
        label = names.get(name, text("explain_event", lang)) + (f" ({names[place]})" if place else "")
        value = few_digits(found["value"], lang, signed=True)
        _hang(tree.add(Text(f"{label}  {value}")), found["branches"], names, lang)


def _tree(content: Row, paths: Sequence[Row], names: Mapping[str, str], lang: Language) -> RenderableType:
    total = few_digits(sum(p["value"] for p in paths), lang, signed=True)
    heading = f"{names[content['hospital']]}, {_measure(content['measure'], lang)}  {total}"
    tree = Tree(Text(heading, style="bold"))
    _hang(tree, _grown(paths), names, lang)
    return tree


def _hint(key: str, lang: Language, *, typed: bool) -> str:
    """How the command shows more, for those who type it."""
    return f" {text(key, lang)}" if typed else ""


def _footer(content: Row, lang: Language, *, typed: bool) -> list[str]:
    size = sum(abs(p["value"]) for p in content["paths"])
    parts = content["rest_parts"]

    def number(value: float) -> str:
        return few_digits(value, lang, 1, signed=True) if abs(value) >= 1e-6 else "0"

    share = format_share(abs(content["rest"]) / size, lang) if size > 0 else "–"
    lines = [
        text(
            "explain_rest", lang, rest=number(content["rest"]), share=share,
            feedback=number(parts["feedback"]), reach=number(parts["reach"]), unreached=number(parts["unreached"]),
        )
    ]  # fmt: skip
    if content["through_assumptions"] is not None:
        share = format_share(content["through_assumptions"], lang)
        lines.append(text("explain_assumed", lang, share=share))
    if content["other_measures"]:
        others = "; ".join(
            f"{_measure(o['measure'], lang)}{f' ({m})' if typed else ''} {few_digits(o['effect'], lang, signed=True)} "
            f"{text(o['unit'], lang)}"
            for o in content["other_measures"]
            for m in (o["measure"],)
        )
        hint = _hint("explain_hint_measure", lang, typed=typed)
        lines.append(text("explain_more", lang, measures=others) + hint)
    return [*lines, *content["limits"]]


def explain_view(
    content: Row, names: Mapping[str, str], lang: Language, top: int, *, is_expected: bool, typed: bool = True
) -> RenderableType:
    """Return what a person reads of an explanation.

    Parameters
    ----------
    content
        The object of the command.
    names
        Node id to name.
    lang
        ``sv`` or ``en``.
    top
        How many paths are shown at the most; those below a fiftieth of the paths' size are summed.
    is_expected
        Whether the effect is the mean over unknown allocations.
    typed
        Whether the reader types commands, and is told which options show more.
    """
    measure = content["measure"]
    decimals = decimals_for(content["low"], content["high"])
    numbers = {k: format_value(content[k], decimals, lang, signed=True) for k in ("effect", "low", "high")}
    least, is_change = decimals_of_size(content["baseline"], decimals), load_measures()[measure].is_change
    numbers["baseline"] = format_value(content["baseline"], least, lang, signed=is_change)
    title = text("explain_title", lang, measure=_measure(measure, lang), hospital=names[content["hospital"]],
                 year=content["year"])  # fmt: skip
    parts: list[RenderableType] = [
        Text(title, style="bold"),
        Text(
            text(
                "explain_effect_of_change" if is_change else "explain_effect",
                lang,
                unit=text(content["unit"], lang),
                **numbers,
            )
        ),
    ]
    if content["units"]:
        units = ", ".join(names[u] for u in content["units"])
        parts.append(Text(text("explain_worst", lang, units=units)))
    elif is_expected:
        hint = _hint("explain_hint_worst", lang, typed=typed)
        parts.append(Text(text("explain_expected", lang) + hint))
    parts.append(Text())
    size = sum(abs(p["value"]) for p in content["paths"])
    shown = [p for p in content["paths"][:top] if abs(p["value"]) >= LEAST_SHARE * size]
    shown = shown or content["paths"][:1]
    if shown:
        heading = Text("\n" + text("explain_tree", lang), style="bold")
        parts += [_table(content, shown, lang), heading, _tree(content, shown, names, lang), Text()]
    else:
        parts.append(Text(text("explain_no_path", lang)))
    manifest = content["manifest"]
    made = f"seed {manifest['seed']}, draws {manifest['draws']}, start {manifest['start']}, " \
           f"data {manifest['system_hash'][:10]}, code {manifest['code_version']}"  # fmt: skip
    footer = Text("\n".join(_footer(content, lang, typed=typed)))
    return Group(*parts, footer, *([Text(made, style="dim")] if typed else []))
