#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints the members of a schema that none of DIR/KIND/* has. usage: leftover.py SCHEMA DIR"""
import json
import pathlib
import sys


def members(schema, path):
    """All members below a definition, by their paths; others are listed under their own."""
    for name, below in schema.get("properties", {}).items():
        yield f"{path}.{name}"
        yield from members(below, f"{path}.{name}")
    if "items" in schema:
        yield from members(schema["items"], path)


def seen(defs, schema, value, path):
    while "$ref" in schema:
        path = schema["$ref"].rsplit("/", 1)[1]
        schema = defs[path]
    if isinstance(value, list) and "items" in schema:
        for item in value:
            yield from seen(defs, schema["items"], item, path)
    if isinstance(value, dict):
        for name, below in value.items():
            if name in schema.get("properties", {}):
                yield f"{path}.{name}"
                yield from seen(defs, schema["properties"][name], below, f"{path}.{name}")


def main():
    defs = json.loads(pathlib.Path(sys.argv[1]).read_text())["$defs"]
    left = {member for name in defs for member in members(defs[name], name)}
    for path in pathlib.Path(sys.argv[2]).glob("*/*"):
        kind = path.parent.name
        left -= set(seen(defs, defs[kind], json.loads(path.read_text()), kind))
    print(*sorted(left), sep="\n")


if __name__ == "__main__":
    main()
