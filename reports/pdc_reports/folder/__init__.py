"""The result folders, read back as tables."""
