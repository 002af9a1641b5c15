"""The version of the hub: pyproject.toml, the pages and the API take it from here."""

VERSION = "0.9.12"
