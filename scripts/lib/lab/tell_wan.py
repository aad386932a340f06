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


def tell(path, request) -> dict:
    """One line there, one line back; a text goes as it is."""
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(5)
        channel.connect(str(path))
        text = request if isinstance(request, str) else json.dumps(request)
        channel.sendall(text.encode() + b"\n")
        return json.loads(channel.makefile().readline())


def request_of(words: list[str]):
    if not words:
        return {"show": "counters"}
    is_json = words[0].lstrip().startswith("{")
    return " ".join(words).replace("\n", " ") if is_json else change_of(words)


def main(path: str, words: list[str]) -> None:
    try:
        answer = tell(path, request_of(words))
    except OSError as error:
        sys.exit(f"no emulator answers at {path}: {error.strerror or error}")
    if answer.get("ok") is False:
        sys.exit("\n".join(answer["problems"]))
    if "ok" not in answer:
        print(json.dumps(answer, indent=2))


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    main(sys.argv[1], sys.argv[2:])
