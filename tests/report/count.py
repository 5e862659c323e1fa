#!/usr/bin/env python3
"""Counts an incident log by itself, from its CSV, and holds the reports of the program against that.

    tests/report/count.py LOG.csv[.gz] KENTONGAN DATABASE-URL

LOG has been imported with config/import/servicenow.toml into the database. Nothing but the standard library is
used, and nothing of the program but its command `report`. Exit code 0 if every count is equal.
"""

import csv
import gzip
import json
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta

# Months are those of the default zone, WIB; the log is in UTC.
WIB = timedelta(hours=7)
DESK = "Group 70"
PRIORITY = {("1", "1"): "p1", ("1", "2"): "p2", ("2", "1"): "p2", ("2", "2"): "p3", ("1", "3"): "p3", ("3", "1"): "p3"}
CHANNEL = {"Phone": "phone", "IVR": "phone", "Email": "email", "Self service": "portal", "Direct opening": "walk_in"}
NOTHING = ("?", "")


def instant(text):
    return datetime.strptime(text, "%d/%m/%Y %H:%M")


def team_of(row):
    group = row["assignment_group"]
    if group == DESK:
        return None
    return "Tanpa grup" if group in NOTHING else group


class Ticket:
    """What becomes of an incident if it is done again line by line: moved only while it is open, never after closing."""

    def __init__(self, row):
        self.opened = self.now = instant(row["opened_at"])
        self.channel = CHANNEL.get(row["contact_type"], "phone")
        self.resolved = None
        self.closed = False
        self.place = None
        self.group = row["assignment_group"]
        self.handovers = []
        self.reopenings = []
        self.last = row
        self.move(row)

    def move(self, row):
        to = team_of(row)
        if to == self.place or (self.resolved and row["assignment_group"] == self.group):
            return
        if self.resolved:
            return
        if self.place is not None:
            self.handovers[-1][2] = "returned"
        if to is not None:
            self.handovers.append([self.now, to, "kept"])
        self.place = to

    def follow(self, row):
        if self.closed:
            return
        self.now = max(self.now, instant(row["sys_updated_at"]))
        self.last = row
        state = row["incident_state"]
        if self.resolved and state not in ("Resolved", "Closed"):
            self.resolved = None
            self.reopenings.append(self.now)
        self.move(row)
        self.group = row["assignment_group"]
        if state in ("Resolved", "Closed") and not self.resolved:
            self.resolved = self.now
        self.closed = state == "Closed"

    @property
    def priority(self):
        return PRIORITY.get((self.last["impact"][0], self.last["urgency"][0]), "p4")

    @property
    def category(self):
        return None if self.last["category"] in NOTHING else self.last["category"]


def tickets(log):
    opened = gzip.open if log.endswith(".gz") else open
    found = {}
    with opened(log, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["number"] not in found:
                found[row["number"]] = Ticket(row)
            found[row["number"]].follow(row)
    return list(found.values())


def month(at):
    return (at + WIB).strftime("%Y-%m")


def expected(all_tickets):
    """The counts of each month: {month: {(table, row, column): count}}."""
    counts = defaultdict(Counter)
    months = sorted({month(t.opened) for t in all_tickets} | {month(t.resolved) for t in all_tickets if t.resolved})
    for t in all_tickets:
        came, went = month(t.opened), month(t.resolved) if t.resolved else "9999-99"
        rows = [("summary", ""), ("by_type", "incident"), ("by_priority", t.priority), ("by_channel", t.channel),
                ("by_category", t.category or "none")]
        for table, row in rows:
            counts[came][table, row, "opened"] += 1
            counts[went][table, row, "resolved"] += 1
            for m in months:
                counts[m][table, row, "backlog_start"] += came < m <= went
                counts[m][table, row, "backlog_end"] += came <= m < went
        for at in t.reopenings:
            counts[month(at)]["summary", "", "reopened"] += 1
        for at, team, state in t.handovers:
            counts[month(at)]["handovers", team, "handovers"] += 1
            counts[month(at)]["handovers", team, "returned"] += state == "returned"
    return {m: counts[m] for m in months}


def reported(program, database, m):
    out = subprocess.run([program, "--database", database, "report", "--month", m], capture_output=True, check=False)
    if out.returncode:
        sys.exit(out.stderr.decode())
    snapshot = json.loads(out.stdout)
    counts = Counter()
    for figure in snapshot["figures"]:
        counts["summary", "", figure["key"]] = figure["value"] or 0
    for table in snapshot["tables"]:
        # Categories and teams have ids and codes of the program's own: the log knows their names.
        named = table["key"] in ("by_category", "handovers")
        for row in table["rows"]:
            name = "none" if row["key"] == "none" else row["label"] if named else row["key"]
            for column, cell in zip(table["columns"], row["cells"]):
                counts[table["key"], name, column["key"]] = cell or 0
    return counts


def main():
    log, program, database = sys.argv[1:]
    wrong = compared = 0
    for m, counts in expected(tickets(log)).items():
        ours = reported(program, database, m)
        # What we count and the log does not have is an error too.
        keys = set(counts) | {key for key in ours if (key[0], key[2]) in {(k[0], k[2]) for k in counts}}
        for key in sorted(keys):
            compared += 1
            if counts[key] != ours[key]:
                wrong += 1
                print(f"{m} {' '.join(key)}: {counts[key]} in the log, {ours[key]} reported")
        print(f"{m}: opened {counts['summary', '', 'opened']}, resolved {counts['summary', '', 'resolved']}, "
              f"left {counts['summary', '', 'backlog_end']}, handed over "
              f"{sum(n for (table, _, column), n in counts.items() if (table, column) == ('handovers', 'handovers'))}")
    print(f"{compared} counts compared, {wrong} different" + ("" if wrong else ": all equal"))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
