"""What the pages show, as values: from a dataset and a question to tables, pictures and files."""
