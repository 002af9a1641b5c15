"""The mark of texts that stand in tables. Apart from the catalogues, so that whoever has a table loads none."""


def N_(text: str) -> str:  # noqa: N802 - what gettext calls it everywhere
    """Mark a text for the catalogues where it stands; `say` or `t` translates it where it is shown."""
    return text
