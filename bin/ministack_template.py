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


with open(sys.argv[1], encoding="utf-8") as built:
    template = yaml_parse(built.read())
unknown = [name for name, resource in template["Resources"].items() if resource["Type"] in UNKNOWN]
for name in unknown:
    resource = template["Resources"].pop(name)
    print(f"not known to MiniStack, and left out: {name} ({resource['Type']})")
with open(sys.argv[2], "w", encoding="utf-8") as written:
    written.write(yaml_dump(without(unknown, template)))
