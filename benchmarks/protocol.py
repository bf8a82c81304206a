"""Both ends of the pipe between the harness and a worker: one JSON object a line, a reply for each request.

The worker says hello when its library is imported (`{"versions": {...}}`), then answers requests
`{"work": "chain", "parameters": {...}, "repetitions": 8}` with `{"seconds": ..., "baseline": ..., "processor": ...,
"growth": ..., "fingerprint": [...]}`: seconds a repetition, on the clock and of processor time, bytes that the memory
grew by at most, and a few sums over the gradients. In place of either comes `{"error": "..."}`. The end of input ends
the worker.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any

from benchmarks.contenders import load
from benchmarks.measures import Reply, measured, rested
from benchmarks.works import WORKS, Work

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NPROC",  # XLA's
)


class WorkerError(RuntimeError):
    """A worker could not start, could not do its work, or died."""


class Worker:
    """The harness's end: a contender's process, started at once and ready after `hello()`."""

    def __init__(self, contender: str, python: str = sys.executable, threads: int = 1) -> None:
        self.contender = contender
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        environment |= dict.fromkeys(THREAD_VARIABLES, str(threads)) | {"PYTHONHASHSEED": "0", "JAX_PLATFORMS": "cpu"}
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - lives as long as the process
        try:
            self._process = subprocess.Popen(
                [python, str(Path(__file__).with_name("worker.py")), contender, str(threads)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env=environment,
                cwd=tempfile.gettempdir(),
                text=True,
            )
        except OSError as error:
            self._errors.close()
            raise WorkerError(f"its interpreter does not start: {error.strerror}") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._replies = self._process.stdin, self._process.stdout

    def hello(self) -> dict[str, str]:
        """Wait for the import to end; the versions of what was imported."""
        versions: dict[str, str] = self._receive()["versions"]
        return versions

    def run(self, work: str, parameters: Mapping[str, Any], repetitions: int) -> Reply:
        """Do a work some times over and return the worker's reply."""
        request = {"work": work, "parameters": dict(parameters), "repetitions": repetitions}
        with contextlib.suppress(BrokenPipeError):  # the process is gone: reading says how
            self._requests.write(json.dumps(request) + "\n")
            self._requests.flush()
        return self._receive()

    def close(self) -> None:
        """End the process."""
        with contextlib.suppress(BrokenPipeError):
            self._requests.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._replies.close()
        self._errors.close()

    def _receive(self) -> Reply:
        line = self._replies.readline()
        if not line:
            code = self._process.wait()
            self._errors.seek(0)
            raise WorkerError(f"its process ended with {code}\n{self._errors.read()[-2000:]}".strip())
        reply: Reply = json.loads(line)
        if "error" in reply:
            raise WorkerError(reply["error"])
        return reply


def main(contender: str, threads: int) -> None:
    """The worker's end. What libraries print goes to stderr: the pipe is the protocol's alone."""
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        hello: Reply = {"versions": load(contender, threads)}
    except Exception as error:
        hello = {"error": f"{type(error).__name__}: {error}"}
    answer(replies, hello)
    if "error" not in hello:
        serve(contender, sys.stdin, replies, threads=threads)


def serve(
    contender: str, requests: Iterable[str], replies: IO[str], works: Mapping[str, Work] = WORKS, threads: int = 1
) -> None:
    """Answer each request line until there are no more; an exception in a work is a reply, not the end."""
    steps: dict[str, Callable[[int], Reply]] = {}
    for line in requests:
        request = json.loads(line)
        try:
            key = json.dumps([request["work"], request["parameters"]], sort_keys=True)
            if key not in steps:
                steps.clear()  # one at a time: arrays of other works are no one's business
                work = works[request["work"]]
                step = work.contenders[contender](**request["parameters"])
                baseline = work.baseline(contender) if work.baseline else None
                steps[key] = partial(measured, step, baseline, fresh=work.fresh)
            reply = steps[key](request["repetitions"])
            if threads > 1:
                rested()
            answer(replies, reply)
        except Exception:
            answer(replies, {"error": traceback.format_exc(limit=-3).strip()})


def answer(replies: IO[str], reply: Reply) -> None:
    """Send one reply."""
    replies.write(json.dumps(reply) + "\n")
    replies.flush()
