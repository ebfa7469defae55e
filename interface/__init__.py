"""What people type and look at: command line, tables, texts in Swedish and English."""
