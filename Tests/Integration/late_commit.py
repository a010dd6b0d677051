"""Rows that are committed late are neither missed nor read twice: concurrent transactions of up to three seconds, rollbacks
and ties, while extract runs again and again; then bronze is compared with the source.

SLUICE_SECONDS: how long the committers work (30). SLUICE_SEED: repeats a run's choices."""

import os
import random
import time

from harness import Agent, Checks, Server
from workload import EXTRACT, SCHEMA, Committers, compare, create

SECONDS = float(os.environ.get("SLUICE_SECONDS", 30))
SEED = os.environ.get("SLUICE_SEED") or str(random.SystemRandom().getrandbits(32))


def main():
    checks = Checks(f"late commits, {SECONDS:g} s, SLUICE_SEED={SEED}")
    with Server("--innodb-buffer-pool-size=256M", "--plugin-load-add=ha_sequence") as server:
        create(server, events=5000)
        # What is joined leaves its old files to vacuum; here every file must be one of the log.
        agent = Agent(server, SCHEMA, f"{EXTRACT}\nupkeep: {{compact_after: 0}}\n")
        committers = Committers(server, SEED, threads=12, longest_seconds=3)
        runs, end = 0, time.monotonic() + SECONDS
        try:
            while time.monotonic() < end:
                agent.extract()
                runs += 1
        finally:
            committers.stop()
        agent.extract()
        again = agent.rows_by_table(agent.extract())
        checks.equal("with no more changes a run brings nothing", set(again.values()), {0})
        figures = compare(checks, server, agent)
        agent.remove()
    rows, lost, doubled, invented = (sum(row[i] for row in figures.values()) for i in range(4))
    checks.that("there were enough runs and transactions to mean anything", runs >= 3 and committers.committed >= SECONDS,
                f"{runs} runs, {committers.committed} transactions")
    print(f"runs {runs + 2}, transactions committed {committers.committed}, rolled back {committers.rolled_back}, "
          f"rows written {committers.rows}; bronze rows {rows}, lost {lost}, doubled {doubled}, never committed {invented}")
    checks.finish()


if __name__ == "__main__":
    main()
