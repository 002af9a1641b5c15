"""The documentation that comes with the hub, as it is written: readable without the internet."""

from pathlib import Path

from starlette.responses import FileResponse

from execution_hub.errors import NotFound
from execution_hub.settings import ROOT
from execution_hub.words.catalogue import CATALOGUES


def _readme(tag: str) -> Path:
    """Return the guide in a language, by its tag: the English one where it is not translated."""
    translated = ROOT / f"README.{tag}.md"
    return translated if translated.is_file() else ROOT / "README.md"


# A fixed table: what is asked for never becomes a path. The page Settings links to them (ui/pages/settings/view.py).
_FILES: dict[str, Path] = {
    "readme": ROOT / "README.md",
    **{f"readme-{language}": _readme(catalogue.tag) for language, catalogue in CATALOGUES.items()},
    **{
        name: ROOT / "docs" / f"{name}.md"
        for name in ("workflows", "agents", "testing", "ci", "limits", "security", "reliability", "deploy", "scale")
    },
}


def guide(name: str) -> FileResponse:
    """Return a file of the documentation.

    Raises:
        NotFound: There is none of this name, or it is not installed beside the hub.
    """
    file = _FILES.get(name)
    if file is None or not file.is_file():
        raise NotFound("There is no such documentation.")
    return FileResponse(file, media_type="text/plain; charset=utf-8")
