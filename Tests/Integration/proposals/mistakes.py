"""The kinds of mistakes that proposals for unknown databases are made of; each is a check of its own over the whole
corpus."""

import collections
import re
import threading

MISTAKES = (
    "zero as none",
    "'' as none",
    "empty parent",
    "guessed key to the wrong table",
    "two candidates",
    "a guess that the rows do not bear out",
    "a column of no reference",
    "parent to its own bridge",
    "a date of birth, expiry, login or change as a fact's date",
    "zero dates",
    "NULL times of change as a sequence",
    "future watermark",
    "master data with created_at as facts",
    "headers lost as facts",
    "bridges as facts",
    "logs, sessions and caches",
    "secrets in gold",
    "Unix seconds unseen",
    "rows behind a parent in quarantine without the cause",
    "partitions by day for few rows",
    "words of YAML",
    "carriage returns left",
)

# columns that refer to nothing, whatever table has a key of that name
NO_REFERENCE = {"ip", "type", "status", "value_id", "session_id", "trigger_group", "user_agent"}

# when a row of master data was made, and when it was last changed
CREATED = re.compile(r"creat|added|regist|hire", re.IGNORECASE)
CHANGED = re.compile(r"^(update_time|updated_at|updated_on|last_update|modify_time|date_modified)$", re.IGNORECASE)

# what a row is called
NAMED = re.compile(r"(^|_)(name|title)$|[a-z](Name|Title)$|^(Name|Title|bezeichnung)$")

NO_FACT_DATE = re.compile(
    r"birth|dob|expir|checked_out|last_?(login|visit|access|seen)|modif|updated|_edit_time|read_time|promotion_"
    r"|deadline|to_date$", re.IGNORECASE)


class Mistakes:
    """Which mistakes were looked for where, and which were made."""

    def __init__(self):
        self._places, self._made = collections.Counter(), collections.defaultdict(list)
        self._lock = threading.Lock()

    def look(self, mistake, is_made, place):
        if mistake not in MISTAKES:
            raise ValueError(f"{mistake} is no mistake of the list")
        with self._lock:
            self._places[mistake] += 1
            if is_made:
                self._made[mistake].append(place)

    def check(self, checks, is_whole):
        """One check a mistake; in the whole corpus, one that was looked for nowhere is a failure."""
        for mistake in MISTAKES:
            made, places = self._made[mistake], self._places[mistake]
            if not is_whole and not places:
                continue
            said = f"{len(made)} made: {'; '.join(made[:12])}" if places else "nothing of the kind is in the corpus"
            checks.that(f"no {mistake}, of {places} places", places > 0 and not made, said)
