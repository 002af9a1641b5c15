"""Takes pictures of a hub of its own: `make pictures` into pictures/, to be looked at.

`.venv/bin/python tools/pictures.py dashboard workflow` takes those scenes alone; `--docs` takes the few that README
and docs show, and the animation, into docs/images/.
"""

import argparse
import sys
import tempfile
from functools import partial
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from acting_scene import take_acting  # noqa: E402 - found through the line above
from camera import COLOURS, Camera, Look  # noqa: E402
from suites_scene import take_suites  # noqa: E402

from tests.support.browser import ARGUMENTS, chromium_path  # noqa: E402
from tests.support.server import HubProcess, poll  # noqa: E402
from tests.support.tool_servers import desk, write_file  # noqa: E402

FOLDER = ROOT / "pictures"
DOCS = ROOT / "docs" / "images"
ANIMATION = "live.png"
FRAME_MS = 300
FRAMES = 34
FRAME_SIZE = (900, 675)
INPUTS = (
    "Where do I change the billing address of my organisation?",
    "Summarise the third quarter for the board: results against plan, two risks, one decision to take.",
    "Read the attached invoice and return its lines as JSON.",
    "Write the release notes for version 2.4 in three bullet points.",
    "My invoice from March shows the wrong VAT number and I need a corrected one before Friday.",
)
NAMES = ("Support triage", "Quarterly review", "Invoice reader", "Release notes writer", "Contract extractor")
LONG = "A name that somebody typed in a hurry and that goes on and on, past every column, to its very end "


# What README and docs show, at most 16.
SHOWN = {
    "dashboard-running-dark",
    "dashboard-running-light",
    "dashboard-running-zh",
    "dashboard-running-phone",
    "agent-running-dark",
    "agent-cases-dark",
    "compare-dark",
    "execution-running-dark",
    "acting-asks-dark",
    "editor-dark",
    "workflow-running-dark",
    "workflow-running-light",
    "approval-dark",
    "approval-phone",
    "stale-dark",
}


def take_empty(camera: Camera) -> None:
    """Take every list before anything was made."""
    for name, path in (("dashboard-empty", "/"), ("agents-empty", "/agents"), ("tasks-empty", "/tasks")):
        camera.shoot(name, path)
    camera.shoot("missing", "/executions/999999")
    camera.shoot("nowhere", "/nowhere")


def take_dashboard(camera: Camera) -> None:
    """Take the dashboard idle, running, failed and with many rows; an agent and an execution that runs."""
    hub = camera.hub
    agents = [hub.call("POST", "/api/agents", {"name": name})[1]["id"] for name in NAMES]
    for text, agent in zip(INPUTS, agents, strict=True):
        hub.ended(hub.start_test(f"{text} [fast]", agent))
    failed = hub.start_test(f"{INPUTS[2]} [fast] [fail]", agents[2])
    hub.ended(failed)
    hub.ended(hub.start_test(INPUTS[3], hub.agent_id("claude-sonnet-5-5")))
    camera.shoot("dashboard-idle", "/")
    for name, path, inputs in (
        ("dashboard-running", "/", INPUTS),
        ("agent-running", f"/agents/{agents[1]}", INPUTS[1:2]),
        ("execution-running", "", INPUTS[1:2]),
    ):
        own = agents if len(inputs) > 1 else agents[1:2]
        running = [hub.start_test(f"{text} [slow]", agent) for text, agent in zip(inputs, own, strict=True)]
        poll(partial(_all_write, hub, running))
        camera.shoot(name, path or f"/executions/{running[0]}")
        for each in running:
            hub.call("POST", f"/api/executions/{each}/cancel")
            hub.ended(each)
    camera.shoot("execution-stopped", f"/executions/{running[0]}")
    camera.shoot("execution-failed", f"/executions/{failed}")
    camera.shoot("dashboard-failed", "/?status=failed")
    camera.shoot("agent", f"/agents/{agents[0]}", whole=True)
    take_bench(camera, agents[1])
    camera.shoot("agents", "/agents")


def take_tools(camera: Camera) -> None:
    """Take the servers of tools, and one tool unfolded."""
    camera.shoot("tools", "/tools", act=lambda page: page.get_by_test_id("tool-open").first.click())


def take_bench(camera: Camera, agent: int) -> None:
    """Take an agent's inputs side by side over two prompts, two answers compared, and an older version."""
    hub = camera.hub
    cases = [{"name": name, "input": f"{text} [fast]"} for name, text in zip(NAMES, INPUTS, strict=True)]
    hub.call("PUT", f"/api/agents/{agent}/cases", cases)
    found: list[int] = []
    for prompt in ("You answer a board: figures first.", "You answer a board: one decision first, then figures."):
        hub.call("PATCH", f"/api/agents/{agent}", {"system_prompt": prompt})
        batch = hub.call("POST", f"/api/agents/{agent}/cases/run", {})[1]
        for each in batch["items"]:
            hub.ended(each["id"])
        found.append(batch["items"][0]["id"])
    camera.shoot("agent-cases", f"/agents/{agent}", whole=True)
    camera.shoot("compare", f"/compare?id={found[0]}&id={found[1]}", whole=True)


def take_settings(camera: Camera) -> None:
    """Take the settings, and what opens over every page."""
    camera.shoot("settings", "/settings", whole=True)
    take_tools(camera)
    running = camera.hub.start_test("[slow] What runs where?")
    camera.shoot("workers", "/workers", whole=True)
    camera.hub.call("POST", f"/api/executions/{running}/cancel")
    camera.shoot("palette", "/", act=lambda page: page.keyboard.press("Control+k"))
    camera.shoot("keys", "/", act=lambda page: page.keyboard.press("?"))


def _all_write(hub: HubProcess, running: list[int]) -> bool:
    return all(hub.execution(each)["progress"]["phase"] == "writing" for each in running)


def take_many(camera: Camera) -> None:
    """Take lists of much and of long names."""
    hub = camera.hub
    agent = hub.call("POST", "/api/agents", {"name": LONG[:120], "description": LONG, "system_prompt": LONG * 40})[1]
    for number in range(200):
        hub.start_test(f"{number}: {LONG} [fast]", agent["id"])
    hub.ended(hub.start_test(f"{LONG * 200} [fast]", agent["id"]), 120)
    camera.shoot("dashboard-many", "/")
    camera.shoot("agent-long", f"/agents/{agent['id']}", whole=True)


def take_workflow(camera: Camera) -> None:
    """Take the editor, a running graph with its timeline, an approval and the end."""
    hub = camera.hub
    camera.shoot("editor", "/workflows/1")
    camera.shoot("workflows", "/workflows")
    slow = [
        {**step, "input": f"[slow] {step['input']}"} if step["name"].startswith("review") else step
        for step in hub.call("GET", "/api/workflows/1")[1]["steps"]
    ]
    hub.call("PATCH", "/api/workflows/1", {"steps": slow})
    run = hub.call("POST", "/api/workflows/1/run", {"input": INPUTS[1]})[1]["id"]

    def both_review() -> bool:
        return bool(sum(step["status"] == "running" for step in hub.execution(run)["steps"]) == 2)

    poll(both_review, 30)
    camera.shoot("workflow-running", f"/executions/{run}", whole=True)
    poll(lambda: hub.execution(run)["status"] == "waiting", 60)
    camera.shoot("approval", f"/executions/{run}")
    camera.shoot("dashboard-waiting", "/")
    hub.call("POST", f"/api/executions/{run}/steps/approval/approve", {"comment": "Name the base of the growth."})
    hub.ended(run)
    camera.shoot("workflow-done", f"/executions/{run}", whole=True)


def take_tasks(camera: Camera) -> None:
    """Take a task."""
    task = camera.hub.call("POST", "/api/tasks", {"name": "Board report", "input": INPUTS[1]})[1]["id"]
    camera.shoot("tasks", "/tasks")
    camera.shoot("task", f"/tasks/{task}")
    camera.shoot("settings", "/settings", whole=True)


def take_stale(camera: Camera) -> None:
    """Take a page that has lost its hub, for good: the last scene of all."""
    running = camera.hub.start_test(f"{INPUTS[1]} [slow]")

    def cut_off(page: Page) -> None:
        page.wait_for_selector("main h1")
        page.context.set_offline(True)
        page.wait_for_selector('[data-testid="connection"][data-state="stale"]', timeout=60_000)

    camera.shoot("stale", "/", act=cut_off)
    camera.hub.call("POST", f"/api/executions/{running}/cancel")


def animate(camera: Camera) -> None:
    """Take tests that are started and watched live, as an animation."""
    hub = camera.hub
    agents = [hub.call("POST", "/api/agents", {"name": name})[1]["id"] for name in NAMES]
    page = camera.open("/", Look(1200, 900))
    frames: list[Image.Image] = []

    def take(count: int) -> None:
        for _ in range(count):
            picture = Image.open(BytesIO(page.screenshot())).convert("RGB").resize(FRAME_SIZE, Image.Resampling.LANCZOS)
            frames.append(picture)
            page.wait_for_timeout(FRAME_MS)

    take(3)
    for text, agent in zip(INPUTS, agents, strict=True):
        hub.start_test(text, agent)
        take(3)
    take(FRAMES - len(frames))
    page.context.close()
    write_animation(frames, DOCS / ANIMATION)


def write_animation(frames: list[Image.Image], path: Path) -> None:
    """Write frames as an animation, all with the same colours: what stays the same is in the file once."""
    every = Image.new("RGB", (frames[0].width, len(frames[::6]) * frames[0].height))
    for place, frame in enumerate(frames[::6]):
        every.paste(frame, (0, place * frame.height))
    palette = every.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    first, *others = (frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames)
    first.save(path, save_all=True, append_images=others, duration=FRAME_MS, loop=0, optimize=True)


SCENES = {
    "empty": take_empty,
    "dashboard": take_dashboard,
    "workflow": take_workflow,
    "acting": take_acting,
    "suites": take_suites,
    "tasks": take_tasks,
    "settings": take_settings,
    "many": take_many,
    "stale": take_stale,
}


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scenes", nargs="*", choices=[[], *SCENES], help="which; all unless named")
    parser.add_argument("--docs", action="store_true", help="those of README and docs, into docs/images/")
    words = parser.parse_args()
    folder = DOCS if words.docs else FOLDER
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        servers = write_file(Path(name), {"desk": desk(Path(name))})
        hub = HubProcess(Path(name) / "data", HUB_MCP_FILE=str(servers)).start()
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        try:
            camera = Camera(browser, hub, folder, SHOWN if words.docs else None)
            if words.docs:
                animate(camera)
            for scene in words.scenes or SCENES:
                print(scene, flush=True)
                SCENES[scene](camera)
        finally:
            browser.close()
            hub.stop()


if __name__ == "__main__":
    main()
