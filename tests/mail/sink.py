"""A mail server that keeps what it is given and does what it is told to, for tests.

Usage: sink.py FOLDER [--port N] [--tls CERTIFICATE KEY | --starttls CERTIFICATE KEY] [--auth USER PASSWORD]

Every message that it accepts is a file in FOLDER, written before the answer: 000001.eml and so on,
with the envelope in the lines X-Sink-From and X-Sink-To before it. What it does with the next messages stands in
FOLDER/mode, read before each:
  accept                 take it
  temporary              refuse every recipient for now (450)
  permanent              refuse every recipient for good (550)
  drop N                 take it and hang up instead of answering, N times in all
  sender                 refuse our own address (550)
  slow SECONDS           take it after a while
A recipient whose name begins with "nobody" is always refused for good, with "later" for now.
It says its port on standard output once it listens.
"""

import argparse
import asyncio
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Sink:
    def __init__(self, folder):
        self.folder = folder
        self.count = len([name for name in os.listdir(folder) if name.endswith(".eml")])
        self.dropped = 0

    def mode(self):
        try:
            with open(os.path.join(self.folder, "mode")) as file:
                return (file.read().split() + ["", ""])[:2]
        except FileNotFoundError:
            return ["accept", ""]

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.mode()[0] == "sender":
            return "550 5.7.1 sender rejected"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        mode = self.mode()[0]
        if mode == "permanent" or address.startswith("nobody"):
            return "550 5.1.1 no such user"
        if mode == "temporary" or address.startswith("later"):
            return "450 4.2.0 greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mode, detail = self.mode()
        if mode == "slow":
            await asyncio.sleep(float(detail))
        self.count += 1
        name = os.path.join(self.folder, f"{self.count:06}.eml")
        with open(name + ".part", "wb") as file:
            file.write(f"X-Sink-From: {envelope.mail_from}\r\nX-Sink-To: {','.join(envelope.rcpt_tos)}\r\n".encode())
            file.write(envelope.content)
        os.rename(name + ".part", name)
        if mode == "drop" and self.dropped < int(detail):
            self.dropped += 1
            server.transport.abort()
            # Never answered: the other side is gone by then.
            return "421 gone"
        return f"250 2.0.0 taken as {self.count}"


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--starttls", nargs=2)
    parser.add_argument("--auth", nargs=2)
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    sink = Sink(options.folder)

    def context(files):
        made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        made.load_cert_chain(*files)
        return made

    def check(server, session, envelope, mechanism, data):
        right = isinstance(data, LoginPassword) and [data.login.decode(), data.password.decode()] == options.auth
        return AuthResult(success=right, handled=right)

    def session():
        return SMTP(
            sink,
            hostname="sink.test",
            ident="sink",
            tls_context=context(options.starttls) if options.starttls else None,
            require_starttls=bool(options.starttls),
            authenticator=check if options.auth else None,
            auth_required=bool(options.auth),
            auth_require_tls=not options.tls and bool(options.starttls),
            data_size_limit=None,
        )

    wrapped = context(options.tls) if options.tls else None
    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", options.port, ssl=wrapped)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with whoever started it.
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


asyncio.run(main())
