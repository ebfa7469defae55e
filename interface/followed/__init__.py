"""The follow-up of one care area or hospital as tables of words, for the page and for the open edition."""
