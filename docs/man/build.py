#!/usr/bin/env python3
"""Makes the manual pages beside this script from what there is already: sluice(1) from `sluice help --json` and the exit
statuses in operating.md, agent.conf(5) from configuration.md, sluice-rules(7) from rules.md.

    build.py [--check]      writes the pages; or writes nothing, and ends with 1 when one of them is out of date

The binary is $SLUICE, else .build/sluice. Only the forms of Markdown that docs/ uses are understood: headings, paragraphs,
lists of one level, fences, tables, and `code`, **strong**, *emphasis* and [links](x) in a line."""

import json
import os
import pathlib
import re
import subprocess
import sys

MAN = pathlib.Path(__file__).resolve().parent
DOCS = MAN.parent
SLUICE = os.environ.get("SLUICE", str(DOCS.parent / ".build" / "sluice"))
SEE = {"sluice.1": "agent.conf(5), sluice-rules(7)", "agent.conf.5": "sluice(1), sluice-rules(7)",
       "sluice-rules.7": "sluice(1), agent.conf(5)"}


def plain(text):
    """Text without any markup, safe within a roff line."""
    return text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\`")


def inline(text):
    """A paragraph of Markdown as a line of roff."""
    line, font = "", "R"
    for part in re.split(r"(`[^`]+`|\*\*)", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)):
        if part == "**":
            font = "B" if font == "R" else "R"
            line += f"\\f{font}"
        elif part.startswith("`") and len(part) > 2:
            line += f"\\fB{plain(part[1:-1])}\\f{font}"
        else:
            line += re.sub(r"\*([^*\s][^*]*)\*", r"\\fI\1\\fR", part.replace("\\", "\\e"))
    return guarded(line)


def guarded(line):
    """A line that begins with what roff takes for a request is none."""
    return "\\&" + line if line.startswith((".", "'")) else line


def header(title, section):
    version = re.search(r"^## ([0-9.]+)", (DOCS.parent / "CHANGELOG.md").read_text(), re.M).group(1)
    return [".\\\" Made by docs/man/build.py; change its sources instead.", ".nr HY 0",
            f'.TH {title} {section} "" "Sluice {version}" "Sluice"', ".ad l"]


def cells(line):
    """The cells of a table's row; a bar within `code` divides nothing."""
    codes = []

    def kept(match):
        codes.append(match.group(0))
        return f"\0{len(codes) - 1}\0"

    parts = re.sub(r"`[^`]*`", kept, line.strip()[1:-1]).split("|")
    return [re.sub(r"\0(\d+)\0", lambda match: codes[int(match.group(1))], part).strip() for part in parts]


def row(names, values):
    """A table's row as a tagged paragraph: the first cell is the tag, the last one what it means."""
    spelt = {"type": "{}", "default": "default {}", "example": "for example {}", "": "{}"}
    notes = [spelt.get(name, name + ": {}").format(value) for name, value in zip(names[1:-1], values[1:-1]) if value]
    notes = "; ".join(notes).replace("default required", "required").replace("default none", "no default")
    last = f"fails when {values[-1]}" if names[-1] == "fails when" else values[-1]
    lines = [".TP", inline(values[0])] + ([inline(sentence(notes)), ".br"] if notes else [])
    return lines + ([inline(sentence(last))] if last else [])


def sentence(text):
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")


def joined(lines):
    """Lines with those of a paragraph in one."""
    found, is_fenced, is_open = [], False, False
    for line in lines:
        is_fence = line.startswith("```")
        is_fenced ^= is_fence
        is_text = not is_fenced and not is_fence and line.strip() != "" and not line.startswith(("#", "|", "<!--"))
        if is_text and is_open and not line.startswith("- "):
            found[-1] += " " + line.strip()
        else:
            found.append(line)
        is_open = is_text
    return found


def body(text):
    """Markdown without its title as lines of roff."""
    found, lines, names, is_fenced, is_list = [], joined(text.split("\n")), None, False, False
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if line.startswith("```"):
            found += [".EE", ".RE"] if is_fenced else [".PP", ".RS 2", ".EX"]
            is_fenced = not is_fenced
        elif is_fenced:
            found.append(guarded(plain(line)))
        elif line.startswith("## "):
            found.append(f'.SH "{line[3:].upper()}"')
        elif line.startswith("#"):
            found.append(f'.SS "{line.lstrip("# ")}"')
        elif line.startswith("|"):
            if names is None:
                names = cells(line)
            elif not set(line) <= set("|-: "):
                found += row(names, cells(line))
        elif line.startswith("- "):
            found += [".IP \\(bu 2", inline(line[2:])]
            is_list = True
        elif not line.strip():
            if not (is_list and following.startswith("- ")):
                found.append(".PP")
                is_list = False
        elif not line.startswith("<!--"):
            found.append(inline(line))
        if not line.startswith("|"):
            names = None
    return tidy(found)


def tidy(lines):
    """Without paragraph marks before another mark, and at the end."""
    marks = (".SH", ".SS", ".PP", ".TP", ".IP")
    pairs = zip(lines, [*lines[1:], ".SH"])
    found = [line for line, following in pairs if line != ".PP" or following.split(" ")[0] not in marks]
    return found[1:] if found and found[0] == ".PP" else found


def page(name, title, summary, source):
    """A manual page of a page of docs."""
    text = (DOCS / source).read_text().split("\n", 1)[1]
    stem, section = name.rsplit(".", 1)
    lines = header(title, section) + [".SH NAME", f"{plain(stem)} \\- {summary}", ".SH DESCRIPTION"]
    return lines + body(text) + [".SH SEE ALSO", SEE[name]]


def option(rule):
    name, *value = rule["spelling"].split(" ", 1)
    tag = f"\\fB{plain(name)}\\fR" + "".join(f" \\fI{plain(part)}\\fR" for part in value)
    return [".TP", tag, guarded(inline(sentence(rule["help"])))]


def command(rule):
    names = [f"<{argument['name']}>" + ("…" if argument["repeatable"] else "") for argument in rule["arguments"]]
    names = [name if argument["required"] else f"[{name}]" for name, argument in zip(names, rule["arguments"])]
    usage = " ".join(["sluice", rule["command"], *names] + (["[options]"] if rule["options"] else []))
    lines = [f'.SS "{plain(usage)}"', inline(sentence(rule["summary"]))]
    if rule["details"]:
        lines += [".PP", inline(rule["details"])]
    for argument in rule["arguments"]:
        lines += [".TP", f"\\fI{plain('<' + argument['name'] + '>')}\\fR", inline(sentence(argument["help"]))]
    for rule_option in rule["options"]:
        lines += option(rule_option)
    if rule["examples"]:
        lines += [".PP", ".RS 2", ".EX"] + [plain(example) for example in rule["examples"]] + [".EE", ".RE"]
    return lines


def statuses():
    """The rows of the table under "Exit status" in operating.md, and what follows it there."""
    text = (DOCS / "operating.md").read_text().split("\n## Exit status\n", 1)[1].split("\n## Upgrade\n", 1)[0]
    table, advice = text.split("\n### ", 1)
    lines = []
    for line in table.split("\n"):
        if re.match(r"\| [0-9]", line):
            number, *texts = cells(line)
            lines += [".TP", f"\\fB{number}\\fR", inline(" ".join(sentence(text) for text in texts if text))]
    return lines + body("### " + advice)


def manual():
    table = json.loads(subprocess.run([SLUICE, "help", "--json"], stdout=subprocess.PIPE, check=True).stdout)
    lines = header("SLUICE", 1) + [".SH NAME", "sluice \\- MySQL and MariaDB tables to a lakehouse, cleaned, joined and proven",
                                   ".SH SYNOPSIS", "\\fBsluice\\fR \\fIcommand\\fR [\\fIoptions\\fR]", ".SH DESCRIPTION",
                                   inline(table["summary"]), ".SH COMMANDS"]
    for rule in table["commands"]:
        lines += command(rule)
    lines.append('.SH "OPTIONS OF EVERY COMMAND"')
    for rule in table["options"]:
        lines += option(rule)
    lines += ['.SH "EXIT STATUS"', *statuses(), ".SH FILES",
              ".TP", "\\fB./agent.conf\\fR, \\fB/etc/sluice/agent.conf\\fR", "The configuration, see agent.conf(5).",
              ".TP", "\\fB/var/lib/sluice\\fR", "The lake and the history of runs, as deploy/setup.sh installs them.",
              ".SH SEE ALSO", SEE["sluice.1"]]
    return lines


def pages():
    return {"sluice.1": manual(),
            "agent.conf.5": page("agent.conf.5", "AGENT.CONF", "configuration of sluice(1)", "configuration.md"),
            "sluice-rules.7": page("sluice-rules.7", "SLUICE-RULES", "rules that say what a good row is", "rules.md")}


def main():
    stale = []
    for name, lines in pages().items():
        text = "\n".join(lines) + "\n"
        path = MAN / name
        if "--check" not in sys.argv[1:]:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            stale.append(name)
    if stale:
        print(f"docs/man: {', '.join(stale)} out of date; run 'make man'", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
