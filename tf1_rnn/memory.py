"""How much memory is left, to refuse what does not fit before reading it.

Runs under Python 3.7 too, without TensorFlow and NumPy.
"""

import os

# Where Linux says what a container may use, and what it uses; version 2 of cgroups, then 1.
CGROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    (
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes",
    ),
)


def available():
    """Return the bytes that a process can still take, or None if the system does not report it."""
    found = [value for value in (_of_machine(), *map(_of_container, CGROUPS)) if value is not None]
    return min(found) if found else None


def shortage(size):
    """Return why `size` bytes cannot be allocated, as "takes 9.1 GB, 4.0 GB are free", or None.

    Args:
        size: bytes that are about to be read or made; a whole number of any size.
    """
    room = available()
    if room is None or size <= room:
        return None
    return "takes %s, %s are free" % (readable(size), readable(room))


def readable(size):
    """Return bytes as people read them, as "1.5 GB"."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return "%.3g %s" % (size, unit)
        size /= 1000
    return "%.3g TB" % size if size < 1000 else "over 1000 TB"


def _of_machine():
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _of_container(paths):
    try:
        numbers = []
        for path in paths:
            with open(path, encoding="ascii") as file:
                numbers.append(int(file.read()))
        return max(0, numbers[0] - numbers[1])
    except (OSError, ValueError):  # no cgroup, or one without a limit, which says "max"
        return None
