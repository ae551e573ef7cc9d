"""A failed installation says what to do."""

import pytest

from causes import cause_of
from console import failure


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        (
            "WARNING: Retrying (...): [Errno -3] Temporary failure in name resolution'))'\n"
            "ERROR: No matching distribution found for segno",
            "network did not answer",
        ),
        ("W: Failed to fetch x  Temporary failure resolving 'deb.example'", "network did not answer"),
        ("ssl.SSLCertVerificationError: CERTIFICATE_VERIFY_FAILED", "PIP_CERT"),
        ("OSError: [Errno 30] Read-only file system: '/x'", "may not be written"),
        ("E: Could not get lock /var/lib/dpkg/lock-frontend", "Wait until it is done"),
        ("ERROR: No matching distribution found for PySide6-Essentials==6.11.3", "64-bit Python"),
        ("E: Unable to locate package libgl1", "package sources"),
    ],
)
def test_known_words_lead_to_advice(output: str, advice: str):
    assert advice in cause_of(output)


def test_unknown_words_lead_to_no_guess():
    assert cause_of("Segmentation fault") == ""


def test_a_failure_tells_the_last_words_of_the_program():
    told = str(failure("pip", "\n".join(f"line {number}" for number in range(40))))
    assert told.startswith("pip failed.")
    assert "line 39" in told
    assert "line 27" not in told


def test_a_failure_of_known_cause_is_short():
    told = str(failure("apt-get", "E: Unable to locate package libgl1\n" * 40))
    assert "package sources" in told
    assert told.count("Unable to locate") == 2
