"""What is changed, where and when: drawn from a seed alone, so that the same seed gives the same changes."""
import dataclasses
import random
from collections.abc import Iterator, Mapping

# Of steps: how long one path is left alone, and when the next one is whole again, so that both are for a while.
SHIFT = 40
WHOLE = 28


@dataclasses.dataclass(frozen=True, order=True)
class Place:
    """Where at most one change stands at a time. `number` is that of the path whose it is, 0 where it is no path's."""
    kind: str
    side: str = ""
    number: int = 0

    def __str__(self) -> str:
        return " ".join(filter(None, (f"path {self.number}" if self.number else "", self.side, self.kind)))


@dataclasses.dataclass(frozen=True)
class Begin:
    """Of a change, by name; `seed` is for what else it draws."""
    place: Place
    change: str
    seed: int


@dataclasses.dataclass(frozen=True)
class End:
    """Of the change that stands there."""
    place: Place


@dataclasses.dataclass(frozen=True)
class MakeWhole:
    """Every change of this path has been ended: it is to be left alone soon."""
    path: int


@dataclasses.dataclass(frozen=True)
class HandOver:
    """From here on this path alone is left alone."""
    path: int


Event = Begin | End | MakeWhole | HandOver


def events(seed: int, paths: list[int], changes: Mapping[Place, list[str]]) -> Iterator[Event]:
    """Without end. `changes` are those that may be made, by place. Begins with the path that is left alone first; MakeWhole comes
    after the ends that it speaks of, and takes no time."""
    choice = random.Random(seed)
    standing: set[Place] = set()
    alone = choice.choice(paths)
    yield HandOver(alone)
    while True:
        following = choice.choice([path for path in paths if path != alone])
        for step in range(SHIFT):
            if step == WHOLE:
                for place in sorted(place for place in standing if place.number == following):
                    standing.remove(place)
                    yield End(place)
                yield MakeWhole(following)
            untouched = {alone, following} if step >= WHOLE else {alone}
            yield _step(choice, standing, changes, untouched)
        yield HandOver(following)
        alone = following


def _step(choice: random.Random, standing: set[Place], changes: Mapping[Place, list[str]], untouched: set[int]) -> Begin | End:
    free = sorted(place for place in changes if place.number not in untouched)
    changed = [place for place in free if place in standing]
    whole = [place for place in free if place not in standing]
    if changed and (not whole or choice.random() < 0.5):
        place = choice.choice(changed)
        standing.remove(place)
        return End(place)
    place = choice.choice(whole)
    standing.add(place)
    return Begin(place, choice.choice(changes[place]), choice.randrange(1 << 32))
