#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds JSON documents against one definition of a schema. usage: validate.py SCHEMA KIND FILE...

Exit 0: all are valid; 1: one is not, each fault is printed with its place; 77: no python3-jsonschema.
"""
import json
import sys

try:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match
except ImportError:
    sys.exit(77)


def no_duplicates(pairs):
    """json keeps the last of two members of one name."""
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError(f"two members of one name among {names}")
    return dict(pairs)


def no_constant(word):
    raise ValueError(f"{word} is no JSON")


def faults(validator, path):
    with open(path, encoding="utf-8") as file:
        try:
            document = json.load(file, object_pairs_hook=no_duplicates,
                                 parse_constant=no_constant)
        except ValueError as error:
            return [f"{path}: {error}"]
    found = [best_match([error]) for error in validator.iter_errors(document)]
    return [f"{path}: {error.json_path}: {error.message[:300]}" for error in found]


def main():
    schema_path, kind, *paths = sys.argv[1:]
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file, object_pairs_hook=no_duplicates)
    Draft202012Validator.check_schema(schema)
    if kind not in schema["$defs"]:
        sys.exit(f"{schema_path}: no definition {kind}")
    schema.pop("anyOf", None)
    schema["$ref"] = f"#/$defs/{kind}"
    validator = Draft202012Validator(schema)
    found = [fault for path in paths for fault in faults(validator, path)]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
