"""The content security policy of built pages: a hash for each inline script, once for all pages."""

from pathlib import Path

import pytest

from execution_hub.content_policy import (
    BASE_POLICY,
    POLICY_FILE,
    inline_scripts,
    policy,
    protect_pages,
    read_policy,
    script_hash,
)

PAGE = '<!DOCTYPE html><html><head><meta charSet="utf-8"/><script>{}</script></head><body></body></html>'


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ('<script>"<b>" && 1</script>', ['"<b>" && 1']),
        ("<script>&amp;\n</script>", ["&amp;\n"]),
        ('<script type="module" async="">import "/a.js"</script>', ['import "/a.js"']),
        ('<script src="/a.js"></script><p>text</p>', []),
        ('<script id="a">1</script><script>2</script>', ["1", "2"]),
        ("<script></script>", [""]),
    ],
)
def test_a_script_is_found_letter_by_letter(page: str, found: list[str]) -> None:
    assert inline_scripts(page) == found


def test_a_hash_is_what_browsers_compute() -> None:
    """The example of the specification (CSP level 2, section 7.2)."""
    assert script_hash("alert('Hello, world.');") == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"


def test_every_page_and_the_file_beside_them_have_the_same_policy(tmp_path: Path) -> None:
    """A page loads the next one's scripts without being loaded anew, so one policy has all hashes."""
    (tmp_path / "agents").mkdir()
    (tmp_path / "index.html").write_text(PAGE.format("one()"))
    (tmp_path / "agents" / "index.html").write_text(PAGE.format("two()"))
    protect_pages(tmp_path)
    told = (tmp_path / POLICY_FILE).read_text().strip()
    assert f"script-src 'self' {' '.join(sorted(map(script_hash, ('one()', 'two()'))))};" in told
    for name, script in (("index.html", "one()"), ("agents/index.html", "two()")):
        meta = f'<meta http-equiv="Content-Security-Policy" content="{told}"/>'
        before = PAGE.format(script)
        # Behind the encoding, which is looked for at the very beginning, and before every script.
        assert (tmp_path / name).read_text() == before.replace('"utf-8"/>', f'"utf-8"/>{meta}')
    assert "frame-ancestors" not in told
    assert read_policy(tmp_path) == f"{told}; frame-ancestors 'none'"


def test_a_page_that_begins_otherwise_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<html><body></body></html>")
    with pytest.raises(RuntimeError, match=r"index\.html"):
        protect_pages(tmp_path)


def test_without_built_pages_scripts_are_left_to_whoever_serves_them(tmp_path: Path) -> None:
    assert read_policy(tmp_path) == BASE_POLICY
    assert "script-src" not in BASE_POLICY


@pytest.mark.parametrize(
    ("api_url", "connects"),
    [
        (None, "connect-src 'self';"),
        ("http://hub.example.com:8000/", "connect-src 'self' http://hub.example.com:8000 ws://hub.example.com:8000;"),
        ("https://hub.example.com", "connect-src 'self' https://hub.example.com wss://hub.example.com;"),
    ],
)
def test_pages_connect_to_their_backend_alone(api_url: str | None, connects: str) -> None:
    assert connects in policy([], api_url)
