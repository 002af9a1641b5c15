"""Asking the hub from a page: what went wrong is a value, already in the words of the page."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import reflex as rx

from execution_hub.errors import HubError
from execution_hub.hub.hub import Hub, current_hub
from execution_hub.ui.handlers import language_of
from execution_hub.words.say import say_error

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failure:
    """What kept the hub from doing what was asked.

    Attributes:
        error: As the hub said it: a page that knows better words asks for its kind.
        text: In the language of the page.
    """

    error: HubError
    text: str


async def attempt(work: Callable[[Hub], Awaitable[T]]) -> T | HubError:
    """Ask the hub and return its answer, or what it said against it.

    Args:
        work: What to ask; the hub may be starting or stopping, which is an answer too.
    """
    try:
        return await work(current_hub())
    except HubError as error:
        return error


async def attempt_each(
    ids: Iterable[int], work: Callable[[Hub, int], Awaitable[T]]
) -> tuple[dict[int, T], dict[int, HubError]]:
    """Ask the hub about some objects, one by one: what it says against one must not keep the others.

    Args:
        ids: Which ones.
        work: What to ask about one.

    Returns:
        Its answers, and what it said against others, by their ids.
    """

    async def one(object_id: int) -> T | HubError:
        return await attempt(lambda hub: work(hub, object_id))

    found = {each: await one(each) for each in dict.fromkeys(ids)}
    refused = {each: answer for each, answer in found.items() if isinstance(answer, HubError)}
    return {each: answer for each, answer in found.items() if not isinstance(answer, HubError)}, refused


async def ask(state: rx.State, work: Callable[[Hub], Awaitable[T]]) -> T | Failure:
    """Ask the hub and return its answer, or a problem to show.

    Args:
        state: The State of the page; a background handler, which may not read its language here, takes `attempt`.
        work: What to ask.
    """
    found = await attempt(work)
    return Failure(found, say_error(await language_of(state), found)) if isinstance(found, HubError) else found
