"""Arguments and schemas of tools: how much of them is looked at, and for how long."""

from typing import Any

from execution_hub.pool import WorkPool
from execution_hub.tools.arguments import schema_problems
from execution_hub.tools.port import ToolBox, tool_of


def nested(depth: int) -> dict[str, Any]:
    """Return an object in an object, so many times."""
    found: dict[str, Any] = {}
    for _ in range(depth):
        found = {"a": found}
    return found


def test_a_tool_whose_schema_is_too_much_or_none_is_refused_with_its_reason() -> None:
    """Such a tool is not offered; the others of its server are."""
    given = [[], nested(100), {"description": "x" * 100_001}, {"$ref": "file:///etc/passwd"}, {"type": "objekt"}, {}]
    told = [each or "" for each in schema_problems(given)]
    whys = ("is no object", "levels deep", "shorten it to 100000", "refers to file:///etc/passwd", "type: 'objekt'", "")
    assert all(why in each for why, each in zip(whys, told, strict=True))
    assert told[-1] == ""


async def test_the_box_bounds_size_depth_and_time_of_a_check() -> None:
    """Whatever a model sends, and whatever regular expression a server wrote."""
    pool = WorkPool(1, deadline_seconds=0.5)
    box = ToolBox([], pool)
    try:
        tool = tool_of("s", "t", "", {"properties": {"a": {"pattern": "^(a+)+$"}}})
        assert await box.check(tool, {"a": "aaa"}) is None
        assert "too long" in (await box.check(tool, {"a": "a" * 60 + "!"}) or "")
        assert "levels deep" in (await box.check(tool, nested(2_000)) or "")
        assert "Shorten" in (await box.check(tool, {"a": "a" * 1_000_001}) or "")
        assert "no JSON object" in (await box.check(tool, ["a"]) or "")
    finally:
        pool.close()
