"""Tests of tools with real servers."""
