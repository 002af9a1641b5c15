"""Events made by chance for every handler of the pages, over real sockets: `python -m tests.chaos.fuzz_events URL`.

In a process of its own, so that who watches the hub meanwhile waits for nobody but the hub. It looks for no fault
itself: `tests.chaos.fuzz_all` watches what the hub does.
"""

import argparse
import time
from collections import Counter
from inspect import signature
from typing import Any, get_origin

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from execution_hub.domain.condition import OPERATIONS
from execution_hub.domain.status import Status
from execution_hub.views import agent_form, task_form
from tests.support.forged import NEVER, PACKETS, Page, handlers, parameters

HYDRATE = "reflex___state____state.hydrate_and_load"
LISTS = ("/", "/settings", "/agents", "/workflows", "/tasks", "/tools", "/workers")
ROUTES = (*LISTS, "/agents/{}", "/workflows/{}", "/tasks/{}", "/executions/{}", "/no")
# So many tabs: a hub keeps what each showed for an hour.
TABS = [f"00000000-0000-4000-8000-{number:012}" for number in range(6)]
EVENTS_A_PAGE = 12
EXAMPLES = 50
# A page that hears nothing for so long has heard all there is; one that hears on and on goes on all the same.
QUIET_SECONDS = 0.03
BUSY_SECONDS = 1.0

_words = st.one_of(
    st.sampled_from(
        [*Status, *OPERATIONS, *agent_form.FIELDS, *task_form.FIELDS, "a", "en", "zh", "1", "", "{{ input }}"]
    ),
    st.integers(-1, 40).map(str),
    st.text(max_size=80),
)
_texts = st.one_of(
    _words, st.text(max_size=4_000), st.sampled_from(["x" * 60_000, "{% if input %}" * 40, "\u0301" * 9_000])
)
_forms = st.dictionaries(
    st.one_of(st.sampled_from([*agent_form.FIELDS, *task_form.FIELDS]), _words), _texts, max_size=8
)
_KINDS: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.one_of(st.integers(-1, 40), st.integers(-(2**53), 2**53)),
    float: st.one_of(st.floats(), st.floats(0, 2_000)),
    str: st.one_of(_words, _texts),
    list: st.lists(st.one_of(_words, st.integers(0, 40)), max_size=8),
    dict: _forms,
}
_anything = st.one_of(
    *_KINDS.values(),
    st.sampled_from(list(NEVER.values())),
    st.recursive(st.none() | st.booleans() | _words, lambda inner: st.lists(inner, max_size=4)),
)


def payloads(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return what makes payloads for a handler: mostly of its types, now and then of any."""
    handler = handlers()[name]
    # `Text` and `Form` are marked types of these.
    fields = {
        each: st.one_of(*[_KINDS.get(get_origin(hint) or hint, _anything)] * 4, _anything)
        for each, hint in parameters(handler).items()
        if each in signature(handler.fn).parameters
    }
    return st.fixed_dictionaries(fields)


def events() -> st.SearchStrategy[tuple[str, dict[str, Any], str]]:
    """Return what makes events: a handler, its payload, and the page it comes from."""
    own = sorted(name for name in handlers() if "execution_hub" in name)
    names = st.sampled_from([*own, HYDRATE])
    places = st.builds(str.format, st.sampled_from(ROUTES), st.integers(-1, 40))
    return names.flatmap(lambda name: st.tuples(st.just(name), payloads(name), places))


def fuzz(url: str, seconds: float, first_seed: int) -> Counter[str]:
    """Send events until the time is over; returns how often which handler was asked.

    Args:
        url: The hub's address.
        seconds: How long.
        first_seed: The same one makes the same events, as far as the time goes.
    """
    ends_at, asked, number = time.monotonic() + seconds, Counter[str](), first_seed

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(TABS), st.lists(events(), min_size=1, max_size=EVENTS_A_PAGE), st.sampled_from(PACKETS))
    def visit(tab: str, found: list[tuple[str, dict[str, Any], str]], packet: str | bytes) -> None:
        if time.monotonic() > ends_at:
            return
        with Page(url, tab) as page:
            page.event(HYDRATE, {}, found[0][2])
            for name, payload, place in found:
                page.event(name, payload, place)
                asked[name] += 1
                _listen(page)
            page.raw(packet)
            _listen(page)

    while time.monotonic() < ends_at:
        print(f"events: seed {number}", flush=True)
        seed(number)(visit)()
        number += 1
    return asked


def _listen(page: Page) -> None:
    ends_at = time.monotonic() + BUSY_SECONDS
    try:
        while time.monotonic() < ends_at:
            page.next(QUIET_SECONDS)
    except (TimeoutError, ConnectionClosed):
        pass


def main() -> None:
    """Send events and say how many of how many handlers."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args()
    asked = fuzz(words.url, words.seconds, words.seed)
    print(f"events: {asked.total()} for {len(asked)} handlers", flush=True)


if __name__ == "__main__":
    main()
