"""Arguments of command lines, checked before anything is done."""
import argparse


def whole_number(low: int, high: int):
    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = None
        if value is None or not low <= value <= high:
            raise argparse.ArgumentTypeError(f"found '{text}'; allowed: a whole number from {low} to {high}")
        return value
    return parse
