"""Which servers of tools other processes have: an execution is left only to one that has all it needs."""

from typing import Any

import pytest

from execution_hub.hub.shared_tools import SharedTools
from execution_hub.tools.port import ServerStatus, ToolServer


class Others:
    """The processes, by their ids, and those of them that take new work."""

    def __init__(self, *ids: str) -> None:
        self.known = list(map(Known, ids))
        self.taking = set(ids)

    def takes(self, worker: Any) -> bool:
        return worker.id in self.taking


class Known:
    def __init__(self, worker_id: str) -> None:
        self.id = worker_id


class Own:
    """The tools of this process."""

    def __init__(self, servers: tuple[ToolServer, ...]) -> None:
        self._servers = servers

    def servers(self) -> tuple[ToolServer, ...]:
        return self._servers


def offer(*names: str, status: ServerStatus = "ready") -> tuple[ToolServer, ...]:
    return tuple(ToolServer(name, status) for name in ("hub", *names))


def shared(own: tuple[ToolServer, ...], **others: tuple[ToolServer, ...]) -> tuple[SharedTools, Others]:
    """Return the tools as process `me` sees them, and the processes."""
    parts: Any = Own(own), None, Others("me", *others), "me", None
    found = SharedTools(*parts)
    found._offers = {"me": own, **others}
    return found, parts[2]


def needs(*names: str) -> frozenset[str]:
    return frozenset(names)


def test_what_another_has_and_this_one_lacks_is_elsewhere() -> None:
    tools, others = shared(offer("desk"), other=offer("desk", "web"))
    assert tools.lacks_some
    assert tools.are_elsewhere(needs("web"))
    assert tools.are_elsewhere(needs("desk", "web", "hub"))
    assert not tools.are_elsewhere(needs("desk"))
    assert not tools.are_elsewhere(needs())
    assert tools.lacking() == {"me": ["web"]}
    others.taking.discard("other")
    assert not tools.lacks_some
    assert not tools.are_elsewhere(needs("web"))
    assert tools.lacking() == {}


def test_two_that_lack_each_other_s_leave_nothing_back_and_forth() -> None:
    """What needs both fails where it is taken, and says why; a third that has both takes it."""
    tools, _ = shared(offer("desk"), other=offer("web"))
    assert tools.lacks_some
    assert not tools.are_elsewhere(needs("desk", "web"))
    assert tools.lacking() == {"me": ["web"], "other": ["desk"]}
    tools, _ = shared(offer("desk"), other=offer("web"), third=offer("desk", "web"))
    assert tools.are_elsewhere(needs("desk", "web"))


@pytest.mark.parametrize("status", ["starting", "failed"])
def test_a_server_that_is_not_ready_is_not_there(status: ServerStatus) -> None:
    tools, _ = shared(offer("desk", status=status), other=offer("desk"))
    assert tools.are_elsewhere(needs("desk"))
    tools, _ = shared(offer("desk"), other=offer("desk", status=status))
    assert not tools.are_elsewhere(needs("desk"))


def test_a_process_that_is_alone_lacks_nothing() -> None:
    parts: Any = Own(offer("desk")), None, None, "", None
    tools = SharedTools(*parts)
    assert not tools.lacks_some
    assert not tools.are_elsewhere(needs("web"))
    assert tools.lacking() == {}
