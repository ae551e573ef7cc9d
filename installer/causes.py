"""What a failed download or installation means and what to do, told from the words that it left."""

CAUSES = (
    (
        ("no space left", "errno 28", "not enough free space", "disk quota exceeded", "not enough space on the disk"),
        "The disk is full. Free about 2 GB (pip also needs room in the folder for temporary files) and run it again.",
    ),
    (
        ("certificate verify failed", "certificate_verify_failed", "certificate verification failed"),
        "The network's certificate is not trusted here. Set PIP_CERT to your network's certificate file, "
        "or ask whoever runs the network.",
    ),
    (
        (
            "name resolution",
            "name or service not known",
            "getaddrinfo failed",
            "nodename nor servname",
            "temporary failure resolving",
            "could not resolve",
            "network is unreachable",
            "no route to host",
            "failed to establish a new connection",
            "connection refused",
            "connection reset",
            "could not connect to",
            "cannot initiate the connection",
            "cannot connect to proxy",
            "timed out",
        ),
        "The network did not answer. Connect this computer to the internet (behind a proxy, set HTTPS_PROXY; "
        "pip's and apt's own settings hold) and run it again.",
    ),
    (
        ("could not get lock", "is another process using it", "unable to acquire the dpkg frontend lock"),
        "Another program is installing packages. Wait until it is done and run it again.",
    ),
    (
        ("read-only file system", "permission denied", "access is denied", "operation not permitted", "are you root"),
        "A folder may not be written. Put the Pegboard folder where you may write, or make it yours, and run it again.",
    ),
    (
        ("no matching distribution found", "is not a supported wheel", "requires-python"),
        "pip found no build of a package for this Python and computer. Use a 64-bit Python 3.11 to 3.13, "
        "and look at pip's settings (pip config list) where they name a package index of your own.",
    ),
    (
        ("unable to locate package", "has no installation candidate"),
        "This system's package sources do not offer a package. Look at /etc/apt/sources.list, run apt-get update, "
        "and run it again.",
    ),
)


def cause_of(output: str) -> str:
    """Return the cause that the output of pip, apt-get or the system names, with what to do; empty when unknown."""
    text = output.lower()
    return next((sentence for signs, sentence in CAUSES if any(sign in text for sign in signs)), "")
