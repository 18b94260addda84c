"""E-mail, by Django's backend. The row's uuid is the mail's Message-ID, by which mail boxes know a second copy."""

from smtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from messaging.states import Failure
from messaging.ways.carrier import Letter, Receipt


class Mail:
    name = "email"

    def __init__(self) -> None:
        self._connection = get_connection()

    def send(self, letter: Letter) -> Receipt:
        try:
            self._connection.open()
            self._mail(letter).send()
        except SMTPRecipientsRefused as error:
            return _refused(error)
        except SMTPAuthenticationError as error:
            return Receipt(Failure.ACCESS, code=str(error.smtp_code))
        except SMTPResponseException as error:
            self.close()
            return Receipt(Failure.REFUSED, code=str(error.smtp_code))
        except (OSError, SMTPException):
            self.close()
            return Receipt(Failure.CONNECTION)
        except ValueError:
            # A header with a line break, an address that cannot be written: nothing that a second try mends.
            return Receipt(Failure.ADDRESS)
        return Receipt(provider_id=str(letter.uuid))

    def close(self) -> None:
        self._connection.close()

    def _mail(self, letter: Letter) -> EmailMessage:
        headers = {"Message-ID": f"<{letter.uuid}@{_domain()}>", "Auto-Submitted": "auto-generated"}
        subject = " ".join(letter.subject.split())
        return EmailMessage(subject, letter.body, to=[letter.address], headers=headers, connection=self._connection)


def _refused(error: SMTPRecipientsRefused) -> Receipt:
    """5xx: no such mail box; 4xx: full or greylisted, to be tried again."""
    status = next((code for code, _words in error.recipients.values()), 550)
    return Receipt(Failure.ADDRESS if status >= 500 else Failure.REFUSED, code=str(status))


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >") or "localhost"
