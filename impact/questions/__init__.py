"""The questions that the model answers."""
