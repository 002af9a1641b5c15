"""Unit tests of live."""
