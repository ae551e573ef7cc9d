"""A purchase order as a mail draft: a file that the mail program opens as an unsent message with the PDF attached."""

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from pegboard.domain.errors import WorkshopFileError
from pegboard.i18n import tr


@dataclass(frozen=True, slots=True)
class Letter:
    """What the mail says.

    Attributes: to: the supplier's address, "" where unknown; contact: whom to greet; sender, company: ours.
    """

    number: str
    to: str
    contact: str
    supplier: str
    sender: str
    company: str


def message(letter: Letter, pdf: bytes) -> bytes:
    """Return the draft as the text of an .eml file."""
    mail = _mail(letter, f"{tr('Purchase order {number}', number=letter.number)} {letter.company}", _text(letter))
    mail.add_attachment(pdf, maintype="application", subtype="pdf", filename=f"{letter.number}.pdf")
    return mail.as_bytes()


def question(letter: Letter, subject: str, ask: str) -> bytes:
    """Return a draft that asks the supplier something, as the text of an .eml file."""
    close = "\n".join(filter(None, (tr("Kind regards"), letter.company)))
    return _mail(letter, subject, f"{_greeting(letter)}\n\n{ask}\n\n{close}\n").as_bytes()


def _mail(letter: Letter, subject: str, text: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["X-Unsent"] = "1"  # Outlook opens it for editing; other programs show it and offer to edit it as new
    if letter.to:
        mail["To"] = _one_line(letter.to)
    if letter.sender:
        mail["From"] = _one_line(letter.sender)
    mail["Subject"] = _one_line(subject)
    mail.set_content(text)
    return mail


def _greeting(letter: Letter) -> str:
    return tr("Dear {name},", name=letter.contact) if letter.contact else tr("Dear Sir or Madam,")


def _one_line(text: str) -> str:
    """A mail's head may hold no line break."""
    return " ".join(text.split())


def _text(letter: Letter) -> str:
    greeting = _greeting(letter)
    order = tr("please find our purchase order {number} attached.", number=letter.number)
    ask = tr("Please confirm prices and delivery dates, quoting its line numbers.")
    close = "\n".join(filter(None, (tr("Kind regards"), letter.company)))
    return f"{greeting}\n\n{order}\n{ask}\n\n{close}\n"


def save(folder: Path, letter: Letter, pdf: bytes) -> Path:
    """Write the draft into `folder`; WorkshopFileError says why it cannot be written."""
    return _write(folder, f"{letter.number} {letter.supplier}", message(letter, pdf))


def save_question(folder: Path, letter: Letter, subject: str, ask: str) -> Path:
    """Write a question's draft into `folder`; WorkshopFileError says why it cannot be written."""
    return _write(folder, f"{subject} {letter.supplier}", question(letter, subject, ask))


def _write(folder: Path, title: str, content: bytes) -> Path:
    name = re.sub(r"[^\w.-]+", "-", title).strip("-")
    path = folder / f"{name}.eml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise WorkshopFileError(
            tr("The mail draft {path} cannot be written: {reason}.", path=path, reason=error.strerror or error),
            hint=tr("Save the PDF from the preview and attach it yourself."),
        ) from error
    return path
