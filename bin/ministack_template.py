"""Writes the built template without the resources that MiniStack does not know, and says which they are.

Run by bin/ministack: the built template's path, and that of the one to write beside it. What refers to such
a resource gets an ARN in its place, so that everything else is deployed as it is.
"""

import sys

from samcli.yamlhelper import yaml_dump, yaml_parse

UNKNOWN = ("AWS::Events::Archive",)  # in 1.4.21


def without(references, value):
    if isinstance(value, dict):
        target = value.get("Ref") or value.get("Fn::GetAtt")
        name = target[0] if isinstance(target, list) else str(target).split(".")[0]
        if name in references:
            return f"arn:aws:unknown:us-east-1:000000000000:{name}"
        return {key: without(references, member) for key, member in value.items()}
    if isinstance(value, list):
        return [without(references, member) for member in value]
    return value


def known(template):
    """The template without what MiniStack does not know, and pairs of the names and types that are left out."""
    unknown = {name: it["Type"] for name, it in template["Resources"].items() if it["Type"] in UNKNOWN}
    resources = {name: it for name, it in template["Resources"].items() if name not in unknown}
    return without(unknown, {**template, "Resources": resources}), list(unknown.items())


def main():
    with open(sys.argv[1], encoding="utf-8") as built:
        template, left_out = known(yaml_parse(built.read()))
    for name, kind in left_out:
        print(f"not known to MiniStack, and left out: {name} ({kind})")
    with open(sys.argv[2], "w", encoding="utf-8") as written:
        written.write(yaml_dump(template))


if __name__ == "__main__":
    main()
