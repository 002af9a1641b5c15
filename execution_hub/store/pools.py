"""How many connections to PostgreSQL a process keeps: many processes share what the server allows."""

from dataclasses import dataclass

from execution_hub.role import Role


@dataclass(frozen=True, slots=True)
class Pools:
    """The most connections of one process.

    Attributes:
        app: For the app's tables.
        engine: For the engine's.
    """

    app: int
    engine: int


def pools_of(role: Role) -> Pools:
    """Return how many connections a process may have.

    One that has joined has at most 16 with all it needs beside its pools, one that only serves 12: what to allow on
    the server is told in docs/scale.md.

    Args:
        role: What it does.
    """
    match role:
        case Role.ALONE:
            return Pools(12, 20)
        case Role.WEB:
            # Nothing runs there: the engine's tables are asked by the reconciler, and told of what starts.
            return Pools(6, 3)
        case _:
            return Pools(6, 6)
