"""Measures one command: wall time, its CPU and the server's, peak memory, output bytes."""

import dataclasses
import os
import pathlib
import subprocess
import tempfile
import time

HERTZ = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass
class Measurement:
    seconds: float
    cpu_seconds: float
    server_cpu_seconds: float
    other_cpu_seconds: float  # everything else that ran on the machine meanwhile: the noise
    peak_mb: float
    output_bytes: int

    @property
    def is_quiet(self):
        """Whether so little else ran that the time means something."""
        return self.other_cpu_seconds < 0.2 * self.seconds


def cpu_of(pid):
    """User and system seconds of one process so far, its ended threads included; 0 without a process."""
    if pid is None:
        return 0.0
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / HERTZ


def cpu_of_machine():
    values = [int(v) for v in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return sum(values[i] for i in (0, 1, 2, 5, 6)) / HERTZ


def bytes_of_parquet(folder):
    return sum(p.stat().st_size for p in pathlib.Path(folder).rglob("*.parquet"))


def measure(command, server_pid, output=None, **options):
    """Runs the command to its end and measures it; a status other than 0 is an error with the command's own words."""
    os.sync()
    # GNU time starts the command from a small process; started from here, Python's own memory would count as its peak.
    with tempfile.NamedTemporaryFile("r") as usage:
        server, machine, start = cpu_of(server_pid), cpu_of_machine(), time.monotonic()
        process = subprocess.run(["/usr/bin/time", "-o", usage.name, "-f", "%U %S %M", *command], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, check=False, **options)
        seconds = time.monotonic() - start
        if process.returncode != 0:
            words = " ".join(map(str, command))
            raise RuntimeError(f"{words}: status {process.returncode}\n{process.stderr[-3000:]}")
        user, system, peak_kb = usage.read().split()
    cpu, server = float(user) + float(system), cpu_of(server_pid) - server
    other = max(0.0, cpu_of_machine() - machine - cpu - server)
    return Measurement(seconds, cpu, server, other, int(peak_kb) / 1024, bytes_of_parquet(output) if output else 0)


def fastest_start(command, times):
    """The least and the middle wall seconds of starting a command that does nothing much."""
    samples = []
    for _ in range(times):
        start = time.monotonic()
        pid = os.posix_spawn(command[0], command, os.environ,
                             file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
        _, code = os.waitpid(pid, 0)
        samples.append(time.monotonic() - start)
        if os.waitstatus_to_exitcode(code) != 0:
            raise RuntimeError(f"{' '.join(command)} failed")
    samples.sort()
    return samples[0], samples[len(samples) // 2]
