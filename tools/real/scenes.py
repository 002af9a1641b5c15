"""What agents do with the tool servers, and what must come of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from real.counterparts import git
from real.model_scenes import completions, messages
from real.stage import Stage, marks
from real.suite_scenes import suite
from tests.support.environment import OWN_VARIABLES

# A quarter of an hour off the hour: no other zone's time passes for it.
ZONE, OFFSET = "Asia/Kathmandu", timedelta(hours=5, minutes=45)
SKEW = timedelta(minutes=5)
# What the hub says of the one tool among theirs that it cannot call.
TASK_ONLY = "The tool 'simulate-research-query' is left out: it runs only as a task, and the hub begins none."


def servers(stage: Stage) -> None:
    """All servers are connected."""
    for name, server in stage.servers().items():
        tools = ", ".join(tool["name"] for tool in server["tools"])
        stage.say(f"  {name}: {server['status']}, {len(server['tools'])} tools: {tools}. {server['error']}".rstrip())
        stage.check(f"{name} is ready, and has tools", server["status"] == "ready" and server["tools"])
        # That is all that is left out, and it is said.
        expected = TASK_ONLY if name in ("everything", "remote") else ""
        stage.check(f"of {name} every tool that can be called is taken", server["error"] == expected)


def clock(stage: Stage) -> None:
    """mcp-server-time tells the time of a zone, converts one, and refuses a zone that is none."""
    acted = stage.act(
        "time",
        marks(
            ("time__get_current_time", {"timezone": ZONE}),
            ("time__convert_time", {"source_timezone": "UTC", "time": "12:00", "target_timezone": ZONE}),
            ("time__get_current_time", {"timezone": "Mars/Olympus"}),
            ("time__get_current_time", {"zone": ZONE}),
        ),
    )
    told = acted.json(0)
    moment = datetime.fromisoformat(told.get("datetime", "1970-01-01T00:00:00+00:00"))
    is_now = abs(moment - datetime.now(UTC)) < SKEW
    stage.check(f"it is now, at {ZONE}", told.get("timezone") == ZONE and moment.utcoffset() == OFFSET and is_now)
    stage.check("12:00 UTC is 17:45 there", "T17:45:00" in acted.json(1).get("target", {}).get("datetime", ""))
    stage.check("a zone on Mars is an error, told to the model", acted.statuses()[2:3] == ["failed"])
    stage.check("a wrong name of an argument is not sent to the server", "do not fit" in acted.result(3))
    stage.check("the agent answered in its fifth turn all the same", acted.is_answered and len(acted.turns) == 5)


def repository(stage: Stage) -> None:
    """mcp-server-git reads a repository made for it, and commits to it."""
    given = stage.given
    path = str(given.repository)
    subject = f"Add {given.word}"
    acted = stage.act(
        "git",
        marks(
            ("git__git_log", {"repo_path": path, "max_count": 1}),
            ("git__git_status", {"repo_path": path}),
            ("git__git_add", {"repo_path": path, "files": ["CHANGES.md"]}),
            ("git__git_commit", {"repo_path": path, "message": subject}),
            ("git__git_log", {"repo_path": str(given.work), "max_count": 1}),
        ),
    )
    stage.check("the log has the subject of the commit made for this run", given.subject in acted.result(0))
    stage.check("the status names the file that is new", "CHANGES.md" in acted.result(1))
    stage.check("the commit is in the repository", git(given.repository, "log", "-1", "--format=%s") == subject)
    stage.check("a folder outside the repository is refused by the server", acted.statuses()[4:5] == ["failed"])
    stage.check("the agent answered", acted.is_answered)


def files(stage: Stage) -> None:
    """@modelcontextprotocol/server-filesystem reads and writes in its folder, and not outside it."""
    given = stage.given
    written = given.files / "written.txt"
    around = f"{given.files}/../{given.private.name}"
    (given.files / "link.txt").symlink_to(given.private)
    acted = stage.act(
        "files",
        marks(
            ("files__read_text_file", {"path": str(given.note)}),
            ("files__write_file", {"path": str(written), "content": f"Seen: {given.word}"}),
            ("files__list_directory", {"path": str(given.files)}),
            ("files__read_text_file", {"path": str(given.private)}),
            ("files__read_text_file", {"path": around}),
            ("files__read_text_file", {"path": str(given.files / "link.txt")}),
        ),
    )
    stage.check("the file was read", given.note.read_text().strip() in acted.result(0))
    stage.check("the file was written", written.is_file() and written.read_text() == f"Seen: {given.word}")
    stage.check("the folder lists both", "note.txt" in acted.result(2) and "written.txt" in acted.result(2))
    refused = acted.tools[3:6]
    stage.check(
        "a path outside, a way around and a link are refused by the server, and the model is told",
        len(refused) == 3 and all(call["status"] == "failed" and "denied" in call["result"] for call in refused),
    )
    stage.check("nothing of the private file was told", not any("Nobody reads" in call["result"] for call in refused))
    stage.check("the agent answered", acted.is_answered)


def everything(stage: Stage) -> None:
    """@modelcontextprotocol/server-everything, as a process."""
    _everything(stage, "everything")
    acted = stage.act("everything", marks(("everything__get-env", {})), tools=["get-env"])
    told = acted.json(0)
    stage.check(
        "it has the variable of the file, whose value is hidden", told.get("REAL_SECRET") == "[secret REAL_SECRET]"
    )
    stage.check(
        "it has nothing of the hub's own environment", told and not any(name.startswith(OWN_VARIABLES) for name in told)
    )


def remote(stage: Stage) -> None:
    """The same by streamable HTTP."""
    _everything(stage, "remote")


def _everything(stage: Stage, name: str) -> None:
    word = stage.given.word
    acted = stage.act(
        name,
        marks(
            (f"{name}__echo", {"message": word}),
            (f"{name}__get-sum", {"a": 1900, "b": 84}),
            (f"{name}__get-structured-content", {"location": "Chicago"}),
            (f"{name}__get-tiny-image", {}),
            (f"{name}__get-resource-links", {"count": 2}),
            (f"{name}__get-resource-reference", {"resourceType": "Text", "resourceId": 3}),
            (f"{name}__trigger-long-running-operation", {"duration": 2, "steps": 4}),
        ),
    )
    stage.check("it echoes the word of this run", word in acted.result(0))
    stage.check("1900 and 84 are 1984", "1984" in acted.result(1))
    stage.check("structured content has its fields", {"temperature", "conditions"} <= set(acted.json(2)))
    stage.check("an image is told in words, not in base64", "[image image/png, " in acted.result(3))
    stage.check("links lead to resources", acted.result(4).count("[resource demo://") == 2)
    stage.check("a resource comes with its text", "Resource 3" in acted.result(5))
    took = acted.tools[6]["duration_ms"] if len(acted.tools) > 6 else 0
    stage.check("a call that tells of its progress runs its two seconds", took >= 2000)
    stage.check(
        "all calls succeeded, and the agent answered", set(acted.statuses()) == {"succeeded"} and acted.is_answered
    )

    slow = (f"{name}__trigger-long-running-operation", {"duration": 60, "steps": 60})
    asked = marks(slow, (f"{name}__echo", {"message": word}))
    acted = stage.act(name, asked, tools=["trigger-long-running-operation", "echo"], tool_timeout_seconds=1)
    stage.check("a call past its time is cancelled, and the model is told", "cancelled" in acted.result(0))
    stage.check("the server goes on: it echoes after that", word in acted.result(1) and acted.is_answered)


SCENES: dict[str, Callable[[Stage], None]] = {
    "servers": servers,
    "clock": clock,
    "repository": repository,
    "files": files,
    "everything": everything,
    "remote": remote,
    "messages": messages,
    "completions": completions,
    "suite": suite,
}
