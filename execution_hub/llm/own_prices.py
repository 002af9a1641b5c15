"""Prices that the hub's own admin tells, in the file that HUB_PRICES_FILE names.

A JSON object: the name of each model with its prices in USD per million tokens::

    {"openai/gpt-x": {"input": 1.5, "output": 6, "cache_write": 1.9, "cache_read": 0.15}}

The prices of the cache may be left out: a call that used it has no known cost then. A model that has a published price
(`prices.json`) keeps it, unless its entry says `"override": true`.
"""

from pathlib import Path
from typing import Annotated, Any, NoReturn

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from execution_hub.domain.agent import MODEL_MAX, SIMULATED
from execution_hub.domain.texts import check_name
from execution_hub.errors import InvalidInput, SettingsError
from execution_hub.json_file import first_problem, quoted, read_json_object
from execution_hub.llm.prices import Price, Prices, price_of, price_table

VARIABLE = "HUB_PRICES_FILE"
FILE_MAX_BYTES = 1_000_000
MODELS_MAX = 1_000
PRICE_MAX_USD = 1_000_000
EXAMPLE = '{"my-model": {"input": 1.5, "output": 6, "cache_write": 1.9, "cache_read": 0.15}}'

_Usd = Annotated[float, Field(ge=0, le=PRICE_MAX_USD, allow_inf_nan=False)]


class _Entry(BaseModel):
    """What the file says of a model."""

    model_config = ConfigDict(extra="forbid", strict=True)

    input: _Usd
    output: _Usd
    cache_write: _Usd | None = None
    cache_read: _Usd | None = None
    override: bool = False


def read_prices(path: Path | None) -> Prices:
    """Return all prices: the published ones, and those of a file.

    Args:
        path: The file; None for the published ones alone.

    Raises:
        SettingsError: The file cannot be read, or an entry does not fit: one line names it, its problem and an example.
    """
    if path is None:
        return price_table()
    try:
        told = read_json_object(path, FILE_MAX_BYTES)
    except ValueError as problem:
        _refuse(str(problem))
    if len(told) > MODELS_MAX:
        _refuse(f"{len(told)} models are more than {MODELS_MAX}")
    return {**price_table(), **{model: _price(model, entry) for model, entry in told.items()}}


def _price(model: str, told: Any) -> Price:
    where = quoted(model)
    try:
        has_space = check_name("its name", model, MODEL_MAX) != model
    except InvalidInput as error:
        _refuse(f"{where}: {error.message.rstrip('.')}")
    if has_space:
        _refuse(f"{where}: remove the space around the name")
    if model == SIMULATED:
        _refuse(f"{where}: the simulated model costs nothing, remove its entry")
    if not isinstance(told, dict):
        _refuse(f"{where} is no object with prices")
    try:
        entry = _Entry.model_validate(told)
    except ValidationError as error:
        _refuse(f"{where}: {first_problem(error)}")
    if not entry.override and price_of(model) is not None:
        _refuse(f'{where} has a published price; add "override": true to its entry to use yours instead')
    return Price(entry.input, entry.output, entry.cache_write, entry.cache_read, is_own=True)


def _refuse(problem: str) -> NoReturn:
    raise SettingsError(f"{VARIABLE}: {problem}. Example: {EXAMPLE}", field=VARIABLE)
