"""A real scheduler and real workers on loopback, and the command as a process."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
from distributed import Client

ROOT = Path(__file__).parents[1]
_ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    # Work is given up when two workers died that had it: as dask is set, four have to.
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
}
_WORKERS = 2


def eventually(true, what):
    """Wait for something that is bound to come."""
    deadline = time.monotonic() + 120
    while not (answer := true()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return answer


class Cluster:
    """A scheduler, and its workers as processes of ours."""

    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self._count = 0
        self.workers = []
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", port)
        eventually(lambda: _answers(port), "the scheduler did not start")

    def _start(self, what, *arguments, path=ROOT):
        self._count += 1
        with (self.folder / f"{what}-{self._count}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", what, *map(str, arguments), "--dashboard-address", "127.0.0.1:0"],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=_ENVIRONMENT | {"PYTHONPATH": str(path)},
            )

    def add_worker(self, *, path=ROOT):
        """Start a worker that imports from ``path``; its process, once it is there."""
        logs = ("--local-directory", self.folder, "--host", "127.0.0.1", "--no-nanny", "--nthreads", 1)
        worker = self._start("worker", self.address, *logs, path=path)
        self.workers.append(worker)
        return worker

    def complete(self, count=_WORKERS):
        """Have so many workers there, those killed before replaced."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < count:
            self.add_worker()
        eventually(lambda: len(self.there()) == count, "the workers did not come")

    def there(self):
        """The addresses of the workers that the scheduler knows."""
        with Client(self.address, set_as_default=False) as client:
            return set(client.nthreads())

    def busy(self):
        """How many workers have something to do."""
        with Client(self.address, set_as_default=False) as client:
            return sum(bool(tasks) for tasks in client.processing().values())

    def end(self, worker):
        """End a worker; returns when the scheduler knows that it went."""
        before = len(self.there())
        worker.kill()
        worker.wait()
        self.workers.remove(worker)
        eventually(lambda: len(self.there()) < before, "the worker did not go")

    @contextmanager
    def patient(self):
        """Meanwhile work is given up as late as dask does by itself, after four workers that died with it."""
        with Client(self.address, set_as_default=False) as client:
            client.run_on_scheduler(lambda dask_scheduler: setattr(dask_scheduler, "allowed_failures", 3))
            try:
                yield
            finally:
                client.run_on_scheduler(lambda dask_scheduler: setattr(dask_scheduler, "allowed_failures", 1))

    def worker_of(self, site):
        """The worker that is at work on a site."""

        def find():
            return next((w for w in self.workers if any(site in line for line in _below(w.pid))), None)

        return eventually(find, f"no worker is at work on {site}")

    def at_work(self):
        """The command lines of processes below the workers."""
        return [line for worker in self.workers if worker.poll() is None for line in _below(worker.pid)]

    def close(self):
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()


def _answers(port):
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def _below(pid):
    try:
        found = psutil.Process(pid).children(recursive=True)
        return [" ".join(process.cmdline()) for process in found]
    except psutil.Error:
        return []


def orphans(folder):
    """Processes that still work in an archive's parts."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if any(str(folder / "parts") in word for word in line):
            found.append(line)
    return found


class Called:
    """``newsarchive ARGUMENTS`` in a process of its own, at work."""

    def __init__(self, *arguments, **environment):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "newsarchive", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=_ENVIRONMENT | environment,
        )

    def done(self):
        try:
            self.out, self.err = self.process.communicate(timeout=240)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.out, self.err = self.process.communicate()
            raise AssertionError(f"the command hung\n{self.err}") from None
        self.status = self.process.returncode
        assert "Traceback" not in self.err, self.err
        # Every line is ours: a sentence of the program, or a site's.
        assert "distributed." not in self.err, self.err
        return self

    @property
    def json(self):
        return json.loads(self.out)

    def kill(self, how=signal.SIGKILL):
        self.process.send_signal(how)


def call(*arguments, **environment):
    """Run the command to its end."""
    return Called(*arguments, **environment).done()
