"""What ``docs/scaling.md`` reckons, printed into it: ``python -m benchmarks.scaling docs/scaling.md`` (``make docs``),
after a number in its first Python example was changed. Nothing is measured here."""

import re
import subprocess
import sys
from pathlib import Path

_PARTS = re.compile(r"(?P<before>.*?^```python\n(?P<program>.*?)^```\n\n```text\n).*?(?P<after>^```$.*)", re.M | re.S)


def renewed(text: str) -> str:
    """The document with what its first Python example prints in the fence below it.

    Raises :class:`ValueError` where there is no such pair, :class:`subprocess.CalledProcessError` where it fails.
    """
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise ValueError("no example in Python with what it prints in a fence below")
    ran = subprocess.run([sys.executable, "-c", parts["program"]], stdout=subprocess.PIPE, text=True, check=True)
    return parts["before"] + ran.stdout + parts["after"]


if __name__ == "__main__":
    document = Path(sys.argv[1])
    document.write_text(renewed(document.read_text(encoding="utf-8")), encoding="utf-8")
