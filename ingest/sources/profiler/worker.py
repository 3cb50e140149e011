"""The process that counts: a request a line on standard input, an answer a line on the output.

It holds nothing that matters, so that it can be killed at any moment.
"""

import contextlib
import json
import os
import sys

READY = "ready"


def main(memory_bytes: int) -> None:
    """Answer requests until the input ends; end as well when one has used the memory up."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    # Libraries print; only answers may reach the other side.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    from methods.compute.forward_pass import count, unsupported

    _limit(memory_bytes)
    print(READY, file=answers, flush=True)
    for line in sys.stdin:
        try:
            answer = count(json.loads(line))
        except MemoryError:
            answer = unsupported("it needs more memory than it may take")
        print(json.dumps(answer), file=answers, flush=True)


def _limit(memory_bytes: int) -> None:
    """Cap what this process may allocate, where the system can."""
    with contextlib.suppress(ImportError, AttributeError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))


if __name__ == "__main__":
    main(int(sys.argv[1]))
