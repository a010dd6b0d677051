"""Every test of the project: the Swift tests, the integration scripts and the demo. Called by `make test`; with `--long`,
by `make test-long`, the proofs that take longer.

The last line is "N passed, N failed"; the status is 0 only when nothing failed. A step that crashes counts as a failure."""

import concurrent.futures
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree

import tour

PROJECT = pathlib.Path(__file__).resolve().parent.parent
SWIFT = os.environ.get("SWIFT") or "swift"
# the longest first, so that two at a time end together
INTEGRATION = ("nycflights13_proof.py", "recompute.py", "late_commit.py", "run_faults.py", "run_kill.py", "kill.py", "bad_input.py",
               "many_nights.py", "heal.py", "documents.py", "proposals.py", "lake_upkeep.py", "collations.py", "zones.py", "steward.py", "names.py", "contract.py", "session.py",
               "transform.py", "headers.py", "atliq.py", "formats.py")
STEP_SECONDS_MAX = 1800
# what the long proofs set; everything else is as in the short ones
LONG = {"many_nights.py": {"SLUICE_NIGHTS": "300"}, "run_kill.py": {}, "kill.py": {"SLUICE_KILLS": "60"}, "heal.py": {"SLUICE_HEAL": "all"}, "late_commit.py": {},
        "init_large.py": {}}
# what failed in each step, printed once more at the end
FAILURES = []


def run(command, show, seconds_max=STEP_SECONDS_MAX, environment=None):
    """Runs a command, prints the lines that `show` picks, and returns (status, all lines).

    After the time limit the command and all that it started are ended, whether it prints or is silent."""
    process = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True,
                               env={**os.environ, **(environment or {})})
    lines, is_over = [], threading.Event()

    def end():
        is_over.set()
        os.killpg(process.pid, signal.SIGKILL)

    limit = threading.Timer(seconds_max, end)
    limit.start()
    try:
        for line in process.stdout:
            lines.append(line)
            if show(line):
                print(line, end="", flush=True)
        status = process.wait()
    finally:
        limit.cancel()
    if is_over.is_set():
        lines.append(f"ended after {seconds_max} s: it hangs, or the machine is far too slow\n")
    return status, lines


def swift_tests():
    """(passed, failed) of the Swift tests; a parameterized test counts once."""
    status, lines = run([SWIFT, "build", "--build-tests"], lambda line: "error:" in line)
    if status != 0:
        print("".join(lines[-40:]))
        return 0, 1, lines[-40:]
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "tests.xml")
        status, lines = run([SWIFT, "test", "--skip-build", "--disable-xctest", "--xunit-output", report],
                            lambda line: line.startswith(("✘", "↳")) or "Test run with" in line)
        try:
            cases = xml.etree.ElementTree.parse(report).getroot().findall(".//testcase")
        except (OSError, xml.etree.ElementTree.ParseError):
            print("".join(lines[-60:]))
            print("swift test ended without its report: it crashed")
            return sum(line.startswith("✔ Test ") for line in lines), 1, lines[-60:]
    skipped = [case for case in cases if case.find("skipped") is not None]
    for case in skipped:
        print(f"skipped: {case.get('name')}: {case.find('skipped').text}")
    failed = sum(case.find("failure") is not None for case in cases)
    # a status other than 0 without a failed case is a failure too
    why = [line for line in lines if line.startswith(("✘", "↳"))] or lines[-20:]
    return len(cases) - len(skipped) - failed, failed or int(status != 0), why


def silent_hang():
    """The limit itself: a command that prints nothing and has a child is ended with it."""
    status, lines = run([sys.executable, "-c", "import subprocess; subprocess.run(['sleep', '60'])"], lambda line: False, 1)
    held = status != 0 and len(lines) == 1 and lines[0].startswith("ended after 1 s")
    return int(held), int(not held), lines


def integration(script, environment=None):
    status, lines = run([sys.executable, PROJECT / "Tests" / "Integration" / script], lambda line: False,
                        environment=environment)
    found = re.fullmatch(r"(\d+) passed, (\d+) failed", lines[-1].strip()) if lines else None
    passed, failed = map(int, found.groups()) if found else (0, 1)
    print("".join(lines), end="", flush=True)
    why = [line for line in lines if line.startswith("FAIL")]
    return passed, failed or int(status != 0), why if found else why + lines[-40:]


def demo():
    """The demo itself, and what the documents show of it."""
    status, lines = run([PROJECT / "deploy" / "demo.sh"], lambda line: False)
    if status != 0:
        print("".join(lines))
        return 0, 1, lines[-40:]
    shown = [tour.differences(page, (PROJECT / page).read_text(), lines) for page in tour.PAGES]
    problems = [problem for _, problems in shown for problem in problems]
    holds = not problems and sum(count for count, _ in shown) > 15
    return 1 + int(holds), int(not holds), problems


def timed(name, step):
    """(passed, failed) of a step, printed with its seconds; what it printed of a failure is kept for the end."""
    start = time.monotonic()
    passed, failed, why = step()
    print(f"== {name}: {passed} passed, {failed} failed, {time.monotonic() - start:.0f} s", flush=True)
    if failed:
        FAILURES.append(f"-- {name}\n{''.join(why)}")
    return passed, failed


def main():
    if "--long" in sys.argv[1:]:
        results = []
        steps = {script: lambda script=script: integration(script, LONG[script]) for script in LONG}
    else:
        print("== Swift tests", flush=True)
        results = [timed("the time limit of a step", silent_hang), timed("Swift tests", swift_tests)]
        steps = {"demo": demo, **{script: lambda script=script: integration(script) for script in INTEGRATION}}
    # each waits for its server about half of the time: two of them fill two cores
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        results += pool.map(timed, steps.keys(), steps.values())
    passed, failed = map(sum, zip(*results))
    if FAILURES:
        print("What failed, once more:\n" + "\n".join(FAILURES))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
