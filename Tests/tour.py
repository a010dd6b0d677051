"""What the documents show of the tour against what the demo printed: each command was run, and each line under it is a line
of its output, of which cells may be left out. Times, ids of runs and sizes are those of any run."""

import re

PAGES = ("README.md", "docs/tour.md", "docs/steward.md")
VOLATILE = ((r" --port \d+", ""), (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME"), (r"\d{4}-\d\d-\d\d", "DATE"), (r"\b01[0-9A-Z]{24}\b", "RUN"),
            (r"[\d.]+ [kMG]?B\b", "SIZE"), (r"surrogate_key \d+", "surrogate_key"), (r"[\d.]+ s\b", "SECONDS"))


def steady(line):
    for pattern, word in VOLATILE:
        line = re.sub(pattern, word, line)
    return line.rstrip()


def words(line):
    return [word.rstrip(",") for word in line.split()]


def is_part(few, many):
    """Whether `few` stand among `many`, in their order."""
    rest = iter(many)
    return all(word in rest for word in few)


def sections(lines):
    """(command, the lines under it) for each `$ sluice …`."""
    found = []
    for line in map(steady, lines):
        if line.startswith("$ sluice "):
            found.append((line, []))
        elif found:
            found[-1][1].append(words(line))
    return found


def differences(name, page, output):
    """(commands shown, what the demo's output does not have of them) of a page's text."""
    ran, problems, count = sections(output), [], 0
    fenced = [part.split("\n```", 1)[0] for part in page.split("\n```\n$ ")[1:]]
    for part in fenced:
        for command, lines in sections(("$ " + part).split("\n")):
            count += 1
            places = [index for index, (other, _) in enumerate(ran) if other == command]
            if not places:
                problems.append(f"{name}: the demo did not run: {command}\n")
                continue
            printed = ran[places[0]][1]
            # a command that the demo runs again is shown again
            ran = ran[places[0] + 1:]
            problems += [f"{name}: not printed by {command}: {' '.join(line)}\n" for line in lines
                         if line and set(line[0]) != {"─"} and line[0] != "$" and not any(is_part(line, other) for other in printed)]
    return count, problems
