"""UserHarbor for Python on one database, driven by JSON: a line in is a call, a line out its outcome."""

import json
import sys
from operator import attrgetter

from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from userharbor import UserHarbor
from userharbor_sqlalchemy import SQLAlchemyUserStore


class RecordingEmailSender:
    """Keeps what the call under way sends."""

    def __init__(self):
        self.mails = []

    def _keep(self, kind, email, token=None):
        self.mails.append({"kind": kind, "to": email, "token": token})

    def send_verification(self, username, email, token):
        self._keep("verification", email, token)

    def send_password_reset(self, username, email, token):
        self._keep("password_reset", email, token)

    def send_email_verified(self, username, email):
        self._keep("email_verified", email)

    def send_password_changed(self, username, email):
        self._keep("password_changed", email)

    def send_account_deleted(self, username, email):
        self._keep("account_deleted", email)


def plain(value):
    if isinstance(value, set):
        return sorted(value)
    return value if isinstance(value, (bool, str, type(None))) else vars(value)


def main(url, secret_key):
    engine = create_engine(url)
    store = SQLAlchemyUserStore(sessionmaker(engine))
    sender = RecordingEmailSender()
    harbor = UserHarbor(secret_key, store, sender)

    for line in sys.stdin:
        call = json.loads(line)
        sender.mails = []
        outcome = {"error": None, "result": None}
        try:
            if call["name"] == "create_all":
                store.metadata.create_all(engine)
            else:
                operation = attrgetter(call["name"])(harbor)
                outcome["result"] = plain(operation(**call["args"]))
        except Exception as error:
            outcome["error"] = f"{type(error).__name__}: {error}"
        print(json.dumps({**outcome, "mails": sender.mails}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
