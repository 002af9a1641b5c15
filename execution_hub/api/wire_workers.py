"""The shapes of what the API answers about the processes of the hub: see wire.py."""

from typing import Literal

from pydantic import BaseModel, Field

from execution_hub.api.wire import Time


class Worker(BaseModel):
    """A process of the hub."""

    id: str = Field(
        description="Its name, another one after each start.", examples=["5f3c0a1be0f64c9a8d2f1f2a3b4c5d6e"]
    )
    host: str = Field(description="The machine it is on.", examples=["worker-1"])
    pid: int = Field(description="Its number there.", examples=[4711])
    role: Literal["alone", "all", "web", "worker"] = Field(
        description="What it does: `web` serves, `worker` executes, `all` both; `alone` is the whole hub.",
        examples=["worker"],
    )
    version: str = Field(examples=["0.9.0"])
    status: Literal["running", "draining"] = Field(description="`draining` takes no new work.", examples=["running"])
    is_stopping: bool = Field(description="Whether it hands over what runs in it, and ends.", examples=[False])
    running: int = Field(description="How many executions run in it.", examples=[4])
    slots: int = Field(description="How many may; 0 where it executes nothing.", examples=[10])
    started_at: Time = Field(description="When it joined.")
    last_beat_at: Time = Field(description="When it last said that it lives: it does so every second.")


class WorkerList(BaseModel):
    """The processes of the hub, those that joined first before the others."""

    items: list[Worker]
