"""The API under schemathesis: requests made from its OpenAPI document, answers held against it.

`python -m tests.support.fuzz [CASES] [SEED]` (`make fuzz`) asks a hub of its own; exits as schemathesis does.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from execution_hub.api.app import create_api
from execution_hub.hub.hub import Hub
from tests.support.api import served
from tests.support.hub import make_settings
from tests.support.server import ROOT

CASES = 5_000
SEED = 1


def command(url: str, phases: str, cases: int, seed: int, report: Path) -> list[str]:
    """Return what asks an API.

    Args:
        url: Where the API is.
        phases: `fuzzing` for requests made by chance, `coverage` for those at every limit of the document,
            `stateful` for those that use what others answered.
        cases: About how many requests in all phases together.
        seed: The same seed makes the same requests.
        report: Where the report in JSON goes.
    """
    operations = sum(len(methods) for methods in create_api().openapi()["paths"].values())
    return [
        str(Path(sys.executable).with_name("schemathesis")),
        f"--config-file={ROOT / 'tests' / 'support' / 'schemathesis.toml'}",
        "run",
        f"{url}/api/openapi.json",
        f"--phases={phases}",
        f"--max-examples={-(-cases // operations)}",
        f"--seed={seed}",
        "--continue-on-failure",
        "--suppress-health-check=all",
        "--no-color",
        f"--report-json-path={report}",
    ]


async def _main(cases: int = CASES, seed: int = SEED) -> int:
    with tempfile.TemporaryDirectory() as folder:
        hub = await Hub.open(make_settings(Path(folder) / "data"))
        try:
            async with served(hub, create_api()) as api:
                asked = command(
                    str(api.client.base_url), "coverage,fuzzing,stateful", cases, seed, Path(folder) / "report.json"
                )
                return await (await asyncio.create_subprocess_exec(*asked)).wait()
        finally:
            await hub.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(_main(*map(int, sys.argv[1:]))))
