"""What `scripts/lab wan` takes: a JSON change, or KEY=VALUE words such as upload.loss=5%, delay=20ms (both ways), nat=rebind."""
from lab.failure import Failure

WAYS = ("both", "upload", "download")
WHOLE_LINE = ("nat", "relay")


def request_of(words: list[str]):
    """For the emulator: a text or a dictionary."""
    is_json = words[0].lstrip().startswith("{")
    return " ".join(words).replace("\n", " ") if is_json else _change_of(words)


def _change_of(words: list[str]) -> dict:
    change: dict = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise Failure(f"'{word}' is neither JSON nor KEY=VALUE such as upload.loss=5%")
        keys = name.split(".")
        if keys[0] not in WAYS + WHOLE_LINE:
            keys.insert(0, "both")
        place = change
        for key in keys[:-1]:
            place = place.setdefault(key, {})
        place[keys[-1]] = value
    return change
