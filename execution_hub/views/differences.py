"""What differs between two agents, or two versions of one, field by field: for people."""

from collections.abc import Mapping, Sequence

from execution_hub.domain.difference import FieldDifference, all_differences, whole
from execution_hub.errors import TookTooLong
from execution_hub.pool import WorkPool

Texts = Mapping[str, str]


async def compare_fields(pool: WorkPool, before: Texts, after: Texts) -> list[FieldDifference]:
    """Return the fields that differ, each with its pieces; texts that take too long are told whole.

    Args:
        pool: Where texts are compared.
        before: Texts by the name of the field: see views/field_texts.py.
        after: The same fields, later.
    """
    return (await compare_all(pool, [(before, after)]))[0]


async def compare_all(pool: WorkPool, pairs: Sequence[tuple[Texts, Texts]]) -> list[list[FieldDifference]]:
    """Return for each pair what `compare_fields` does; they share one deadline."""
    others = [_others(before, after) for before, after in pairs]
    if not any(after for _, after in others):
        return [[] for _ in pairs]
    try:
        return await pool.run(all_differences, others)
    except TookTooLong:
        return [
            [FieldDifference(name, whole(before[name], text)) for name, text in after.items()]
            for before, after in others
        ]


def _others(before: Texts, after: Texts) -> tuple[Texts, Texts]:
    other = {name: text for name, text in after.items() if before.get(name, "") != text}
    return {name: before.get(name, "") for name in other}, other
