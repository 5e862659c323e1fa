#!/usr/bin/env python3
"""Prints the first sheet of a workbook as JSON: rows of [kind of cell, value as text]. Kinds are those of openpyxl."""

import json
import sys

import openpyxl

sheet = openpyxl.load_workbook(sys.argv[1]).worksheets[0]
cell = lambda cell: [cell.data_type, "" if cell.value is None else str(cell.value)]
print(json.dumps([[cell(c) for c in row] for row in sheet.iter_rows()]))
