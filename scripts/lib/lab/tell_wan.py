"""Speaks to a WAN emulator: a JSON change, or KEY=VALUE words such as upload.loss=5%, delay=20ms (both ways), nat=rebind;
without any, prints its counters."""
import json
import signal
import socket
import sys

WAYS = ("both", "upload", "download")
WHOLE_LINE = ("nat", "relay")


def change_of(words: list[str]) -> dict:
    change: dict = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            sys.exit(f"'{word}' is neither JSON nor KEY=VALUE such as upload.loss=5%")
        keys = name.split(".")
        if keys[0] not in WAYS + WHOLE_LINE:
            keys.insert(0, "both")
        place = change
        for key in keys[:-1]:
            place = place.setdefault(key, {})
        place[keys[-1]] = value
    return change


def ask(path: str, line: str) -> dict:
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(5)
        try:
            channel.connect(path)
        except OSError as error:
            sys.exit(f"no emulator answers at {path}: {error.strerror}")
        channel.sendall(line.encode() + b"\n")
        return json.loads(channel.makefile().readline())


def main(path: str, words: list[str]) -> None:
    if not words:
        print(json.dumps(ask(path, '{"show":"counters"}'), indent=2))
        return
    is_json = words[0].lstrip().startswith("{")
    answer = ask(path, " ".join(words).replace("\n", " ") if is_json else json.dumps(change_of(words)))
    if answer.get("ok") is False:
        sys.exit("\n".join(answer["problems"]))
    if "ok" not in answer:
        print(json.dumps(answer, indent=2))


signal.signal(signal.SIGPIPE, signal.SIG_DFL)
main(sys.argv[1], sys.argv[2:])
