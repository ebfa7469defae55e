"""Follow-up reports: templates, reading with every cell checked, and an append-only store of versions."""

from loaders.followup.registry import Column, Measure, Trigger, load_columns, load_measures, load_triggers
from loaders.followup.report_rows import ReportRow, read_report
from loaders.followup.reports import Imported, Standing, import_report, standing_rows
from loaders.followup.store import Store, Version
from loaders.followup.template import write_template

__all__ = [
    "Column",
    "Imported",
    "Measure",
    "ReportRow",
    "Standing",
    "Store",
    "Trigger",
    "Version",
    "import_report",
    "load_columns",
    "load_measures",
    "load_triggers",
    "read_report",
    "standing_rows",
    "write_template",
]
