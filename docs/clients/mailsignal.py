"""A client of `mailsignal worker`: keeps the subprocess and matches answers to requests.

    with Worker() as worker:
        record = worker.analyse(raw_bytes)
"""
import base64
import itertools
import json
import subprocess


class Worker:
    def __init__(self, program="mailsignal", *options):
        self._process = subprocess.Popen([program, "worker", *options], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE)
        self._ids = itertools.count(1)
        ready = self._receive()
        self.version, self.ruleset = ready["version"], ready["ruleset"]

    def _receive(self):
        line = self._process.stdout.readline()
        if not line:
            raise EOFError(f"the worker ended with status {self._process.wait()}")
        return json.loads(line)

    def _send(self, request):
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()

    def call(self, request):
        """One request, its answer."""
        self._send(request)
        return self._receive()

    def analyse(self, raw, **options):
        """The record of one message given as bytes; options are text=True, zones=True,
        source_id=..., tenant=... (with --db: stored before this returns). An answer with an "error" whose
        "retry" is true may be sent again later."""
        return self.call({"id": next(self._ids), "raw": base64.b64encode(raw).decode(), **options})

    def analyse_many(self, messages, in_flight=16, **options):
        """Records of many messages in their order, several in flight."""
        waiting = 0
        for raw in messages:
            self._send({"id": next(self._ids), "raw": base64.b64encode(raw).decode(), **options})
            waiting += 1
            if waiting == in_flight:
                yield self._receive()
                waiting -= 1
        for _ in range(waiting):
            yield self._receive()

    def close(self):
        """Lets the worker finish; its exit status."""
        self._process.stdin.close()
        return self._process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
