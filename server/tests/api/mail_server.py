"""A mail server for tests: takes mail on 127.0.0.1 and writes each, parsed, as a line of JSON.

Arguments: [--auth NAME:PASSWORD] [--certificate PEM] [--reject]
"""

import argparse
import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

arguments = argparse.ArgumentParser()
arguments.add_argument("--auth")
arguments.add_argument("--certificate")
arguments.add_argument("--reject", action="store_true")
options = arguments.parse_args()


class Handler:
    async def handle_DATA(self, server, session, envelope):
        if options.reject:
            return "451 4.3.2 try again later"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
        said = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": {name.lower(): str(value) for name, value in mail.items()},
            "parts": parts,
            "tls": session.ssl is not None,
            "login": session.auth_data.login.decode() if session.auth_data else None,
        }
        print(json.dumps(said), flush=True)
        return "250 2.0.0 Ok: taken"


def authenticate(server, session, envelope, mechanism, data):
    given = f"{data.login.decode()}:{data.password.decode()}"
    return AuthResult(success=given == options.auth, handled=False, auth_data=data)


def session():
    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate)
    more = {}
    if options.auth:
        more = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": bool(context)}
    return SMTP(Handler(), hostname="mail.test", tls_context=context, require_starttls=bool(context), **more)


async def main():
    loop = asyncio.get_running_loop()
    # The system chooses the port.
    server = await loop.create_server(session, "127.0.0.1", 0)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    # Whoever started this ends it by closing its input.
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
