"""The steps of a followed execution that pages look at: each whole, with its rounds and its output, for all of them."""

from collections.abc import Sequence

from execution_hub.domain.step import Round, Step
from execution_hub.hub.hub import current_hub
from execution_hub.ui.shared_vars import SharedVars
from execution_hub.ui.transcripts import StepOutputState, output_vars
from execution_hub.views.output_buffer import OutputBuffer, finish
from execution_hub.views.transcript import Transcript


class StepOutputs:
    """The steps of one execution, read once for every state they are in, and what they put out."""

    def __init__(self, execution_id: int, transcript: Transcript) -> None:
        """Know of none yet.

        Args:
            execution_id: The execution.
            transcript: What its log gives so far; the same object each time.
        """
        self._execution_id = execution_id
        self._transcript = transcript
        self._outputs: dict[str, SharedVars] = {}
        # Steps read whole, each once for every state it is in.
        self._whole: dict[str, tuple[tuple[object, ...], Step]] = {}
        # The rounds of steps that are over, as of the round each is in.
        self._rounds: dict[str, tuple[int, list[Round]]] = {}
        # Steps whose output is shown as it ended.
        self._ended: dict[str, tuple[object, ...]] = {}

    @property
    def shared(self) -> list[SharedVars]:
        """All that pages are shown of it."""
        return list(self._outputs.values())

    async def open(self, step: Step, token: str) -> None:
        """Show a page the output of a step, instead of another step's."""
        shared = self._outputs.setdefault(step.name, SharedVars(StepOutputState))
        if not shared.has(token):
            await self._fill(step)
            shared.open(token)

    def close(self, token: str) -> None:
        """Show a page none of them any longer."""
        for shared in self.shared:
            shared.close(token)

    async def update(self, steps: Sequence[Step]) -> None:
        """Show what pages look at as it is now.

        Args:
            steps: The steps of the execution as they are now.
        """
        for step in steps:
            # One that no page looks at any more is filled when the next does.
            if step.name in self._outputs and self._outputs[step.name].is_shown:
                await self._fill(step)

    def find_whole(self, step: Step) -> Step | None:
        """Return a step whole, if it was read since it came to be as it is."""
        key, whole = self._whole.get(step.name, ((), step))
        return whole if key == _state_of(step) else None

    async def read_whole(self, step: Step) -> Step:
        """Return a step whole, read once for every state it is in."""
        whole = self.find_whole(step)
        if whole is None:
            whole = await current_hub().history.step(self._execution_id, step.name)
            self._whole[step.name] = (_state_of(step), whole)
        return whole

    def find_rounds(self, step: Step) -> list[Round] | None:
        """Return the rounds of a step that are over, if they were read since it began its own."""
        number, rounds = self._rounds.get(step.name, (1, []))
        return rounds if number == step.round else None

    async def read_rounds(self, step: Step) -> list[Round]:
        """Return the rounds of a step that are over, read once for every round."""
        rounds = self.find_rounds(step)
        if rounds is None:
            rounds = await current_hub().history.rounds(self._execution_id, step.name)
            self._rounds[step.name] = (step.round, rounds)
        return rounds

    async def _fill(self, step: Step) -> None:
        buffer, shared = self._transcript.buffer(step.name), self._outputs[step.name]
        if step.is_finished:
            if self._ended.get(step.name) == _state_of(step):
                return
            # The log has the output too, as far as it was written; what was stored is what counts.
            whole, spoken = await self.read_whole(step), buffer.output
            self._ended[step.name] = _state_of(step)
            buffer = OutputBuffer()
            await finish(buffer, spoken if whole.output is None else whole.output)
        shared.show(is_urgent=step.is_finished, name=step.name, **output_vars(buffer))


def _state_of(step: Step) -> tuple[object, ...]:
    return (step.name, step.status, step.round, step.attempt)
