"""Unit tests of suite_files."""
