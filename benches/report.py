#!/usr/bin/env python3
"""Measures reports of a large desk: a month of 100,000 tickets in a database of a million.

    benches/report.py PROGRAM FOLDER [--postgres URL] [--tickets 1000000] [--month 100000]

Fills a database in FOLDER once (or the PostgreSQL database of that URL): the demo, whose months that are over are
frozen, and on top of it rows of tickets and clocks, written behind the program's back because only reports read them
here. The tickets of one month lie in the present month, so that its report is computed afresh. Then runs the program
and prints times, the most memory that each run took, and how fast the page of a frozen month is.
"""

import argparse
import http.client
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.parse
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

STATUS = "CASE WHEN n % 50 = 0 THEN 'in_progress' ELSE 'closed' END"


def numbers(dialect, count):
    if dialect == "sqlite":
        return f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) "
    return f"WITH s(n) AS (SELECT generate_series(1, {count})) "


def at(dialect, begin, seconds):
    """An instant so many seconds after another."""
    if dialect == "sqlite":
        return f"datetime('{begin}', '+' || ({seconds}) || ' seconds')"
    return f"(timestamp '{begin}' + ({seconds}) * interval '1 second')"


def statements(dialect, count, begin, span):
    """Inserts tickets spread over a span of seconds, with three clocks each that came to their end."""
    # The ids of the demo are dense.
    opds, people, categories = "1 + n % 44", "1 + n % 40", "1 + n % 12"
    opened = f"{span} * CAST(n AS BIGINT) / {count}"
    yes, no = ("1", "0") if dialect == "sqlite" else ("TRUE", "FALSE")
    ended = f"CASE WHEN n % 50 = 0 THEN NULL ELSE {at(dialect, begin, f'{opened} + 3600 * (1 + n % 40)')} END"
    is_open = f"CASE WHEN n % 50 = 0 THEN {yes} ELSE {no} END"
    kind = "CASE n % 3 WHEN 0 THEN 'incident' WHEN 1 THEN 'request' ELSE 'complaint' END"
    yield (
        f"INSERT INTO ticket (version, type, status, is_open, subject, impact, urgency, priority, channel, "
        f"classification, security, personal_data, major, opd_id, requester_id, recorder_id, owner_id, bounces, "
        f"reopenings, category_id, tags, opened_at, updated_at, resolved_at, closed_at, due_at, warn_at, missed) "
        + numbers(dialect, count)
        + f"SELECT 4, {kind}, {STATUS}, {is_open}, 'Jaringan kantor lambat sejak pagi ' || n, 'medium', 'medium', "
        f"'p' || (1 + n % 4), CASE n % 2 WHEN 0 THEN 'portal' ELSE 'phone' END, 'open', {no}, {no}, {no}, {opds}, "
        f"{people}, {people}, {people}, 0, 0, {categories}, '[]', {at(dialect, begin, opened)}, "
        f"{at(dialect, begin, f'{opened} + 3600 * 48')}, {ended}, {ended}, "
        f"'9999-12-31 00:00:00', '9999-12-31 00:00:00', {no} FROM s"
    )
    # What is not resolved has a promise that is still running.
    for clock, seconds, going in (("response", 900, "1 = 0"), ("resolution", 7200, "n % 50 = 0"), ("tier1", 3600, "1 = 0")):
        state = f"CASE WHEN {going} THEN 'running' ELSE 'stopped' END"
        since = at(dialect, begin, f"{opened} + CASE WHEN {going} THEN 0 ELSE {seconds} + n % 7000 END")
        due = at(dialect, begin, f"{opened} + {seconds} + n % 7000 + CASE WHEN n % 7 = 0 THEN -600 ELSE 3600 END")
        yield (
            "INSERT INTO clock (ticket_id, kind, round, state, since, target, calendar_version_id, policy_version_id, "
            "consumed_seconds, due_at, revision) "
            + numbers(dialect, count)
            + f"SELECT (SELECT max(id) FROM ticket) - {count} + n, '{clock}', 1, {state}, {since}, "
            f"'{{\"working_minutes\":120}}', 1, 1, {seconds} + n % 7000, {due}, (SELECT max(revision) FROM clock) FROM s"
        )


def fill(arguments, environment, url):
    print(f"filling {url}", flush=True)
    with served(arguments, environment, "demo"):
        pass
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    past = datetime(2023, 1, 1)
    parts = [
        (arguments.tickets - arguments.month, past, int((month - timedelta(days=60) - past).total_seconds())),
        (arguments.month, month, int((now - month).total_seconds())),
    ]
    for count, begin, span in parts:
        for statement in statements("postgres" if arguments.postgres else "sqlite", count, f"{begin:%F %T}", span):
            if arguments.postgres:
                subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", arguments.postgres, "-c", statement], check=True)
            else:
                with sqlite3.connect(arguments.folder / "desk.db") as base:
                    base.execute(statement)
    if arguments.postgres:
        subprocess.run(["psql", "-q", arguments.postgres, "-c", "VACUUM ANALYZE"], check=True)
    else:
        with sqlite3.connect(arguments.folder / "desk.db") as base:
            base.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def served(arguments, environment, command):
    """The program while it serves. It is ours that answers: the port is free before, and the program alive after."""
    if ready(arguments.port):
        sys.exit(f"something answers on port {arguments.port} already: choose another with --port")
    server = subprocess.Popen([arguments.program, command], env=environment, stdout=subprocess.DEVNULL)
    try:
        while not ready(arguments.port):
            if server.poll() is not None:
                sys.exit(f"{command} ended with {server.returncode} before it was ready")
            time.sleep(0.2)
        yield
    finally:
        server.terminate()
        server.wait()


def ready(port):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False


def run(arguments, environment, name, *words):
    """Runs `report` three times; prints the middle of the times and the most memory."""
    times, memory = [], 0
    for _ in range(3):
        begin = time.perf_counter()
        process = subprocess.Popen(
            [arguments.program, "report", *words, "--out", arguments.folder / "out"],
            env=environment, stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        times.append(time.perf_counter() - begin)
        memory = max(memory, usage.ru_maxrss / 1024)
        if status:
            sys.exit(f"{name} failed")
    size = (arguments.folder / "out").stat().st_size / 1e6
    print(f"| {name} | {statistics.median(times):.2f} s | {memory:.0f} MB | {size:.2f} MB |", flush=True)


def page(arguments, environment):
    """How fast a frozen month is shown, one after another."""
    with served(arguments, environment, "serve"):
        times, text = asked(arguments)
    print(f"| page of a frozen month | p50 {times[500]:.1f} ms, p99 {times[990]:.1f} ms | | {len(text) / 1e6:.2f} MB |")


def asked(arguments):
    """The times of 1,000 answers in milliseconds, the shortest first, and the last of them."""
    connection = http.client.HTTPConnection("127.0.0.1", arguments.port)

    def ask(method, path, body=None, headers=()):
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer, answer.read().decode("utf-8", "replace")

    cookies = {}

    def take(answer):
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                cookies[key] = rest.split(";")[0]
        return {"Cookie": "; ".join(f"{key}={value}" for key, value in cookies.items())}

    answer, text = ask("GET", "/masuk")
    headers = take(answer)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text))
    form = urllib.parse.urlencode({**hidden, "email": "hendra@contoh.go.id", "password": "kentongan demo 2026"})
    answer, _ = ask("POST", "/masuk", form, {**headers, "Content-Type": "application/x-www-form-urlencoded"})
    headers = take(answer)
    times = []
    for count in range(1100):
        begin = time.perf_counter()
        answer, text = ask("GET", f"/laporan/{arguments.frozen}", None, headers)
        if answer.status != 200 or "SHA-256" not in text:
            sys.exit(f"no frozen page: {answer.status}")
        if count >= 100:
            times.append((time.perf_counter() - begin) * 1000)
    return sorted(times), text


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("program", type=Path)
    words.add_argument("folder", type=Path)
    words.add_argument("--postgres")
    words.add_argument("--tickets", type=int, default=1_000_000)
    words.add_argument("--month", type=int, default=100_000)
    words.add_argument("--port", type=int, default=8299)
    arguments = words.parse_args()
    arguments.program, arguments.folder = arguments.program.resolve(), arguments.folder.resolve()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    url = arguments.postgres or f"sqlite://{arguments.folder}/desk.db"
    now = datetime.now()
    arguments.frozen = f"{now.replace(day=1) - timedelta(days=1):%Y-%m}"
    environment = {
        "PATH": os.environ["PATH"],
        "KENTONGAN_DATABASE__URL": url,
        "KENTONGAN_SERVER__BIND": f"127.0.0.1:{arguments.port}",
        "KENTONGAN_ATTACHMENTS__FOLDER": str(arguments.folder / "attachments"),
        "KENTONGAN_MAIL__URL": f"file://{arguments.folder}/mail",
        "KENTONGAN_LOG__LEVEL": "warn",
    }
    os.chdir(arguments.folder)
    # What was filled is measured again only as what it is.
    month = f"{now:%Y-%m}"
    mark = arguments.folder / ("filled-postgres" if arguments.postgres else "filled-sqlite")
    place = re.sub("//[^/]*@", "//", url)
    filled = f"{arguments.tickets} tickets, {arguments.month} of them in {month}, in {place}\n"
    if not mark.exists():
        fill(arguments, environment, url)
        mark.write_text(filled)
    elif mark.read_text() != filled:
        sys.exit(f"{mark} says {mark.read_text().strip()!r}: give an empty folder and an empty database")
    print(f"{'PostgreSQL' if arguments.postgres else 'SQLite'}, {arguments.tickets} tickets, {arguments.month} of them in {month}")
    print("| what | time of the whole process | most memory | file |\n|---|--:|--:|--:|")
    run(arguments, environment, "frozen month as JSON", "--month", arguments.frozen)
    run(arguments, environment, "frozen month as PDF", "--month", arguments.frozen, "--format", "pdf")
    run(arguments, environment, "month computed afresh", "--month", month)
    for form in ("pdf", "xlsx", "html", "csv"):
        run(arguments, environment, f"month computed afresh, as {form.upper()}", "--month", month, "--format", form)
    for form in ("xlsx", "csv"):
        words = ("--month", month, "--tickets", "--format", form)
        run(arguments, environment, f"list of its tickets as {form.upper()}", *words)
    page(arguments, environment)


if __name__ == "__main__":
    main()
