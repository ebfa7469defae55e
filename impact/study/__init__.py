"""The baseline study: indicators of the whole system at a date, saved, reopened and compared."""

__all__: list[str] = []
