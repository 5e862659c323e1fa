"""Sends generated requests to a running desk, as people of several roles, and fails on any server error
and on any answer that the OpenAPI document does not describe.

Usage: run.py ST FOLDER PID, where ST is the schemathesis command, FOLDER has what the desk prints in
`out`, and PID is the desk's process, which must be alive at the end.
"""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request

PEOPLE = ["sari@contoh.go.id", "andi@contoh.go.id", "budi@contoh.go.id", "admin@contoh.go.id"]
PASSWORD = "kentongan demo 2026"
CHECKS = ",".join(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "unsupported_method",
    ]
)


def address(folder, pid):
    """The address that the desk prints once it is filled and listens."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        found = re.search(r"listens on (http://[^ ]+)", written(folder, pid))
        if found:
            return found.group(1)
        time.sleep(0.2)
    sys.exit("the desk does not say that it listens")


def written(folder, pid):
    """What the desk has printed; ends with its log if it is no longer there."""
    with open(os.path.join(folder, "out"), encoding="utf-8") as out:
        printed = out.read()
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        with open(os.path.join(folder, "log"), encoding="utf-8") as log:
            sys.exit(f"the desk ended by itself; it said:\n{printed}{log.read()}")
    return printed


def token(base, email):
    body = json.dumps({"email": email, "password": PASSWORD}).encode()
    request = urllib.request.Request(
        f"{base}/api/v1/auth/token", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["access_token"]


def main():
    schemathesis, folder, pid = sys.argv[1], sys.argv[2], int(sys.argv[3])
    base = address(folder, pid)
    failed = []
    for email in PEOPLE:
        print(f"\n-- as {email}", flush=True)
        command = [
            schemathesis, "run", f"{base}/api/v1/openapi.json",
            "--header", f"Authorization: Bearer {token(base, email)}",
            "--checks", CHECKS,
            "--phases", "examples,coverage,fuzzing",
            "--max-examples", os.environ.get("EXAMPLES", "12"),
            "--seed", "20261122",
            "--exclude-operation-id", "create_token",
            "--suppress-health-check", "all",
            "--warnings", "off",
            "--no-color",
        ]
        if subprocess.run(command, check=False).returncode != 0:
            failed.append(email)
    written(folder, pid)
    with open(os.path.join(folder, "log"), encoding="utf-8") as log:
        errors = [line for line in log if "ERROR" in line or "panicked" in line]
    if failed or errors:
        print("".join(errors[:20]))
        sys.exit(f"failed as {', '.join(failed) or 'nobody, but the desk logged errors'}")
    print(f"\n{len(PEOPLE)} passed, 0 failed")


main()
