"""Pictures: from a system or a result to a chart with title, notes and table, and to a file's bytes."""
