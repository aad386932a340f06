"""Reads a runner's JUnit XML (gtest or pytest) and prints `PASSED FAILED SKIPPED`.

    count.py EXIT_STATUS FILE

A runner that failed without naming a failed test has crashed, and one that ran nothing has tested nothing: each is one
failure more.
"""
import sys
import xml.etree.ElementTree as xml


def count(status: int, path: str) -> tuple[int, int, int]:
    try:
        cases = list(xml.parse(path).iter("testcase"))
    except (OSError, xml.ParseError):
        return 0, 1, 0
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None or case.get("status") == "notrun" for case in cases)
    passed = len(cases) - failed - skipped
    if failed == 0 and (status != 0 or passed == 0):
        failed = 1
    return passed, failed, skipped


if __name__ == "__main__":
    print(*count(int(sys.argv[1]), sys.argv[2]))
