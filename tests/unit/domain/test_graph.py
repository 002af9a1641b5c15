"""Orders of steps: each after all it waits for, or the circle that forbids it."""

import random

import pytest

from execution_hub.domain.graph import Cycle, ends, topological_order


def test_the_order_given_is_kept_where_it_can_be() -> None:
    """Names that wait for nothing stay where they were; others come as soon as they can."""
    assert topological_order({"b": set(), "a": set()}) == ("b", "a")
    assert topological_order({"c": {"a"}, "b": set(), "a": set()}) == ("b", "a", "c")
    assert topological_order({}) == ()


def test_unknown_names_are_ignored() -> None:
    """What is no key is somebody else's problem."""
    assert topological_order({"a": {"lost"}}) == ("a",)
    assert ends({"a": {"lost"}}) == ("a",)


def test_ends_are_what_nothing_waits_for() -> None:
    """In the order given; none of nothing."""
    assert ends({"a": set(), "b": {"a"}, "c": {"a"}}) == ("b", "c")
    assert ends({}) == ()


@pytest.mark.parametrize(
    ("dependencies", "circle"),
    [
        ({"a": {"a"}}, "a → a"),
        ({"a": {"b"}, "b": {"a"}}, "a → b → a"),
        ({"x": {"a"}, "a": {"b"}, "b": {"c"}, "c": {"a"}}, "a → b → c → a"),
        ({"ok": set(), "a": {"ok", "b"}, "b": {"a"}, "after": {"b"}}, "a → b → a"),
    ],
)
def test_a_circle_is_named_alone(dependencies: dict[str, set[str]], circle: str) -> None:
    """Not what only hangs on it."""
    with pytest.raises(Cycle) as found:
        topological_order(dependencies)
    assert str(found.value) == circle


def test_every_graph_has_an_order_or_a_circle() -> None:
    """Random graphs: each name comes after all it waits for, or the circle named is one."""
    rng = random.Random(11)
    seen = {"order": 0, "circle": 0}
    for _ in range(1_500):
        names = [f"n{index}" for index in range(rng.randint(1, 12))]
        graph = {name: set(rng.sample(names, rng.randint(0, min(2, len(names))))) - {name} for name in names}
        try:
            order = topological_order(graph)
        except Cycle as cycle:
            seen["circle"] += 1
            for name, following in zip(cycle.names, (*cycle.names[1:], cycle.names[0]), strict=True):
                assert following in graph[name]
        else:
            seen["order"] += 1
            assert sorted(order) == sorted(names)
            assert all(order.index(before) < order.index(name) for name in names for before in graph[name])
            assert set(ends(graph)) == {name for name in names if not any(name in before for before in graph.values())}
    assert min(seen.values()) > 100


def test_the_graph_is_not_changed() -> None:
    """Both only look."""
    graph = {"a": frozenset[str](), "b": frozenset({"a"})}
    topological_order(graph)
    ends(graph)
    assert graph == {"a": frozenset(), "b": frozenset({"a"})}
