"""Every test of the project: the Swift tests, the integration scripts and the demo. Called by `make test`; with `--long`,
by `make test-long`, the proofs that take longer.

The last line is "N passed, N failed"; the status is 0 only when nothing failed. A step that crashes counts as a failure.
Before it stands where the time went; `.build/test-times.json` keeps that. SLUICE_SEED, printed, tells what is left to
chance: which calls the fault loops let fail, how the fuzz targets change inputs, when something is killed."""

import concurrent.futures
import json
import os
import pathlib
import random
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
INTEGRATION = ("nycflights13_proof.py", "recompute.py", "late_commit.py", "run_faults.py", "run_kill.py", "kill.py",
               "bad_input.py", "many_nights.py", "heal.py", "documents.py", "proposals.py", "lake_upkeep.py", "collations.py",
               "zones.py", "steward.py", "names.py", "contract.py", "session.py", "transform.py", "headers.py", "atliq.py",
               "formats.py")
STEP_SECONDS_MAX = 1800
# what the long proofs set; everything else is as in the short ones
LONG = {"many_nights.py": {"SLUICE_NIGHTS": "300"}, "run_kill.py": {}, "kill.py": {"SLUICE_KILLS": "60"},
        "heal.py": {"SLUICE_HEAL": "all"}, "late_commit.py": {}, "init_large.py": {}}
# the suites with a loop over failing calls, of which `make test-long` tries every call
FAULT_LOOPS = ("WholeRunFaultTests|ReplayRunTests|FactFaultTests|WholeRowTests|TransformRunTests|WaitingMembersTests"
               "|ReceiptTests|QuarantineTests")
# seconds of changed inputs that each fuzz target gets beside its corpus
FUZZ_SECONDS = 0.7
# seconds of each step (wall, processors) and of each Swift test
TIMES = {"steps": {}, "swift_tests": {}}
# what failed in each step, printed once more at the end
FAILURES = []
# what the step of a thread has used
STEP = threading.local()


def run(command, show, seconds_max=STEP_SECONDS_MAX, environment=None):
    """Runs a command, prints the lines that `show` picks, and returns (status, all lines). Its processor time, with that of
    its children, is added to the step of this thread.

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
        _, status, usage = os.wait4(process.pid, 0)
        status = process.returncode = os.waitstatus_to_exitcode(status)
        STEP.cpu = getattr(STEP, "cpu", 0) + usage.ru_utime + usage.ru_stime
    finally:
        limit.cancel()
    if is_over.is_set():
        lines.append(f"ended after {seconds_max} s: it hangs, or the machine is far too slow\n")
    return status, lines


def swift_tests(*options, environment=None):
    """(passed, failed) of the Swift tests; a parameterized test counts once."""
    status, lines = run([SWIFT, "build", "--build-tests"], lambda line: "error:" in line)
    if status != 0:
        print("".join(lines[-40:]))
        return 0, 1, lines[-40:]
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "tests.xml")
        status, lines = run([SWIFT, "test", "--skip-build", "--disable-xctest", "--xunit-output", report, *options],
                            lambda line: line.startswith(("✘", "↳")) or "Test run with" in line, environment=environment)
        try:
            cases = xml.etree.ElementTree.parse(report).getroot().findall(".//testcase")
        except (OSError, xml.etree.ElementTree.ParseError):
            print("".join(lines[-60:]))
            print("swift test ended without its report: it crashed")
            return sum(line.startswith("✔ Test ") for line in lines), 1, lines[-60:]
    for case in cases:
        TIMES["swift_tests"][f"{case.get('classname')} {case.get('name')}"] = round(float(case.get("time")), 2)
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


def lint():
    """The project's format and rules, held by all sources."""
    status, lines = run([SWIFT, "format", "lint", "-s", "-r", "Sources", "Tests", "Package.swift"], lambda line: False)
    print("".join(lines[:40]), end="", flush=True)
    return int(status == 0), int(status != 0), lines[:40]


def fuzz():
    """Each fuzz target with its kept inputs and some changes of them; a target counts as one."""
    binary = pathlib.Path(PROJECT, ".build", "debug", "fuzz")
    status, names = run([binary], lambda line: False)
    why, failed, seed = [], int(status != 0), os.environ["SLUICE_SEED"]
    for name in map(str.strip, names if status == 0 else []):
        words = [binary, name, "--seconds", str(FUZZ_SECONDS), "--seed", seed]
        corpus = PROJECT / "Tests" / "Fuzz" / "corpus" / name
        status, lines = run([*words, corpus], lambda line: line.startswith(name), 120)
        if status != 0:
            failed += 1
            # once more for the input, which is held where `fuzz TARGET FILE` finds it
            kept = PROJECT / ".build" / f"fuzz-{name}"
            run([words[0], name, "--seconds", str(60 * FUZZ_SECONDS), "--seed", seed, "--keep", kept, corpus],
                lambda line: False, 120)
            why += [f"FAIL {name}, seed {seed}: the last input is in {kept}\n", *lines[:30]]
    return len(names) - failed, failed, why


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
    start, STEP.cpu = time.monotonic(), 0
    passed, failed, why = step()
    seconds = time.monotonic() - start
    TIMES["steps"][name] = {"seconds": round(seconds, 1), "processor_seconds": round(STEP.cpu, 1)}
    print(f"== {name}: {passed} passed, {failed} failed, {seconds:.0f} s", flush=True)
    if failed:
        FAILURES.append(f"-- {name}\n{''.join(why)}")
    return passed, failed


def print_times(seconds):
    """The slowest steps and Swift tests; all of them are kept in a file that is no part of the sources."""
    TIMES.update(seconds=round(seconds, 1), seed=os.environ["SLUICE_SEED"])
    pathlib.Path(PROJECT, ".build").mkdir(exist_ok=True)
    pathlib.Path(PROJECT, ".build", "test-times.json").write_text(json.dumps(TIMES, indent=1, ensure_ascii=False) + "\n")
    print("\nThe slowest steps         seconds  of the processors")
    steps = sorted(TIMES["steps"].items(), key=lambda item: -item[1]["seconds"])
    for name, times in steps[:12]:
        print(f"{name[:26]:26} {times['seconds']:6.0f} {times['processor_seconds']:18.0f}")
    total = sum(times["processor_seconds"] for times in TIMES["steps"].values())
    print(f"{'all, ' + str(len(steps)) + ' steps':26} {seconds:6.0f} {total:18.0f}")
    slow = sorted(TIMES["swift_tests"].items(), key=lambda item: -item[1])[:12]
    if slow:
        print("\nThe slowest Swift tests (several run at once): seconds")
    for name, seconds in slow:
        print(f"{seconds:6.1f}  {name[:100]}")
    print()


def main():
    start = time.monotonic()
    os.environ.setdefault("SLUICE_SEED", str(random.randrange(1_000_000)))
    print(f"== SLUICE_SEED={os.environ['SLUICE_SEED']}", flush=True)
    if "--long" in sys.argv[1:]:
        results = []
        steps = {script: lambda script=script: integration(script, LONG[script]) for script in LONG}
        steps["every call of the fault loops"] = lambda: swift_tests(
            "--filter", FAULT_LOOPS, environment={"SLUICE_SEED": "all"})
    else:
        results = [timed("the time limit of a step", silent_hang), timed("lint", lint),
                   timed("Swift tests", swift_tests)]
        steps = {"fuzz targets": fuzz, "demo": demo, **{script: lambda script=script: integration(script) for script in INTEGRATION}}
    # each waits for its server about half of the time: two of them fill two cores
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        results += pool.map(timed, steps.keys(), steps.values())
    passed, failed = map(sum, zip(*results))
    print_times(time.monotonic() - start)
    if FAILURES:
        print("What failed, once more:\n" + "\n".join(FAILURES))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
