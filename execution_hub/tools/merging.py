"""The tools of several processes, each of which runs its own servers, as one list. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from execution_hub.tools.port import ServerStatus, Tool, ToolServer

# What tells most about a server that several processes run: where it can be called, it can be called.
_BEST: tuple[ServerStatus, ...] = ("ready", "starting", "failed")


def merged(offers: Mapping[str, Iterable[ToolServer]]) -> tuple[ToolServer, ...]:
    """Return the servers of all processes, each once.

    One that offers a tool which another process describes in another way is refused: which of the two would be called
    is chance.

    Args:
        offers: The servers of each process, by its name.
    """
    found: dict[str, list[tuple[str, ToolServer]]] = {}
    for worker, servers in offers.items():
        for server in servers:
            found.setdefault(server.name, []).append((worker, server))
    return tuple(_one(several) for several in found.values())


def _one(several: list[tuple[str, ToolServer]]) -> ToolServer:
    digests: dict[str, tuple[str, str]] = {}
    for worker, server in several:
        for tool in server.tools:
            other, digest = digests.setdefault(tool.name, (worker, tool.digest))
            if digest != tool.digest:
                words = (
                    f"{other} and {worker} describe its tool {tool.name} differently. Let both run the same version."
                )
                return replace(server, status="failed", error=words)
    _, best = min(several, key=lambda each: _BEST.index(each[1].status))
    failed = [f"{worker}: {server.error}" for worker, server in several if server.status == "failed"]
    if best.status != "failed" and failed:
        return replace(best, error=" ".join(filter(None, (best.error, *failed))))
    return best


def to_json(servers: Iterable[ToolServer]) -> list[dict[str, Any]]:
    """Return servers as JSON values, for `from_json`."""
    return [asdict(each) | {"since": each.since and each.since.isoformat()} for each in servers]


def from_json(found: Iterable[Mapping[str, Any]]) -> tuple[ToolServer, ...]:
    """Return servers from what `to_json` made of them."""
    return tuple(
        ToolServer(
            each["name"],
            each["status"],
            each["error"],
            tuple(Tool(**tool) for tool in each["tools"]),
            datetime.fromisoformat(each["since"]) if each["since"] else None,
        )
        for each in found
    )
