"""`sluice init`, `check` and `run` without an edit over schemas in the manner of well-known applications, compared with
what a data engineer would have written. Ends with a table: kinds right, rows set aside, One Big Tables filled.

    proposals.py [--keep] [SCHEMA]…      --keep leaves the agents' folders"""

import concurrent.futures
import contextlib
import re
import sys
import time
import traceback

import deltalake

from harness import Agent, Checks, Server
from proposals import schemas
from proposals.database import Database, quoted
from proposals.mistakes import Mistakes
from proposals.proposal import Proposal
from proposals.verdict import Outcome, Verdict, texts
from proposals.yaml_readers import YAMLReaders

# what a file may be long: what everybody's has, and so much a table
LINES_BASE, LINES_A_TABLE = 60, 11

# the schema over which the masks that a file offers are tried
HIDDEN = "clinic"


def proposed(server, schema, database, readers, mistakes):
    """The verdict on a schema; the commands are the three that a newcomer types."""
    agent = Agent(server, schema.name)
    (agent.folder / "agent.conf").unlink()
    agent.run("init", "--schema", schema.name, "--port", str(server.port))
    text = (agent.folder / "agent.conf").read_text()
    document, differences = readers.read(text)
    proposal = Proposal(schema.name, text, document)
    agent.run("check")
    run = agent.run("run")
    outcome = Outcome(agent, agent.run("discover"), agent.run("reconcile"), agent.run("quarantine", "report"))
    verdict = Verdict(schema, database, proposal, outcome, mistakes)
    failed = [table["table"] for table in run["tables"] if table.get("error")]
    if failed:
        verdict.say(f"the run fails for {failed}")
    verdict.look("words of YAML", bool(differences), f"{len(differences)} differences, {'; '.join(differences[:3])}")
    if proposal.lines > LINES_BASE + LINES_A_TABLE * len(schema.kinds):
        verdict.say(f"the file has {proposal.lines} lines for {len(schema.kinds)} tables")
    verdict.all()
    explained(agent, verdict)
    if schema.name == HIDDEN:
        hidden(agent, verdict)
    before = built(agent.lake)
    agent.run("run")
    if built(agent.lake) != before:
        verdict.say(f"another run, without changes, wrote {sorted(built(agent.lake) - before)[:3]}")
    if "--keep" not in sys.argv:
        agent.remove()
    return verdict


def explained(agent, verdict):
    """What else `init` is asked: why a table is what it is, and a proposal by names and declarations alone."""
    for table in [table for table in verdict.schema.dates if verdict.proposal.kind(table) == "fact"][:2]:
        said, date = agent.text("init", "--explain", table), verdict.proposal.date(table)
        header, _, column = date.rpartition(".")
        if (header or column) not in said:
            verdict.say(f"init --explain {table} does not tell where its date {date} comes from: {said[:300]}")
    agent.run("init", "--no-sample", "--output", "unsampled.conf", "--lake", "./unsampled")
    agent.run("check", "--config", "unsampled.conf")


def hidden(agent, verdict):
    """The masks of persons that the file offers as comments work: with them nobody's value is in the lake."""
    text = re.sub(r"^    # (\w+: \{mask: )", r"    \1", verdict.proposal.text, flags=re.MULTILINE)
    text = text.replace("\nextract:\n", "\nextract:\n  mask_salt: {env: SLUICE_SOURCE_PASSWORD}\n")
    text = text.replace("./lake", "./hidden/lake").replace("./state.sqlite", "./hidden/state.sqlite")
    (agent.folder / "hidden").mkdir()
    (agent.folder / "hidden.conf").write_text(text)
    agent.run("run", "--config", "hidden.conf")
    values = set().union(*(verdict.database.values(*place) for place in verdict.schema.persons))
    for log in (agent.folder / "hidden" / "lake").rglob("_delta_log"):
        shown = set().union(*texts(deltalake.DeltaTable(str(log.parent)).to_pyarrow_table()).values()) & values
        if shown:
            verdict.say(f"with the masks that are offered {log.parent.name} still shows {sorted(shown)[:3]}")


def built(lake):
    """The files of silver and gold."""
    return {str(path.relative_to(lake)) for zone in ("silver", "gold") for path in (lake / zone).rglob("*.parquet")}


def judged(server, schema, readers, mistakes):
    """(verdict or None, what went wrong)"""
    try:
        with contextlib.closing(Database(server, schema)) as database:
            server.grant_more(quoted(schema.name))
            verdict = proposed(server, schema, database, readers, mistakes)
            return verdict, verdict.wrong
    except Exception:
        return None, [traceback.format_exc()]


def table(results):
    print(f"{'schema':10} {'tables':>6} {'kinds right':>11} {'rows':>7} {'set aside':>9} {'wide tables':>11} "
          f"{'lines':>6}  about")
    for schema, verdict in results:
        if not verdict:
            print(f"{schema.name:10} {len(schema.kinds):6} {'-':>11}")
            continue
        filled = f"{verdict.filled}/{len(verdict.proposal.wide)}"
        print(f"{schema.name:10} {len(schema.kinds):6} {verdict.kinds_right:11} {verdict.outcome.rows:7} "
              f"{verdict.outcome.set_aside:9} {filled:>11} {verdict.proposal.lines:6}  {schema.about}")


def main():
    checks, mistakes, started = Checks("proposals"), Mistakes(), time.monotonic()
    names = [word for word in sys.argv[1:] if not word.startswith("-")]
    chosen = [schema for schema in schemas() if schema.name in names or not names]
    readers = YAMLReaders()
    with Server() as server:
        server.execute("CREATE DATABASE IF NOT EXISTS nothing")
        server.grant("nothing")
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            verdicts = list(pool.map(lambda schema: judged(server, schema, readers, mistakes), chosen))
    readers.close()
    for schema, (verdict, wrong) in zip(chosen, verdicts):
        checks.that(f"{schema.name}: {schema.about}", verdict and not wrong, "\n      ".join([""] + wrong))
    mistakes.check(checks, is_whole=not names)
    table([(schema, verdict) for schema, (verdict, _) in zip(chosen, verdicts)])
    print(f"{len(chosen)} schemas in {time.monotonic() - started:.0f} s", flush=True)
    checks.finish()


if __name__ == "__main__":
    main()
