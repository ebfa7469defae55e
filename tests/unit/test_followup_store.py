"""The store: versions are added and never changed; what was tampered with is seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graph_schema import ReportViolation, StoreError
from loaders.followup import Store, import_report, standing_rows
from tests.reports import NOW, kept, row, text_report
from tests.small_system import small_system

pytestmark = pytest.mark.unit
LINE = "liver,middle,2024,patients,{}"


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_version_says_who_and_when_and_the_same_file_is_not_stored_twice(tmp_path: Path) -> None:
    system, store = small_system(), Store(tmp_path / "store")
    path = text_report(tmp_path, LINE.format(15))
    done = import_report(store, path, system, "Anna", NOW)
    assert done.version is not None
    assert (done.version.number, done.version.by, done.version.day, done.new) == (1, "Anna", "2026-03-01", 1)
    before = bytes_of(store.folder)
    again = import_report(store, path, system, "Bo", NOW)
    assert again.version is None
    assert again.same_as is not None
    assert (again.same_as.number, again.same_as.by) == (1, "Anna")
    assert bytes_of(store.folder) == before


def test_a_correction_is_a_new_version_and_the_old_one_stays(tmp_path: Path) -> None:
    system, store = small_system(), Store(tmp_path / "store")
    south_line = "liver,south,2024,patients,20"
    import_report(store, text_report(tmp_path, LINE.format(15), south_line), system, "A", NOW)
    before = bytes_of(store.folder)
    done = import_report(store, text_report(tmp_path, LINE.format(16), south_line), system, "B", NOW)
    assert (done.new, done.changed) == (0, 1)
    assert before.items() <= bytes_of(store.folder).items()
    standing = standing_rows(store)
    middle, south = standing[row(0.0).key], standing[row(0.0, hospital="south").key]
    assert (middle.row.value, middle.replaced, middle.version.by) == (16.0, (15.0,), "B")
    assert (south.row.value, south.replaced, south.version.by) == (20.0, (), "A")
    back = import_report(store, text_report(tmp_path, LINE.format(15)), system, "A", NOW)
    assert back.version is not None  # going back to an earlier value is a correction too
    assert standing_rows(store)[row(0.0).key].replaced == (15.0, 16.0)


def test_a_withdrawn_value_no_longer_stands(tmp_path: Path) -> None:
    assert kept(tmp_path, [row(15.0), row(3.0, "studies")], [row(None)])[0].row == row(3.0, "studies")


def test_nothing_is_stored_where_anything_is_wrong(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(ReportViolation, match=r"1 problem\(s\); nothing was stored"):
        import_report(store, text_report(tmp_path, LINE.format(15), "liver,middle,2023,patients,x"), small_system(),
                      "A", NOW)  # fmt: skip
    assert not store.folder.exists()


def _changed(fields: dict[str, Any]) -> None:
    fields["content"][0]["value"] = 99.0


def _renamed(fields: dict[str, Any]) -> None:
    fields["by"] = "somebody else"


def _withdrawn(fields: dict[str, Any]) -> None:
    fields["content"][0]["value"] = None


@pytest.mark.parametrize("change", [_changed, _renamed, _withdrawn])
def test_a_changed_version_is_seen(change: Any, tmp_path: Path) -> None:
    kept(tmp_path, [row(15.0)], [row(16.0)])
    file = tmp_path / "store" / "reports" / "000001.json"
    fields = json.loads(file.read_text(encoding="utf-8"))
    change(fields)
    file.write_text(json.dumps(fields), encoding="utf-8")
    with pytest.raises(StoreError, match=r"000001\.json was changed after it was stored"):
        standing_rows(Store(tmp_path / "store"))


def test_a_missing_damaged_or_exchanged_version_is_seen(tmp_path: Path) -> None:
    kept(tmp_path / "a", [row(15.0)], [row(16.0)])
    kept(tmp_path / "b", [row(14.0)], [row(16.0)])
    here, there = (tmp_path / name / "store" / "reports" for name in ("a", "b"))
    (here / "000001.json").write_bytes((there / "000001.json").read_bytes())
    with pytest.raises(StoreError, match="does not follow on the version before"):
        standing_rows(Store(here.parent))
    (here / "000001.json").unlink()
    with pytest.raises(StoreError, match="lacks version 1"):
        standing_rows(Store(here.parent))
    (here / "000001.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StoreError, match="no version of the format"):
        standing_rows(Store(here.parent))
    (here / "000001.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="is damaged"):
        standing_rows(Store(here.parent))


def test_two_at_once_never_replace_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "store")
    first = store.append("reports", [row(1.0).to_mapping()], "A", NOW, {})
    monkeypatch.setattr(store, "versions", lambda kind: ())  # as if read before the other wrote  # noqa: ARG005
    with pytest.raises(StoreError, match="somebody else stored a version at the same time"):
        store.append("reports", [row(2.0).to_mapping()], "B", NOW, {})
    monkeypatch.undo()
    assert [v.hash for v in store.versions("reports")] == [first.hash]
    assert [p.name for p in (store.folder / "reports").iterdir()] == ["000001.json"]


def test_a_drive_without_links_is_written_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "no links")

    monkeypatch.setattr("os.link", refuse)
    assert [s.row for s in kept(tmp_path, [row(15.0)], [row(16.0)])] == [row(16.0)]
