"""One output as it grows: the execution's own, or that of one of its steps. Pure."""

import asyncio

from execution_hub.views.blocks import BlockSplitter, GrowingText, split_blocks

SETTLE_SIZE = 16_384
"""From this many characters on, closed blocks move to the settled ones, as one."""

WHOLE_SIZE = 65_536
"""Up to this many characters a finished output is one block: what refers across blocks then works."""


LIGHT_SIZE = 50_000
"""A longer text is not split on the event loop: a million characters may take a second."""


class OutputBuffer:
    """What one agent says, spread over four values that change more and more often.

    A value of a State is sent whole whenever it changes; so `settled` is large and closed, `blocks` are
    closed, `open_parts` and `tail` are the block being written. Joined, they are the output.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything: it begins anew."""
        self.thinking = GrowingText()
        self._clear_output()

    def _clear_output(self) -> None:
        self.settled: list[str] = []
        self.blocks: list[str] = []
        self._blocks_size = 0
        self._splitter = BlockSplitter()

    @property
    def open_parts(self) -> list[str]:
        """The front of the block being written."""
        return self._splitter.open_parts

    @property
    def tail(self) -> str:
        """The end of the block being written: all that changes with each piece."""
        return self._splitter.tail

    @property
    def output(self) -> str:
        """All of it."""
        return "".join((*self.settled, *self.blocks, *self.open_parts, self.tail))

    @property
    def is_silent(self) -> bool:
        """Whether nothing has been said yet."""
        return not (self.tail or self.settled or self.blocks)

    def add(self, text: str) -> None:
        """Append a piece of the output."""
        self._add_blocks(self._splitter.feed(text))

    def finish(self, output: str | None) -> None:
        """Close what is open.

        Args:
            output: The stored output, which is what counts; None leaves what was said.
        """
        text = self.output if output is None else output
        self._clear_output()
        if len(text) <= WHOLE_SIZE:
            self.blocks, self._blocks_size = ([text] if text else []), len(text)
        else:
            self._add_blocks(split_blocks(text))

    def _add_blocks(self, closed: list[str]) -> None:
        for block in closed:
            self.blocks.append(block)
            self._blocks_size += len(block)
            if self._blocks_size >= SETTLE_SIZE:
                self.settled.append("".join(self.blocks))
                self.blocks, self._blocks_size = [], 0


async def finish(buffer: OutputBuffer, output: str) -> None:
    """Close what is open in a buffer, off the event loop if that takes long: see `OutputBuffer.finish`."""
    if len(output) <= WHOLE_SIZE:
        buffer.finish(output)
    else:
        await asyncio.to_thread(buffer.finish, output)
