"""axe-core, the engine that checks pages for accessibility, from the npm registry, pinned."""

import base64
import hashlib
import json
import os
import subprocess
import sysconfig
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "axe-core@4.14.1"
# What npm knows of that version: another archive under the same number is refused.
SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
_KEPT = ROOT / ".build" / "axe" / f"{PACKAGE}.js"
# Every rule there is, also best practice and experimental ones; not those of WCAG's level AAA, which W3C itself does
# not recommend as a goal for whole sites, and those that axe has given up.
_RUN = """
async () => {
  const left = (tags) => tags.some((tag) => tag.endsWith("aaa") || tag === "deprecated");
  const rules = axe.getRules().map(({ ruleId, tags }) => [ruleId, { enabled: !left(tags) }]);
  const options = { rules: Object.fromEntries(rules), resultTypes: ["violations"] };
  const { violations } = await axe.run(document, options);
  return violations.map(({ id, nodes }) => [id, nodes.map((node) => `${node.html} ${node.failureSummary}`)]);
}
"""


def axe_source() -> str:
    """Return axe's code, fetched once for this checkout."""
    if not _KEPT.exists():
        _KEPT.parent.mkdir(parents=True, exist_ok=True)
        scripts = sysconfig.get_path("scripts")
        path = os.pathsep.join((scripts, os.environ.get("PATH", os.defpath)))
        # In a folder of its own, and renamed at the end: several processes of a test run may be at it at once.
        with tempfile.TemporaryDirectory(dir=_KEPT.parent) as name:
            folder = Path(name)
            words = (Path(scripts) / "npm", "pack", PACKAGE, "--json", "--pack-destination", folder)
            packed = subprocess.run(
                words, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
            )
            assert packed.returncode == 0, packed.stderr
            archive = folder / json.loads(packed.stdout)[0]["filename"]
            found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
            assert found == SHA512, f"{PACKAGE} is not what it was: {found}"
            with tarfile.open(archive) as tar:
                code = tar.extractfile("package/axe.min.js")
                assert code is not None
                (folder / _KEPT.name).write_bytes(code.read())
            (folder / _KEPT.name).replace(_KEPT)
    return _KEPT.read_text()


def violations(page: Page) -> list[Any]:
    """Return what axe finds wrong with a page as it is now: rules, each with its elements and what would mend them."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_source())
    found: list[Any] = page.evaluate(_RUN)
    return found
