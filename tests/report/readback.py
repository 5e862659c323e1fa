#!/usr/bin/env python3
"""Reads a report back from its forms with other people's programs, and holds every figure against its JSON.

    tests/report/readback.py FOLDER

FOLDER has report.json, report.csv, report.xlsx, report.pdf and report.html of one report. CSV is read by Python's csv,
the workbook by openpyxl, the paper by pdftotext, pdfinfo and pdffonts (poppler-utils), the page by Python's
html.parser. Exit code 0 if all say the same.
"""

import csv
import datetime
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import openpyxl

WRONG = []
COMPARED = 0


def same(what, expected, found):
    global COMPARED
    COMPARED += 1
    if expected != found:
        WRONG.append(f"{what}: {expected!r} expected, {found!r} found")


def whole(number):
    return f"{number:,}".replace(",", ".")


def decimal(number):
    sign = "-" if round(number * 100) < 0 else ""
    cents = abs(round(number * 100 + (1e-9 if number > 0 else -1e-9)))
    return f"{sign}{whole(cents // 100)},{cents % 100:02}"


def duration(seconds):
    minutes = int(seconds) // 60
    hours, minutes = divmod(minutes, 60)
    if not hours and not minutes:
        return "< 1 menit" if seconds else "0 menit"
    parts = ([f"{whole(hours)} jam"] if hours else []) + ([f"{minutes} menit"] if minutes else [])
    return " ".join(parts)


def told(value, unit, bare):
    """A value as people here read it; below a head with "(%)" without the sign."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if unit == "seconds":
        return duration(value)
    if unit == "percent":
        return decimal(value) + ("" if bare else " %")
    if unit == "stars" or isinstance(value, float):
        return decimal(value)
    return whole(value)


def spaced(text):
    return re.sub(r"\s+", " ", text).strip()


def rows(table):
    """Key, label and cells of each row, the sum last."""
    for row in table["rows"]:
        yield row["key"], row["label"], row["cells"]
    if table["total"] is not None:
        yield "total", "Jumlah", table["total"]


def is_told(table):
    return any(cell not in (None, 0, 0.0) for row in table["rows"] for cell in row["cells"])


# CSV: RFC 4180 says CRLF; what begins like a formula has an apostrophe before it.


def guarded(text):
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") and text else text


def plain(value):
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    return str(int(value)) if float(value).is_integer() else repr(value)


def check_csv(report, path):
    data = path.read_bytes()
    same("csv ends its lines with CRLF", data.count(b"\n"), data.count(b"\r\n"))
    lines = list(csv.DictReader(data.decode("utf-8").splitlines(keepends=True)))
    found = {(line["table"], line["row"], line["column"]): line for line in lines}
    same("csv has each cell once", len(lines), len(found))
    cells = 0
    for figure in report["figures"]:
        line = found.get(("summary", "", figure["key"]), {})
        same(f"csv {figure['key']}", plain(figure["value"]), line.get("value"))
        same(f"csv unit of {figure['key']}", figure["unit"], line.get("unit"))
        cells += 1
    for table in report["tables"]:
        for key, label, values in rows(table):
            for column, value in zip(table["columns"], values, strict=True):
                line = found.get((table["key"], guarded(key), column["key"]), {})
                name = f"csv {table['key']}/{key}/{column['key']}"
                same(name, plain(value), line.get("value"))
                same(f"{name} label", guarded(label), line.get("row_title"))
                cells += 1
    same("csv has nothing else", cells, len(lines))


# XLSX: cells as what they are.


def number(cell, unit):
    """The number of a cell in the unit of the report; the cell must be of that kind."""
    value = cell.value
    if isinstance(value, datetime.timedelta):
        value = value.total_seconds() / 86400
    if isinstance(value, datetime.datetime):
        value = (value - datetime.datetime(1899, 12, 30)).total_seconds() / 86400
    if isinstance(value, datetime.time):
        value = (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return f"no number: {value!r}"
    shape = {"percent": "0.00%", "seconds": "[h]:mm", "stars": "0.00"}.get(unit, "#,##0")
    same(f"xlsx format of {cell.coordinate}", shape, cell.number_format)
    return value * {"percent": 100, "seconds": 86400}.get(unit, 1)


def check_cell(name, cell, value, unit):
    if value is None:
        same(name, None, cell.value)
    elif isinstance(value, str):
        same(name, (value, "s"), (cell.value, cell.data_type))
    else:
        found = number(cell, unit)
        near = not isinstance(found, str) and abs(found - value) < 0.51 * (1 if unit == "seconds" else 0.0001)
        same(name, True, near or found)


def check_xlsx(report, path):
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for line in sheet.iter_rows():
            for cell in line:
                same(f"xlsx {sheet.title}!{cell.coordinate} is no formula", False, cell.data_type == "f")
    same("xlsx sheets", len(report["tables"]) + 2, len(book.sheetnames))
    sheet = book["Ringkasan"]
    summary = {line[0].value: line[1] for line in sheet.iter_rows(max_col=2) if line[0].value}
    for figure in report["figures"]:
        check_cell(f"xlsx {figure['key']}", summary[figure["title"]], figure["value"], figure["unit"])
    for table, sheet in zip(report["tables"], book.worksheets[1:-1], strict=True):
        heads = [cell.value for cell in sheet[1]]
        same(f"xlsx heads of {table['key']}", [table["rows_title"]] + [c["title"] for c in table["columns"]], heads)
        lines = list(sheet.iter_rows(min_row=2, max_col=len(heads)))
        expected = list(rows(table))
        same(f"xlsx rows of {table['key']}", len(expected), len(lines) if expected else 0)
        for (key, label, values), line in zip(expected, lines):
            same(f"xlsx {table['key']}/{key}", (label, "s"), (line[0].value, line[0].data_type))
            for column, value, cell in zip(table["columns"], values, line[1:], strict=True):
                check_cell(f"xlsx {table['key']}/{key}/{column['key']}", cell, value, column["unit"])
    sheet = book["Arti angka"]
    meant = {line[0].value: [cell.value or "" for cell in line[1:4]] for line in sheet.iter_rows(min_row=2)}
    for of in report["definitions"]:
        same(f"xlsx meaning of {of['key']}", [of["title"], of["counts"], of["leaves_out"]], meant.get(of["key"]))


# PDF.


def poppler(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"{program}: {done.stderr.decode()}")
    return done.stdout.decode("utf-8")


def settable(text):
    """The text as the typeface has it: what it lacks is a question mark; marks that only steer are left out."""
    text = re.sub("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]", "", text)
    return "".join("?" if ord(c) > 0x2FFF else c for c in text)


def loosely(text):
    """Finds a text however its words were broken over lines."""
    return r"\s*".join(re.escape(c) for c in settable(text) if not c.isspace())


def check_pdf(report, path):
    info = poppler("pdfinfo", path)
    same("pdf is tagged", True, "Tagged:          yes" in info)
    for page in poppler("pdfinfo", "-l", "999", path).splitlines():
        size = re.match(r"Page +\d+ size: +(.*) pts", page)
        if size:
            same("pdf is on A4", True, size.group(1) in ("595.28 x 841.89", "841.89 x 595.28"))
    pages = int(re.search(r"Pages: +(\d+)", info).group(1))
    fonts = poppler("pdffonts", path).splitlines()[2:]
    same("pdf has fonts", True, bool(fonts))
    for font in fonts:
        same(f"pdf font is embedded and has text: {font}", ["yes", "yes", "yes"], font.split()[-5:-2])
    data = path.read_bytes()
    # In the metadata, which are not compressed in an archived file (ISO 19005-2, 6.6.2).
    for mark in (rb"pdfaid:part>2<", rb"pdfaid:conformance>A<", rb"pdfuaid:part>1<"):
        same(f"pdf says {mark}", True, mark in data)

    text = poppler("pdftotext", "-raw", "-enc", "UTF-8", path, "-")
    flat = spaced(text)
    for page in range(1, pages + 1):
        same(f"page {page} is numbered", True, f"halaman {page} dari {pages}" in flat)
    start = flat.index("Lampiran Nomor")
    for figure in report["figures"]:
        line = loosely(figure["title"]) + r"\s+" + loosely(told(figure["value"], figure["unit"], True)) + r"(?=\s|$)"
        same(f"pdf {figure['key']}", True, bool(re.search(line, flat[start:])))
    places = {}
    for table in report["tables"]:
        title = re.search(r"Tabel \d+\. " + loosely(table["title"]), flat)
        same(f"pdf tells {table['key']}", is_told(table), bool(title))
        if title:
            places[table["key"]] = title.end()
        elif table["rows"] or table["key"] != "by_opd":
            same(f"pdf says that there is no {table['key']}", True, bool(re.search(loosely(table["title"] + ": tidak ada."), flat)))
    ends = sorted(places.values()) + [len(flat)]
    for table in report["tables"]:
        if table["key"] not in places:
            continue
        at = places[table["key"]]
        part = flat[at : ends[ends.index(at) + 1]]
        done = 0
        for key, label, values in rows(table):
            cells = [loosely(told(v, c["unit"], True)) for c, v in zip(table["columns"], values, strict=True)]
            line = re.compile(r"(?:(?<=\s)|^)" + r"\s+".join([loosely(label), *cells]) + r"(?=\s|$)")
            found = line.search(part, done)
            # A folded table goes on beside itself.
            found = found or line.search(part)
            same(f"pdf {table['key']}/{key}", True, bool(found))
            done = found.start() if found else done
    check_structure(report, poppler("pdfinfo", "-struct", path), len(places))


def check_structure(report, structure, tables):
    kinds = [line.split()[0].rstrip(":") for line in structure.splitlines() if line.strip()]
    count = {kind: kinds.count(kind) for kind in ("Table", "TH", "TD", "H1", "H2", "Figure", "L", "Caption")}
    # The summary and the meanings are tables too.
    same("pdf structure has the tables", tables + 2, count["Table"])
    cells = sum(len(list(rows(t))) * len(t["columns"]) for t in report["tables"] if is_told(t))
    same("pdf structure has the cells", True, count["TD"] >= cells)
    # A report of nothing has neither charts nor tables beside those two.
    for kind in ("H1", "H2", "L", "TH", *(("Figure", "Caption") if tables else ())):
        same(f"pdf structure has {kind}", True, count[kind] > 0)


# HTML.


class Tables(HTMLParser):
    """The tables of a page: caption and rows of cells; and whatever the page would load or run."""

    def __init__(self):
        super().__init__()
        self.tables, self.loads, self.open, self.depth = {}, [], None, 0
        self.caption, self.lines = "", []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag in ("script", "link", "iframe", "object", "embed", "form") or any(k.startswith("on") for k in attributes):
            self.loads.append(tag)
        if tag in ("img", "image", "use"):
            self.loads.append(tag)
        if tag == "table":
            self.caption, self.lines = "", []
        elif tag == "tr":
            self.lines.append([])
        elif tag in ("th", "td"):
            self.lines[-1].append("")
            self.open = tag
        elif tag == "caption":
            self.open = tag

    def handle_endtag(self, tag):
        if tag == self.open:
            self.open = None
        if tag == "table":
            self.tables[spaced(self.caption)] = [[spaced(cell) for cell in line] for line in self.lines]

    def handle_data(self, data):
        if self.open == "caption":
            self.caption += data
        elif self.open in ("th", "td"):
            self.lines[-1][-1] += data


def check_html(report, path):
    page = Tables()
    text = path.read_text("utf-8")
    page.feed(text)
    same("html loads and runs nothing", [], page.loads)
    same("html names its language", True, '<html lang="id">' in text)
    summary = page.tables["Semua angka ringkasan"]
    for figure in report["figures"]:
        line = [spaced(figure["title"]), spaced(told(figure["value"], figure["unit"], True))]
        same(f"html {figure['key']}", True, line in summary)
    by_title = {re.sub(r"^Tabel \d+\. ", "", caption): lines for caption, lines in page.tables.items()}
    for table in report["tables"]:
        lines = by_title.get(spaced(table["title"]))
        same(f"html tells {table['key']}", is_told(table), lines is not None)
        for key, label, values in rows(table) if lines else []:
            cells = [told(v, c["unit"], True) for c, v in zip(table["columns"], values, strict=True)]
            same(f"html {table['key']}/{key}", True, [spaced(cell) for cell in [label, *cells]] in lines)


def main():
    folder = Path(sys.argv[1])
    report = json.loads((folder / "report.json").read_text("utf-8"))
    check_csv(report, folder / "report.csv")
    check_xlsx(report, folder / "report.xlsx")
    check_pdf(report, folder / "report.pdf")
    check_html(report, folder / "report.html")
    for line in WRONG[:40]:
        print(line)
    print(f"{COMPARED} compared, {len(WRONG)} different" + ("" if WRONG else ": all equal"))
    sys.exit(1 if WRONG else 0)


if __name__ == "__main__":
    main()
