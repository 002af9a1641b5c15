"""Whether what an agent's answers must fit is a JSON Schema: asked at every door before it is stored or run."""

from typing import Any

from execution_hub.domain.json_schema import schema_problem
from execution_hub.domain.output_schema import check_bounds, refusal
from execution_hub.errors import InvalidInput, TookTooLong
from execution_hub.pool import WorkPool

_FIELD = "output_schema"


async def check_output_schema(pool: WorkPool, schema: Any) -> None:
    """Refuse what is no JSON Schema.

    Args:
        pool: Where it is looked at, with a deadline.
        schema: As JSON values; None for free text.

    Raises:
        InvalidInput: It is none, or more than may be; says where in it.
    """
    if schema is None:
        return
    # Quick, and before it goes to another process.
    check_bounds(_FIELD, schema)
    try:
        problem = await pool.run(schema_problem, schema)
    except TookTooLong:
        raise InvalidInput(_FIELD, f"{_FIELD} takes too long to be checked. Make it smaller.") from None
    if problem is not None:
        raise refusal(_FIELD, problem)
