"""The part of the network that one picture shows: around one node, as much as can be read, strongest chains first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph_schema import GRADES, CareSystem, SettingError
from interface.drawings.network_data import NEEDS, OF_HOSPITAL, PLAIN, Link, links_of, rank

__all__ = ["DIRECTIONS", "KINDS_OF_NODE", "MOST_LINKS", "Choice", "Surroundings", "surroundings"]

DIRECTIONS = ("both", "needs", "needed_by")
KINDS_OF_NODE = ("Hospital", "CareArea", "Function", "Competence", "Resource")
PROVIDED = ("PROVIDES", "PERFORMS")  # what a hospital's surroundings begin with
MOST_LINKS = 2000


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the surroundings is wanted.

    Attributes
    ----------
    direction
        ``needs``: what the middle needs; ``needed_by``: what needs it; ``both``. A hospital only needs.
    grades
        Links with these grades of evidence.
    kinds
        Nodes of these types; the node in the middle always stays.
    most_nodes
        Nodes drawn at most.
    """

    direction: str = "both"
    grades: tuple[str, ...] = GRADES
    kinds: tuple[str, ...] = KINDS_OF_NODE
    most_nodes: int = 110

    def check(self) -> None:
        """Raise SettingError for a direction, grade, kind or number that does not exist."""
        unknown = [
            *(f"direction {d}" for d in [self.direction] if d not in DIRECTIONS),
            *(f"grade {g}" for g in self.grades if g not in GRADES),
            *(f"kind {k}" for k in self.kinds if k not in KINDS_OF_NODE),
            *([f"nodes = {self.most_nodes}"] if self.most_nodes < 1 else []),
        ]
        if unknown:
            raise SettingError(
                f"{', '.join(unknown)}: choose a direction of {', '.join(DIRECTIONS)}, grades of {', '.join(GRADES)}, "
                f"kinds of {', '.join(KINDS_OF_NODE)}, 1 node or more"
            )


@dataclass(frozen=True)
class Surroundings:
    """What is drawn.

    Attributes
    ----------
    focus
        The node in the middle; None where the whole system is drawn.
    nodes
        Id to type, focus first.
    links
        Among them, those of the focus first, then strongest first.
    left_out, left_out_nodes
        Links and nodes for which there was no room.
    hidden_by_grade
        Links that are not shown because of their grade.
    """

    focus: str | None
    nodes: Mapping[str, str]
    links: tuple[Link, ...]
    left_out: int
    left_out_nodes: int = 0
    hidden_by_grade: int = 0


@dataclass(frozen=True, slots=True)
class _Reached:
    """How a node was reached: in how many steps, how strong the chain is, and its last link."""

    step: int
    strength: float
    by: Link | None


class _Links:
    """Links by their ends, with what a step of the search may follow."""

    def __init__(self, links: Sequence[Link], kind: str, direction: str) -> None:
        self.kind = kind
        self.forward: dict[str, list[Link]] = {}
        self.backward: dict[str, list[Link]] = {}
        for link in links:
            if direction != "needed_by" or kind == "Hospital":
                self.forward.setdefault(link.source, []).append(link)
            if direction != "needs" and kind != "Hospital":
                self.backward.setdefault(link.target, []).append(link)

    def steps(self, node: str, step: int) -> Iterator[tuple[Link, str]]:
        """Yield links from a node and where they lead; hospitals only next to the middle."""
        of_hospital = self.kind == "Hospital"
        for link in self.forward.get(node, ()):
            if link.type in (PROVIDED if of_hospital and step == 0 else NEEDS):
                yield link, link.target
        for link in self.backward.get(node, ()):
            if link.type in NEEDS or step == 0:
                yield link, link.source


def _reached(links: Sequence[Link], centre: str, depth: int, kind: str, direction: str) -> dict[str, _Reached]:
    """Nodes within so many links, each with the strongest chain among the shortest: a product of criticalities."""
    follow = _Links(links, kind, direction)
    found = {centre: _Reached(0, 1.0, None)}
    edge = [centre]
    for step in range(depth):
        new: dict[str, _Reached] = {}
        for node in edge:
            for link, other in follow.steps(node, step):
                strength = found[node].strength * (PLAIN if link.strength is None else link.strength)
                if other not in found and (other not in new or strength > new[other].strength):
                    new[other] = _Reached(step + 1, strength, link)
        found |= new
        edge = [n for n, reached in new.items() if reached.by is not None and reached.by.type not in OF_HOSPITAL]
        if kind == "Hospital" and step == 0:
            edge = list(new)
    return found


def _candidates(links: Sequence[Link], focus: str, kind: str, inside: Mapping[str, object]) -> list[Link]:
    """Links among nodes; what else hospitals provide, and whom they employ for it, is another picture."""
    own = PROVIDED if kind == "Hospital" else OF_HOSPITAL
    return [
        x for x in links
        if x.source in inside and x.target in inside
        and (x.type in NEEDS or (x.type in own and focus in (x.source, x.target)))
    ]  # fmt: skip


def _kept_nodes(system: CareSystem, found: Mapping[str, _Reached], most: int) -> list[str]:
    """The neighbours, then the nodes with the strongest chains; of equals permits first, then university hospitals."""

    def order(node: str) -> tuple[bool, float, int, bool, bool, str]:
        reached = found[node]
        is_permit = reached.by is not None and reached.by.is_permit
        is_university = system.node(node).text("kind") == "university"
        return (reached.step > 1, -reached.strength, reached.step, not is_permit, not is_university, node)

    return sorted(found, key=order)[:most]


def _around(
    system: CareSystem, every: Sequence[Link], focus: str, depth: int, most: int, choice: Choice
) -> Surroundings:  # fmt: skip
    kinds = {i: r.type for i, r in system.nodes.items()}
    kind = kinds[focus]
    shown = {focus, *(i for i, k in kinds.items() if k in choice.kinds)}
    wanted = [x for x in every if x.source in shown and x.target in shown]
    graded = [x for x in wanted if x.grade in choice.grades]
    found = _reached(graded, focus, depth, kind, choice.direction)
    candidates = _candidates(graded, focus, kind, found)
    nodes = _kept_nodes(system, found, min(choice.most_nodes, most + 1))
    chains = {id(by) for n in nodes if (by := found[n].by) is not None}
    rest = [x for x in candidates if x.source in set(nodes) and x.target in set(nodes)]
    rest.sort(
        key=lambda x: (id(x) not in chains, focus not in (x.source, x.target), *rank(x), x.type, x.source, x.target)
    )
    kept = rest[:most]
    kept.sort(key=lambda x: (focus not in (x.source, x.target), *rank(x), x.type, x.source, x.target))
    ungraded = _reached(wanted, focus, depth, kind, choice.direction)
    return Surroundings(
        focus,
        {i: kinds[i] for i in sorted(nodes, key=lambda i: (i != focus, kinds[i], i))},
        tuple(kept),
        len(candidates) - len(kept),
        len(found) - len(nodes),
        len(_candidates(wanted, focus, kind, ungraded)) - len(candidates),
    )


def _whole(system: CareSystem, every: Sequence[Link], most: int, choice: Choice) -> Surroundings:
    kinds = {i: r.type for i, r in system.nodes.items()}
    wanted = [x for x in every if kinds[x.source] in choice.kinds and kinds[x.target] in choice.kinds]
    links = [x for x in wanted if x.grade in choice.grades]
    links.sort(key=lambda x: (*rank(x), x.type, x.source, x.target))
    kept = links[:most]
    ends = {end for link in kept for end in (link.source, link.target)}
    nodes = {i: kinds[i] for i in sorted(ends, key=lambda i: (kinds[i], i))}
    every_end = {end for link in links for end in (link.source, link.target)}
    return Surroundings(
        None, nodes, tuple(kept), len(links) - len(kept), len(every_end - ends), len(wanted) - len(links)
    )


def surroundings(
    system: CareSystem, focus: str | None, depth: int = 1, most: int = 150, choice: Choice | None = None
) -> Surroundings:
    """Return the surroundings of a node, as many as one can read.

    Of an area at depth 1: what it needs, what depends on it, who provides it; at depth 2 also what shares that with
    it. Of a hospital at depth 1: what it provides and performs; at depth 2 also the competences and resources that
    this needs. Of a competence, a resource or a function: what needs it and which hospitals have it. Where there is
    no room for all, the neighbours stay first, then those nodes whose chain of links to the middle is strongest (the
    product of the criticalities; a link without one counts 0.2), and of the links between them the strongest.

    Parameters
    ----------
    system
        A validated system.
    focus
        Id of a care area, function, competence, resource or hospital; the whole system if None.
    depth
        Links from the focus, 1 to 3.
    most
        Links kept.
    choice
        What of it is wanted; all if None.

    Raises
    ------
    UnknownNode
        If the system has no such node.
    SettingError
        If depth, number of links or choice is impossible, or the node is of a type without dependencies.
    """
    choice = choice or Choice()
    if not 1 <= depth <= 3:
        raise SettingError(f"depth = {depth}: choose 1, 2 or 3")
    if not 1 <= most <= MOST_LINKS:
        raise SettingError(f"links = {most}: choose a number from 1 to {MOST_LINKS}")
    choice.check()
    if focus is None:
        return _whole(system, links_of(system), most, choice)
    kind = system.node(focus).type
    if kind not in KINDS_OF_NODE:
        raise SettingError(f"{focus}: a {kind} has no dependencies; choose one of {', '.join(KINDS_OF_NODE)}")
    return _around(system, links_of(system), focus, depth, most, choice)
