# Answers questions about versions and specifiers with Python's own
# `packaging`: JSON on standard input, JSON on standard output.
import json
import sys

import packaging
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version


def version(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None


def specifiers(text):
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


def satisfies(pair):
    one, wanted = version(pair[0]), specifiers(pair[1])
    if one is None or wanted is None:
        return None
    return wanted.contains(one, prereleases=True)


def compare(pair):
    one, other = version(pair[0]), version(pair[1])
    if one is None or other is None:
        return None
    return (one > other) - (one < other)


def normalised(text):
    one = version(text)
    return None if one is None else str(one)


questions = json.load(sys.stdin)
json.dump(
    {
        "version": packaging.__version__,
        "satisfies": [satisfies(pair) for pair in questions["satisfies"]],
        "compare": [compare(pair) for pair in questions["compare"]],
        "normalised": [normalised(text) for text in questions["normalised"]],
    },
    sys.stdout,
)
