"""The model: arrays in, arrays out; it knows nothing of decisions, labels or files."""
