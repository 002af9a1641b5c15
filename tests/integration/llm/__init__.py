"""Integration tests of llm."""
