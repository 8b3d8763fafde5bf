"""Runs a command and prints what it took, as one line of JSON: wall and processor seconds, peak bytes.

    measure.py [--tree] COMMAND...

Without --tree it measures the one process, exactly. With it, the process and all below it except browsers and
their drivers, looked at every ten milliseconds: for programs that are several processes.
"""

import json
import os
import subprocess
import sys
import threading
import time


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def peak(process):
    """Returns the most memory that a process has held, from the kernel's own count."""
    for line in read(f"/proc/{process}/status").splitlines():
        if line.startswith(b"VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def tree(root):
    """Returns the threads of a process and of all below it, by process; browsers are left out."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = read(f"/proc/{name}/stat").rpartition(b")")[2].split()
            if len(fields) > 1:
                parents[int(name)] = int(fields[1])
    found, level = {}, [root]
    while level:
        for process in level:
            command = read(f"/proc/{process}/cmdline").split(b"\0")[0].lower()
            # A process that is about to end has no command any more; it may have been a browser.
            if process in parents and command and b"chrom" not in command:
                try:
                    found[process] = os.listdir(f"/proc/{process}/task")
                except OSError:
                    pass
        level = [process for process, parent in parents.items() if parent in level]
    return found


def spent(process, thread):
    """Returns the processor seconds of a thread, as the scheduler counts them: to the nanosecond."""
    fields = read(f"/proc/{process}/task/{thread}/schedstat").split()
    return int(fields[0]) / 1e9 if fields else 0.0


def main():
    arguments = sys.argv[1:]
    whole = arguments[0] == "--tree"
    if whole:
        arguments = arguments[1:]
    began = time.monotonic()
    child = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    ended, seconds, most = threading.Event(), {}, 0

    def watch():
        nonlocal most
        while not ended.is_set():
            if whole:
                found = tree(child.pid)
                for process, threads in found.items():
                    for thread in threads:
                        key = (process, thread)
                        seconds[key] = max(seconds.get(key, 0.0), spent(process, thread))
                most = max(most, sum(peak(process) for process in found))
            else:
                most = max(most, peak(child.pid))
            ended.wait(0.01 if whole else 0.002)

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - began
    ended.set()
    watcher.join()
    processor = sum(seconds.values()) if whole else usage.ru_utime + usage.ru_stime
    print(json.dumps({"wall": wall, "cpu": processor, "peak": most, "code": os.waitstatus_to_exitcode(status)}))


main()
