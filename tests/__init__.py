"""A package only so that tests share helpers (``from tests.synthetic import ...``); never shipped."""
