"""Names for a second one of what is there: free, numbered, and no longer than a name may be."""

from execution_hub.domain.agent import NAME_MAX, AgentDraft
from execution_hub.domain.naming import copy_name, free_name


def test_copies_are_counted_and_a_copy_of_a_copy_is_another_copy() -> None:
    """A number that belongs to the name itself stays."""
    taken = ["Plan 2"]
    for expected in ("Plan 2 copy", "Plan 2 copy 2", "Plan 2 copy 3"):
        taken.append(copy_name(taken[-1], taken))
        assert taken[-1] == expected
    assert copy_name("研究", ["研究"], "副本") == "研究 副本"


def test_a_long_name_is_cut_where_its_number_needs_the_room() -> None:
    """Also where ten of that name are there."""
    longest = f"{'n' * (NAME_MAX - 1)}x"
    taken = [longest]
    for make in (copy_name, free_name):
        for _ in range(11):
            taken.append(make(longest, taken))
    assert len(set(taken)) == 23
    assert max(map(len, taken)) == NAME_MAX
    assert [AgentDraft(name).name for name in taken] == taken
