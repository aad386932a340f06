"""Programs that must refuse to run, and how they say so."""
import os
import subprocess


def run_to_its_end(words: list, seconds: float = 15) -> subprocess.CompletedProcess:
    """One that runs on is killed and fails the test."""
    process = subprocess.Popen([os.fspath(word) for word in words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    try:
        output, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        output, errors = process.communicate()
        raise AssertionError(f"it ran on: {output}{errors}") from None
    return subprocess.CompletedProcess(words, process.returncode, output, errors)


def assert_refuses(words: list, *fragments: str, problems: int = 1) -> subprocess.CompletedProcess:
    """It ends by itself with a status other than 0, and its last words are one sentence a problem that says all that
    is in `fragments`; no crash, no stack of messages from the libraries below."""
    done = run_to_its_end(words)
    text = done.stdout + done.stderr
    assert done.returncode > 0, f"exit status {done.returncode}: {text}"
    for fragment in fragments:
        assert fragment in text, f"'{fragment}' is missing in: {text}"
    for noise in ("EAL:", "terminate called", "what():", "AddressSanitizer", "Traceback"):
        assert noise not in text, text
    complaints = [line for line in done.stderr.splitlines() if line.strip() and " info: " not in line]
    assert len(complaints) <= problems, f"more than {problems} line(s) of complaint: {text}"
    return done
