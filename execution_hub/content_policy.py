"""What pages may load and run: one content security policy for all built pages, with a hash for each inline script.

The build computes it and puts it twice: into each page as `<meta>`, because the pages may be served by anything, and
into a file beside them, which the hub reads at its start and sends as a header. Loads nothing of the hub.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

# Beside the pages; holds nothing that the pages themselves do not tell.
POLICY_FILE = "content-policy.txt"
# What holds wherever pages come from, scripts aside: their hashes change with each build, so a server that only hands
# files out cannot know them. deploy/nginx.conf has the same words. Neither a foreign frame or base, nor anything that
# a model wrote and that would tell a foreign server who reads.
FIXED = (
    "object-src 'none'; base-uri 'self'; form-action 'self'; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; font-src 'self' data:; media-src 'none'; frame-src 'none'"
)
# Only a header can say it.
NO_FRAMES = "frame-ancestors 'none'"
BASE_POLICY = f"{NO_FRAMES}; {FIXED}"
# Answers of the API are no pages: nothing in them may load or run.
API_POLICY = f"default-src 'none'; {NO_FRAMES}; base-uri 'none'; form-action 'none'"

# The encoding is looked for in the first 1,024 bytes only, so it stays in front.
_HEAD = re.compile(r'<head><meta charset="utf-8"\s*/?>', re.IGNORECASE)


def policy(pages: Iterable[str], api_url: str | None = None) -> str:
    """Return the policy for pages, with a hash for each script that stands in one of them.

    Args:
        pages: The HTML of each.
        api_url: Another address of the backend than the pages' own, if one is built in.
    """
    hashes = sorted({script_hash(script) for page in pages for script in inline_scripts(page)})
    scripts = " ".join(["'self'", *hashes])
    # 'self' is the websocket of the same host and port, too.
    connects = " ".join(["'self'", *_addresses(api_url)])
    return f"default-src 'self'; script-src {scripts}; connect-src {connects}; {FIXED}"


def inline_scripts(page: str) -> list[str]:
    """Return the text of each script that stands in a page.

    >>> inline_scripts('<script>a < b</script><script src="x.js"></script>')
    ['a < b']
    """
    reader = _Scripts()
    reader.feed(page)
    reader.close()
    return reader.found


def script_hash(script: str) -> str:
    """Return a script's hash as a policy wants it.

    >>> script_hash("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def protect_pages(folder: Path, api_url: str | None = None) -> None:
    """Put the policy into each page of a folder, and into a file beside them.

    Args:
        folder: Built pages.
        api_url: See `policy`.

    Raises:
        RuntimeError: A page does not begin as pages do: Reflex has changed.
    """
    files = {path: path.read_bytes().decode() for path in sorted(folder.rglob("*.html"))}
    told = policy(files.values(), api_url)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{told}"/>'
    for path, page in files.items():
        head = _HEAD.search(page)
        if head is None:
            raise RuntimeError(f"{path} has no head as execution_hub/content_policy.py knows it.")
        path.write_bytes(f"{page[: head.end()]}{meta}{page[head.end() :]}".encode())
    (folder / POLICY_FILE).write_text(told + "\n")


def read_policy(folder: Path) -> str:
    """Return the header for built pages; where there are none, what holds wherever pages come from."""
    try:
        told = (folder / POLICY_FILE).read_text().strip()
    except OSError:
        return BASE_POLICY
    return f"{told}; {NO_FRAMES}"


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_inside = tag == "script" and "src" not in dict(attrs)
        if self._is_inside:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.found[-1] += data


def _addresses(url: str | None) -> list[str]:
    if not url:
        return []
    place = urlsplit(url).netloc
    return [f"http://{place}", f"ws://{place}"] if url.startswith("http:") else [f"https://{place}", f"wss://{place}"]
