"""A page of metrics, read as strictly as OpenMetrics 1.0 (its ABNF and its rules for counters, gauges and infos) has it."""
import re

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
_LABELS = re.compile(rf"(?:{_LABEL}(?:,{_LABEL})*)?")
_SAMPLE = re.compile(rf"({_NAME})\{{(.*)\}} (-?[0-9]+(?:\.[0-9]+)?(?:e[+-][0-9]+)?)")
_META = re.compile(rf"# (HELP|TYPE|UNIT) ({_NAME}) (.+)")
_SUFFIX = {"counter": "_total", "gauge": "", "info": "_info"}


def samples(page: str) -> dict[str, dict[tuple, float]]:
    """Values by the name of the samples, and by their labels, sorted. Fails where the page is none of OpenMetrics."""
    lines = page.split("\n")
    assert lines[-2:] == ["# EOF", ""], lines[-2:]
    families: dict[str, dict] = {}
    found: dict[str, dict[tuple, float]] = {}
    current = None
    for line in lines[:-2]:
        if meta := _META.fullmatch(line):
            what, name, text = meta.groups()
            if name != current:
                assert name not in families, f"{name} a second time"
                current = name
                families[name] = {}
            assert what not in families[name], line
            families[name][what] = text
            continue
        sample = _SAMPLE.fullmatch(line)
        assert sample, line
        name, labels, value = sample.groups()
        family = families[current]
        assert name == current + _SUFFIX[family["TYPE"]], f"{name} in {current}, a {family['TYPE']}"
        assert _LABELS.fullmatch(labels), line
        key = tuple(sorted((it[0], it[1]) for it in re.findall(_LABEL, labels)))
        assert key not in found.setdefault(name, {}), f"{line} a second time"
        assert float(value) >= 0, line
        found[name][key] = float(value)
    for name, family in families.items():
        assert {"HELP", "TYPE"} <= set(family), name
        assert "UNIT" not in family or name.endswith("_" + family["UNIT"]), name
    return found
