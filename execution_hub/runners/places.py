"""Where the engine keeps the answers of a workflow's steps: a place for each step in each round."""

from collections.abc import Sequence

from execution_hub.engine.port import DurableStep, Steps


class Places:
    """The places of one segment. They follow from plan and round alone, so they are the same in every life."""

    def __init__(self, durable: Steps, order: Sequence[str]) -> None:
        """Take places for the steps of a plan, in its order."""
        self._durable = durable
        self._order = order
        self._rounds: list[dict[str, DurableStep]] = []

    def of(self, name: str, round_: int) -> DurableStep:
        """Return the place of a step in a round."""
        # Whole rounds, from the first on, whichever is asked for first: after a death it may be another.
        while len(self._rounds) < round_:
            self._rounds.append({each: self._durable.reserve() for each in self._order})
        return self._rounds[round_ - 1][name]
