"""Shows a hub with real counterparts: `make real` prints what each did, and ends with 1 if something was not so.

Each tool server is named in a HUB_MCP_FILE and used by an agent of a hub as `make run` starts it; what is printed is
what the hub's API tells of it. The words that are looked for are made anew for each run, so that nothing is right by
accident. `python -m real clock notes` runs those scenes alone.
"""

import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from real.counterparts import Counterparts, model_server
from real.scenes import SCENES
from real.stage import Stage
from real.suite_scenes import prices
from tests.support.server import HubProcess


def main(wanted: list[str]) -> int:
    """Run the scenes and print them.

    Args:
        wanted: The names of some; all if there are none.

    Returns:
        The exit status: 0 if all was as it should be.
    """
    unknown = [name for name in wanted if name not in SCENES]
    if unknown:
        print(f"There is no scene {unknown[0]}. The scenes are: {', '.join(SCENES)}", file=sys.stderr)
        return 2
    if shutil.which("git") is None:
        print("make real needs git. On Debian: apt-get install git", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="hub-real-") as folder, ExitStack() as stack:
        work = Path(folder).resolve()
        counterparts = Counterparts.made(work)
        stack.enter_context(counterparts.http_server())
        print("Starting the model and the hub …", flush=True)
        model = stack.enter_context(model_server(work))
        hub = HubProcess(
            work / "data",
            HUB_MCP_FILE=str(counterparts.file()),
            ANTHROPIC_API_KEY="none-needed",
            ANTHROPIC_BASE_URL=model,
            OPENAI_BASE_URL=f"{model}/v1",
            HUB_PRICES_FILE=prices(work),
            **counterparts.variables,
        )
        stack.callback(hub.kill)
        stage = Stage(hub.start(), counterparts, model)
        for name in wanted or SCENES:
            stage.section(name)
            SCENES[name](stage)
        code = hub.stop()
        stage.section("the end")
        stage.check("the hub stopped when it was told to, with exit status 0", code == 0)
        kept = [path for path in (hub.log, *hub.data_dir.rglob("*")) if path.is_file()]
        is_hidden = not any(counterparts.secret.encode() in path.read_bytes() for path in kept)
        stage.check("the secret of the file of servers is nowhere in the hub's data and log", is_hidden)
        return stage.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
