"""What happened is told in the log, by `ropewalk events` and to the hook alike, whoever dies."""
import datetime
import json
import re
import signal
import subprocess

import pytest

from lab import namespace
from lab.wait import wait_until

pytestmark = pytest.mark.parametrize("lab", [{"paths": 2}], indirect=True, scope="module")


def events(gateway) -> list[dict]:
    done = gateway.ropewalk("events", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def kinds(gateway, after: int = 0) -> list[str]:
    return [event["kind"] for event in events(gateway) if event["number"] > after]


def newest(gateway) -> int:
    return events(gateway)[-1]["number"]


def wait_for_event(gateway, kind: str, after: int) -> dict:
    return wait_until(lambda: f"{kind} among the events {kinds(gateway, after)}", lambda: next(
        (event for event in events(gateway) if event["kind"] == kind and event["number"] > after), None), seconds=20)


def test_events_are_the_lines_of_the_log(lab):
    """In their order, with their weight and time."""
    told = events(lab.edge)
    assert [event["number"] for event in told] == list(range(1, len(told) + 1))
    log = re.findall(r"^(\S+) ropewalk-control (\w+): (.*)$", lab.edge.log("control"), re.M)
    at = 0
    for event in told:
        place = next((i for i in range(at, len(log)) if log[i][1:] == (event["weight"], event["text"])), None)
        assert place is not None, f"{event} is not in the rest of the log"
        at = place + 1
        logged = datetime.datetime.fromisoformat(log[place][0]).astimezone(datetime.timezone.utc)
        happened = datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00"))
        assert abs(logged - happened) < datetime.timedelta(seconds=5), event
    assert {"dataplane_appeared", "generation_published", "next_hop_found", "peer_appeared"} <= set(kinds(lab.edge))


def test_text_is_a_line_an_event(lab):
    lines = lab.edge.ropewalk("events").stdout.splitlines()
    told = events(lab.edge)
    assert len(lines) == len(told)
    for line, event in zip(lines, told):
        assert re.fullmatch(rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{{3}}  {event['weight']:<7}  {re.escape(event['text'])}", line)


def test_a_path_that_dies_and_comes_back_is_named(lab):
    seen = newest(lab.edge)
    lab.routers[2].link("down")
    troubled = wait_for_event(lab.edge, "path_troubled", seen)
    assert (troubled["tunnel"], troubled["path"], troubled["weight"]) == ("hub", "path2", "warning")
    lab.routers[2].link("up")
    well = wait_for_event(lab.edge, "path_well", troubled["number"])
    assert (well["tunnel"], well["path"], well["weight"]) == ("hub", "path2", "info")


class Followed:
    """What `ropewalk events --follow` prints, for the length of a `with` block."""

    def __init__(self, gateway, directory):
        self._file = directory / "followed"
        with self._file.open("w") as file:
            command = [gateway.build.ropewalk, "events", "--follow", "--gateway", gateway.name]
            self._process = subprocess.Popen(command, stdout=file)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        assert self._process.poll() is None, "it has ended by itself"
        self._process.kill()
        self._process.wait()

    def lines(self) -> list[str]:
        return self._file.read_text().splitlines()

    def wait_for(self, text: str, after: int = 0) -> int:
        """Returns the number of lines up to the first one that has the text, of those behind the first `after`."""
        def found() -> int:
            return next((number for number, line in enumerate(self.lines(), 1) if number > after and text in line), 0)
        return wait_until(lambda: f"'{text}' in {self.lines()[after:]}", found, seconds=20)


def test_following_goes_on_whoever_is_restarted_and_into_a_new_file(lab, tmp_path):
    edge = lab.edge
    with Followed(edge, tmp_path) as followed:
        printed = edge.ropewalk("events").stdout.splitlines()
        assert followed.wait_for(printed[-1]) == len(printed), "from the oldest on"
        edge.kill("control")
        edge.start("control")
        at = followed.wait_for("taking over from an earlier control", len(printed))
        edge.kill("dataplane")
        edge.start("dataplane")
        # Control may have seen it gone, or only that it is another one.
        followed.wait_for(f"(pid {edge.pid('dataplane')}", at)
        lab.wait_until_up()
        assert [event["number"] for event in events(edge)] == list(range(1, newest(edge) + 1)), "numbers went on"
        edge.stop()
        assert len(events(edge)) > len(printed), "they are there with both processes dead"
        edge.forget_shared_memory()
        edge.start()
        at = followed.wait_for("the shared memory was made anew: numbers begin again")
        followed.wait_for("ropewalk-dataplane edge ", at)
    lab.wait_until_up()
    assert events(edge)[0]["number"] == 1


def test_what_was_overwritten_before_it_was_read_is_said(lab, tmp_path):
    """Control is stopped, and another hand leaves in its memory what 20,000 events would have left of it."""
    edge = lab.edge
    with Followed(edge, tmp_path) as followed:
        last = newest(edge)
        followed.wait_for(events(edge)[-1]["text"])
        edge.stop()
        last = newest(edge)
        _renumber(edge, last, last + 20_000)
        edge.start()
        followed.wait_for(f"numbers {last + 1} to ")
    lab.wait_until_up()
    assert newest(edge) > last + 20_000


def _renumber(gateway, old: int, new: int) -> None:
    """The record of event `old` becomes that of `new`, where that belongs, and all others end."""
    records, number_bytes, record_bytes = 10_000, 8, 408
    memory = bytearray(gateway.shared_memory.read_bytes())
    (section,) = [at for at in range(0, len(memory) - 8, 8) if memory[at:at + 8] == old.to_bytes(8, "little")
                  and memory[at + 8 + record_bytes * old:at + 16 + record_bytes * old] == old.to_bytes(8, "little")]
    slots = section + number_bytes
    content = memory[slots + record_bytes * old + number_bytes:slots + record_bytes * (old + 1)]
    for slot in range(records):
        memory[slots + record_bytes * slot:slots + record_bytes * slot + number_bytes] = bytes(number_bytes)
    place = slots + record_bytes * (new % records)
    memory[place:place + record_bytes] = new.to_bytes(8, "little") + content
    with gateway.shared_memory.open("r+b") as file:
        file.write(memory)


@pytest.fixture
def hook(lab, tmp_path_factory):
    """Makes the lines of a shell script the hook of edge."""
    folder = tmp_path_factory.mktemp("hook")
    text = lab.edge.file.read_text()

    def configure(*lines: str):
        script = folder / f"hook{len(list(folder.iterdir()))}"
        script.write_text("\n".join(("#!/bin/sh", *lines, "")))
        script.chmod(0o755)
        with lab.edge.configuration() as content:
            content["events"] = {"hook": [str(script), "first word", "$(second)"]}
        lab.edge.reload()
        return script
    yield configure
    lab.edge.file.write_text(text)
    lab.edge.reload()


def make_events(gateway, count: int) -> None:
    """Each reload has something to publish."""
    seen = newest(gateway)
    for _ in range(count):
        with gateway.configuration() as content:
            path = content["tunnels"]["hub"]["paths"]["path1"]
            path["dscp"] = (path.get("dscp", 0) + 1) % 64
        gateway.reload()
    assert kinds(gateway, seen).count("generation_published") >= count


def test_the_hook_gets_each_event_as_its_document(lab, hook, tmp_path):
    got = tmp_path / "got"
    hook(f'cat >>{got}; echo "$1 $2 $#" >>{got}.words')
    seen = newest(lab.edge)
    make_events(lab.edge, 5)
    expected = [event for event in events(lab.edge) if event["number"] > seen]

    def read() -> list[dict]:
        documents = [json.loads(line) for line in got.read_text().splitlines()] if got.exists() else []
        return [document for document in documents if document["number"] > seen]
    wait_until(lambda: f"the hook has {expected}, not {read()}", lambda: read() == expected)
    words = (tmp_path / "got.words").read_text().splitlines()
    assert set(words) == {"first word $(second) 2"}, "no shell has seen them"


def test_a_hook_that_fails_is_told_once(lab, hook):
    said = len(lab.edge.log("control"))
    hook("exit 3")
    make_events(lab.edge, 5)
    lab.edge.wait_for_log("control", "ended with status 3", after=said)
    hook("true")
    make_events(lab.edge, 1)
    lab.edge.wait_for_log("control", "events.hook works again", after=said)
    told = lab.edge.log("control")[said:]
    assert (told.count("error: events.hook: "), told.count("info: events.hook works again")) == (1, 1), told


def test_a_program_that_others_can_change_is_not_run(lab, hook, tmp_path):
    said = len(lab.edge.log("control"))
    ran = tmp_path / "ran"
    folder = hook("true").parent
    script = folder / "open"
    script.write_text(f"#!/bin/sh\ntouch {ran}\n")
    script.chmod(0o757)
    with lab.edge.configuration() as content:
        content["events"] = {"hook": [str(script)]}
    lab.edge.reload()
    make_events(lab.edge, 1)
    lab.edge.wait_for_log("control", "so others can change it", after=said)
    assert not ran.exists()


def test_a_hook_that_hangs_is_killed_and_holds_nobody_up(lab, hook):
    """Meanwhile more events come than may wait."""
    edge, said = lab.edge, len(lab.edge.log("control"))
    hook("sleep 1000 & sleep 1000")
    with lab.stream(rate=500) as stream:
        make_events(edge, 130)
        lab.let_pass(100)
    stream.assert_perfect()
    edge.wait_for_log("control", "was killed: it ran for more than 10 s", after=said)
    hook("true")
    wait_until("what was left out is told", lambda: "events were left out" in edge.log("control")[said:], seconds=40)
    hook("sleep 1000")
    make_events(edge, 1)
    wait_until("the hook runs", lambda: len(namespace.processes_in(["edge"])) > 2)
    assert edge.kill("control", signal.SIGTERM) == 0
    assert namespace.processes_in(["edge"]) == [edge.pid("dataplane")], "control has ended it"
    edge.start("control")
    lab.wait_until_up()
