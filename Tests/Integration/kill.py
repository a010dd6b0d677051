"""kill -9 at random moments of an extract while others commit; then the whole lake is compared with the source.

SLUICE_KILLS: how many (25). SLUICE_SEED: repeats a run's choices."""

import os
import random
import subprocess
import time

from harness import Agent, Checks, Server
from workload import EXTRACT, SCHEMA, Committers, compare, create

KILLS = int(os.environ.get("SLUICE_KILLS", 25))
SEED = os.environ.get("SLUICE_SEED") or str(random.SystemRandom().getrandbits(32))
EVENTS = 150_000


def main():
    checks = Checks(f"kill -9, {KILLS} times, SLUICE_SEED={SEED}")
    chance = random.Random(SEED)
    kills = completed = forgotten = 0
    statuses, seconds = set(), 3.0
    with Server("--innodb-buffer-pool-size=512M", "--plugin-load-add=ha_sequence") as server:
        create(server, EVENTS)
        # What is joined leaves its old files to vacuum; here every file must be one of the log.
        agent = Agent(server, SCHEMA, f"{EXTRACT}\nupkeep: {{compact_after: 0}}\n")
        committers = Committers(server, SEED, threads=3, longest_seconds=0.4)
        try:
            for attempt in range(KILLS * 5):
                if kills == KILLS:
                    break
                if attempt % 4 == 3:  # enough new versions for a run of some length
                    first = chance.randint(1, EVENTS - 20000)
                    server.execute(f"UPDATE event SET version = version + 1 WHERE id BETWEEN {first} AND {first + 20000}",
                                   schema=SCHEMA)
                if chance.random() < 0.1:  # the state is a cache: losing it may change nothing
                    for file in agent.folder.glob("state.sqlite*"):
                        file.unlink()
                    forgotten += 1
                started = time.monotonic()
                process = agent.start("extract", "--quiet", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                try:
                    # one run in six is left to end, so that later kills meet a lake of several versions
                    limit = 120 if attempt % 6 == 5 else chance.random() * seconds
                    _, errors = process.communicate(timeout=limit)
                    completed += 1
                    statuses.add(process.returncode)
                    if process.returncode:
                        print(errors.decode(errors="replace")[-2000:])
                    seconds = max(0.3, (time.monotonic() - started) * 1.1)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.communicate()
                    kills += 1
        finally:
            committers.stop()
        checks.equal("kills", kills, KILLS)
        checks.that("every run that was left to end did so with status 0", statuses <= {0}, f"statuses {statuses}")
        agent.extract()
        again = agent.rows_by_table(agent.extract())
        checks.equal("with no more changes a run brings nothing", set(again.values()), {0})
        figures = compare(checks, server, agent)
        agent.remove()
    lost, doubled, invented = (sum(row[i] for row in figures.values()) for i in (1, 2, 3))
    print(f"kills survived {kills}, runs completed {completed}, state deleted {forgotten} times; "
          f"transactions committed {committers.committed}, rolled back {committers.rolled_back}; "
          f"bronze rows {sum(row[0] for row in figures.values())}, lost {lost}, doubled {doubled}, never committed {invented}")
    checks.finish()


if __name__ == "__main__":
    main()
