"""Checks the policies of CloudFormation templates against AWS's Service Authorization Reference.

Usage: check_permissions.py TEMPLATE...

The reference is the copy that policy_sentry packages
(https://docs.aws.amazon.com/service-authorization/latest/reference/). Of each statement that allows:

- the action exists, spelled as in the reference;
- each resource is one that each of its actions knows, or "*" where the action has no resource level;
- the role covers every resource type that an action requires;
- each condition key is one of the action's, of its resource's, or a global one, with an operator for its type.

Of statements that deny: actions and operators. What the reference says and AWS does not do is in the two lists
below, each entry with its source; an entry that nothing needs any more is an error too.

Intrinsic functions are resolved as far as the form of an ARN needs it: parameters by their defaults, resources by
their type's ARN. What remains unknown counts as some text without a colon. Prints a line for each finding
and exits 1 if there is one.
"""

import functools
import itertools
import json
import re
import sys

import yaml
from policy_sentry.shared.iam_data import get_service_prefix_data

# Actions that AWS asks for on "*" although the reference names resource types; of some only the statements that have a
# condition key.
ASKED_ON_EVERYTHING = {
    "ecs:RegisterTaskDefinition": (None, "no resource level in practice: https://github.com/aws/containers-roadmap/issues/929"),
    "ecs:ListTasks": (
        None,
        "asked on a container instance only when it lists by one: https://github.com/cdklabs/construct-hub/pull/1207",
    ),
    "ecs:TagResource": (
        "ecs:CreateAction",
        "what is created has no ARN yet: "
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html",
    ),
}

# Resource types that AWS asks for and the reference's row of the action lacks.
FURTHER_TYPES = {
    "lambda:InvokeFunction": {
        "function alias": "a call that names an alias is asked on the alias's ARN: "
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html",
    },
}

# Actions that are newer than the copy, each with the action whose resource types it has, and its source.
NEWER_ACTIONS = {
    "ecs:ContinueServiceDeployment": (
        "ecs:StopServiceDeployment",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_ecs.html",
    ),
}

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html: those that are there whatever
# the action is. aws:RequestTag, aws:ResourceTag and aws:TagKeys are not: an action's row has them or it does not.
GLOBAL_KEYS = {
    key.lower(): kind
    for kind, keys in {
        "String": "aws:PrincipalAccount aws:PrincipalOrgID aws:PrincipalServiceName aws:PrincipalType aws:RequestedRegion"
        " aws:SourceAccount aws:SourceOrgID aws:SourceVpc aws:SourceVpce aws:UserAgent aws:VpceAccount aws:userid"
        " aws:username aws:PrincipalTag/${TagKey} aws:ResourceAccount aws:ResourceOrgID aws:CalledViaFirst"
        " aws:CalledViaLast aws:FederatedProvider aws:SourceIdentity",
        "ARN": "aws:PrincipalArn aws:SourceArn",
        "Bool": "aws:MultiFactorAuthPresent aws:PrincipalIsAWSService aws:SecureTransport aws:ViaAWSService",
        "Numeric": "aws:MultiFactorAuthAge",
        "Date": "aws:CurrentTime aws:EpochTime aws:TokenIssueTime",
        "IPAddress": "aws:SourceIp aws:VpcSourceIp",
        "ArrayOfString": "aws:CalledVia aws:PrincipalOrgPaths aws:PrincipalServiceNamesList aws:ResourceOrgPaths"
        " aws:SourceOrgPaths",
    }.items()
    for key in keys.split()
}

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
WEB_IDENTITY_KEYS = {"amr", "aud", "azp", "email", "oaud", "sub"}

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
OPERATORS = {
    "String": "StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike",
    "ARN": "ArnEquals ArnLike ArnNotEquals ArnNotLike StringEquals StringLike StringNotEquals StringNotLike",
    "Bool": "Bool",
    "Numeric": "NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan"
    " NumericGreaterThanEquals",
    "Date": "DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals",
    "IPAddress": "IpAddress NotIpAddress",
    "Binary": "BinaryEquals",
}
OPERATORS = {kind: set(names.split()) for kind, names in OPERATORS.items()}
EVERY_OPERATOR = {"Null"}.union(*OPERATORS.values())

UNKNOWN = "\ue000"  # stands for some text without a colon

PSEUDO_PARAMETERS = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "slipway",
    "AWS::URLSuffix": "amazonaws.com",
}

# What refers to a resource, by its type: the attribute ("" for Ref) and the ARN, ~ being its name.
ARNS = {
    "AWS::DynamoDB::Table": {"Arn": "dynamodb:us-east-1:123456789012:table/~"},
    "AWS::EFS::FileSystem": {"Arn": "elasticfilesystem:us-east-1:123456789012:file-system/~"},
    "AWS::Events::Archive": {"Arn": "events:us-east-1:123456789012:archive/~"},
    "AWS::Events::EventBus": {"Arn": "events:us-east-1:123456789012:event-bus/~"},
    "AWS::Events::Rule": {"Arn": "events:us-east-1:123456789012:rule/~"},
    "AWS::IAM::OIDCProvider": {"": "iam::123456789012:oidc-provider/~", "Arn": "iam::123456789012:oidc-provider/~"},
    "AWS::IAM::Role": {"Arn": "iam::123456789012:role/~"},
    "AWS::KMS::Key": {"Arn": "kms:us-east-1:123456789012:key/~"},
    "AWS::Lambda::Alias": {"": "lambda:us-east-1:123456789012:function:~:live"},
    "AWS::Lambda::Function": {"Arn": "lambda:us-east-1:123456789012:function:~"},
    "AWS::Logs::LogGroup": {"Arn": "logs:us-east-1:123456789012:log-group:~:*"},
    "AWS::SNS::Topic": {"": "sns:us-east-1:123456789012:~", "TopicArn": "sns:us-east-1:123456789012:~"},
    "AWS::SQS::Queue": {"Arn": "sqs:us-east-1:123456789012:~"},
    "AWS::Serverless::Function": {
        "Arn": "lambda:us-east-1:123456789012:function:~",
        "Alias": "lambda:us-east-1:123456789012:function:~:live",
    },
}

# The placeholders of the reference's ARNs that may hold slashes; none may hold a colon.
WITH_SLASHES = re.compile(r"WithPath$|^(Alias|LogGroupName|LogStreamName|ParameterNameWithoutLeadingSlash|RepositoryName)$")

# Policies that belong to one resource, which they need not name: the property, and the type of that resource.
RESOURCE_POLICIES = {
    "AWS::EFS::FileSystem": "file-system",
    "AWS::KMS::Key": "key",
    "AWS::SNS::TopicPolicy": "topic",
    "AWS::SQS::QueuePolicy": "queue",
    "AWS::DynamoDB::Table": "table",
    "AWS::ECR::Repository": "repository",
}


# --- templates


class Mapping(dict):
    """A mapping of YAML that knows its line."""

    line = 0


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def _mapping(loader, node):
    mapping = Mapping(loader.construct_mapping(node, deep=True))
    mapping.line = node.start_mark.line + 1
    return mapping


def _short_form(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = node.value
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = _mapping(loader, node)
    return {suffix if suffix in ("Ref", "Condition") else "Fn::" + suffix: value}


Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
Loader.add_multi_constructor("!", _short_form)


class Template:
    """A template, and what its intrinsic functions come to."""

    def __init__(self, document):
        self.parameters = document.get("Parameters", {})
        self.resources = document.get("Resources", {})

    def texts(self, value, scope=None):
        """The texts that a value can be; more than one where it depends on a condition."""
        if isinstance(value, bool):
            return ["true" if value else "false"]
        if isinstance(value, (str, int, float)):
            return [str(value)]
        if isinstance(value, dict) and len(value) == 1:
            function, argument = next(iter(value.items()))
            if function == "Ref":
                return self._reference(argument, "", scope)
            if function == "Fn::GetAtt":
                name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
                return self._reference(name, attribute, scope)
            if function == "Fn::If":
                return self.texts(argument[1], scope) + self.texts(argument[2], scope)
            if function == "Fn::Sub":
                return self._substituted(argument, scope)
            if function == "Fn::Join":
                parts = [self.texts(part, scope) for part in argument[1]] if isinstance(argument[1], list) else [[UNKNOWN]]
                return [argument[0].join(choice) for choice in itertools.product(*parts)]
            if function.startswith("Fn::"):
                return [UNKNOWN]
        raise ValueError(f"no text: {value!r}")

    def _reference(self, name, attribute, scope):
        if scope and not attribute and name in scope:
            return self.texts(scope[name], scope)
        if name == "AWS::NoValue":
            return []
        if name in PSEUDO_PARAMETERS:
            return [PSEUDO_PARAMETERS[name]]
        if name in self.parameters:
            return self._parameter(self.parameters[name])
        resource, _, dotted = name.partition(".")  # SAM's ${Function.Alias}
        if resource not in self.resources:
            raise ValueError(f"nothing is called {name}")
        kind = self.resources[resource]["Type"]
        arn = ARNS.get(kind, {}).get(attribute or dotted)
        return [UNKNOWN] if arn is None else ["arn:aws:" + arn.replace("~", resource)]

    @staticmethod
    def _parameter(parameter):
        """Its default; without one, an ARN that its pattern allows, or unknown."""
        default = parameter.get("Default", "")
        if default != "":
            return [str(default)]
        pattern = parameter.get("AllowedPattern", "")
        service = re.search(r"arn:[^:]*:(\w+):", pattern)
        data = get_service_prefix_data(service[1]) if service else None
        if not data:
            return [UNKNOWN]
        samples = [re.sub(r"\$\{(\w+)\}", _sample, resource["arn"]) for resource in data["resources"].values()]
        return [sample for sample in samples if re.search(pattern, sample)] or [UNKNOWN]

    def _substituted(self, argument, scope):
        text, variables = (argument, {}) if isinstance(argument, str) else argument
        scope = {**(scope or {}), **variables}
        parts = re.split(r"\$\{([^!}][^}]*)\}", text)
        choices = [
            [part] if i % 2 == 0 else self._reference(*(part.split(".", 1) if "." in part and part not in scope else (part, "")), scope)
            for i, part in enumerate(parts)
        ]
        return ["".join(choice).replace("${!", "${") for choice in itertools.product(*choices)]

    def list_of(self, value):
        """The texts of a value that is a text or a list of them."""
        if isinstance(value, dict) and "Fn::If" in value:
            return self.list_of(value["Fn::If"][1]) + self.list_of(value["Fn::If"][2])
        return [text for item in (value if isinstance(value, list) else [value]) for text in self.texts(item)]


def _sample(placeholder):
    return {"Partition": "aws", "Region": "us-east-1", "Account": "123456789012"}.get(placeholder[1], "x")


class Statement:
    """A statement of a policy, and where it stands."""

    def __init__(self, resource, kind, line, body, trust):
        self.resource = resource
        self.kind = kind
        self.line = line
        self.body = body
        self.trust = trust

    @property
    def name(self):
        return f"{self.resource} {self.body.get('Sid', '')}".strip()

    @property
    def own_type(self):
        """The type of the resource that the policy belongs to, if it belongs to one."""
        return "role" if self.trust else RESOURCE_POLICIES.get(self.kind)


def statements(template):
    """Every statement of a template."""
    for name, resource in template.resources.items():
        for document, trust in _documents(template, resource.get("Properties", {}), False):
            listed = document["Statement"]
            for body in _flat(listed if isinstance(listed, list) else [listed]):
                line = getattr(body, "line", 0) or getattr(resource, "line", 0)
                yield Statement(name, resource["Type"], line, body, trust)


def _documents(template, value, trust):
    if isinstance(value, dict):
        if "Statement" in value:
            yield value, trust
            return
        if "Fn::Sub" in value:
            text = value["Fn::Sub"]
            if '"Statement"' in (text if isinstance(text, str) else text[0]):
                for alternative in template.texts(value):
                    yield json.loads(alternative), trust
            return
        for key, inner in value.items():
            yield from _documents(template, inner, trust or key == "AssumeRolePolicyDocument")
    elif isinstance(value, list):
        for inner in value:
            yield from _documents(template, inner, trust)


def _flat(values):
    """A list's items, with both sides of each Fn::If, without AWS::NoValue."""
    for value in values:
        if isinstance(value, dict) and "Fn::If" in value:
            yield from _flat(value["Fn::If"][1:])
        elif value != {"Ref": "AWS::NoValue"}:
            yield value


# --- the reference


class Action:
    """An action as the reference has it."""

    def __init__(self, name):
        service, _, action = name.partition(":")
        data = get_service_prefix_data(service) or {}
        self.name = name
        self.known = data.get("privileges_lower_name", {}).get(action.lower())
        row = self.known
        if not self.known and name in NEWER_ACTIONS:
            self.known = action
            row = NEWER_ACTIONS[name][0].partition(":")[2]
        self.spelling = f"{service}:{self.known}"
        rows = data["privileges"][row]["resource_types"] if row else {}
        self.of_any = set(rows.get("", {}).get("condition_keys", []))
        self.types = {kind: row for kind, row in rows.items() if kind}
        for kind in FURTHER_TYPES.get(name, {}):
            self.types[kind] = {"required": False, "condition_keys": []}
        self.resources = data.get("resources", {})
        self.key_types = {key: row["type"] for key, row in data.get("conditions", {}).items()}

    @property
    def required(self):
        """The resource types that it cannot do without."""
        return {kind for kind, row in self.types.items() if row["required"]}

    def types_of(self, resource):
        """The resource types that some ARN of a resource pattern can be."""
        if resource == "*":
            return set(self.types)
        return {kind for kind in self.types if kind in self.resources and meet(resource, self.resources[kind]["arn"])}

    def keys(self, kinds):
        """The condition keys there are when it is asked on resources of these types, with their types."""
        names = set(self.of_any)
        for kind in kinds:
            names.update(self.types[kind]["condition_keys"])
            names.update(self.resources.get(kind, {}).get("condition_keys", []))
        return {name.lower(): self.key_types.get(name, "String") for name in names}


def meet(pattern, form):
    """Whether some ARN is matched by a policy's pattern and by a form of the reference."""
    tokens = []
    for text in re.split(r"(\$\{\w+\})", form):
        placeholder = re.fullmatch(r"\$\{(\w+)\}", text)
        if not placeholder:
            tokens.extend(("char", character) for character in text)
        else:
            barred = ":" if WITH_SLASHES.search(placeholder[1]) else ":/"
            tokens.append(("some", barred))

    @functools.lru_cache(maxsize=None)
    def matches(i, j, begun):
        """From the i-th character of the pattern and the j-th token; begun: the token has a character already."""
        if j == len(tokens):
            return pattern[i:].strip("*") == ""
        kind, value = tokens[j]
        if begun and matches(i, j + 1, False):
            return True
        if i == len(pattern):
            return False
        character = pattern[i]
        if character == "*":
            # it ends here, or it takes what the token stands for
            return matches(i + 1, j, begun) or matches(i, j + 1, False)
        if character in ("?", UNKNOWN):
            more = character == UNKNOWN
            if kind == "some":
                return matches(i + 1, j, True) or (more and matches(i, j + 1, False))
            if more and value == ":":
                return False
            return matches(i + 1, j + 1, False) or (more and matches(i, j + 1, False))
        if kind == "char":
            return character == value and matches(i + 1, j + 1, False)
        return character not in value and matches(i + 1, j, True)

    return matches(0, 0, False)


# --- the checks


class Check:
    """Findings about one template."""

    def __init__(self, path, document):
        self.path = path
        self.template = Template(document)
        self.findings = []
        self.used = set()  # entries of the lists above that were needed

    def run(self):
        covered = {}  # by resource and action: the resource types that its statements allow
        for statement in statements(self.template):
            try:
                self._statement(statement, covered)
            except ValueError as e:
                self._find(statement, str(e))
        for (statement, action), kinds in covered.values():
            missing = action.required - kinds
            if missing and kinds:  # without any there is a finding already
                self._find(statement, f"{action.name} also needs a resource of type {' and '.join(sorted(missing))}")
        return self.findings

    def _find(self, statement, what):
        self.findings.append(f"{self.path}:{statement.line}: {statement.name}: {what}")

    def _statement(self, statement, covered):
        body = statement.body
        for element in ("NotAction", "NotResource", "NotPrincipal"):
            if element in body:
                self._find(statement, f"{element} cannot be checked; say what is meant by its own name")
                return
        allows = body["Effect"] == "Allow"
        actions = []
        for name in self.template.list_of(body["Action"]):
            if "*" in name or "?" in name:
                self._wildcard(statement, name, allows)
                continue
            action = Action(name)
            if not action.known:
                self._find(statement, f"there is no action {name}")
            elif action.spelling != name:
                self._find(statement, f"{name} is spelled {action.spelling}")
            else:
                actions.append(action)
        resources = self.template.list_of(body["Resource"]) if "Resource" in body else None
        if resources is None and not statement.own_type:
            self._find(statement, "it has no resource")
            return
        if not allows:
            self._conditions(statement, None, set())
            return
        for action in actions:
            kinds = self._resources(statement, action, resources)
            if not statement.own_type:
                key = (statement.resource, action.name)
                already = covered[key][1] if key in covered else set()
                covered[key] = ((statement, action), already | kinds)
            self._conditions(statement, action, kinds)

    def _wildcard(self, statement, name, allows):
        service, _, pattern = name.partition(":")
        names = (get_service_prefix_data(service) or {}).get("privileges", {})
        if name != "*" and not any(re.fullmatch(pattern.replace("*", ".*").replace("?", "."), known) for known in names):
            self._find(statement, f"{name} is no action's name")
        if allows and not statement.own_type:
            self._find(statement, f"{name} allows what nobody asked for; name the actions")

    def _resources(self, statement, action, resources):
        """The resource types of the action that the statement's resources are."""
        if resources is None:
            if action.types and statement.own_type not in action.types:
                self._find(statement, f"{action.name} is no action on a {statement.own_type}")
            return {statement.own_type} & set(action.types)
        everything, why = self._asked_on_everything(statement, action)
        kinds = set()
        for resource in resources:
            of_this = action.types_of(resource)
            if resource == "*":
                if everything:
                    self.used.add(action.name)
                elif action.types and not statement.own_type:
                    self._find(statement, f'{action.name} on "*" can be limited to {" or ".join(sorted(action.types))}')
            elif everything:
                self._find(statement, f'{action.name} is asked for on "*", not on {shown(resource)} ({why})')
            elif not action.types:
                self._find(statement, f'{action.name} has no resource level: only "*" allows it, not {shown(resource)}')
            elif not of_this:
                types = ", ".join(sorted(action.types))
                self._find(statement, f"{shown(resource)} is no resource of {action.name}, which has {types}")
            further = of_this & set(FURTHER_TYPES.get(action.name, {}))
            if further and resource != "*":
                self.used.update((action.name, kind) for kind in further)
                of_this = of_this | action.required  # AWS asks for it in their place
            kinds |= of_this
        return kinds

    @staticmethod
    def _asked_on_everything(statement, action):
        key, why = ASKED_ON_EVERYTHING.get(action.name, (None, None))
        keys = {name for keys in statement.body.get("Condition", {}).values() for name in keys}
        return why is not None and (key is None or key in keys), why

    def _conditions(self, statement, action, kinds):
        """An action's condition keys; without an action, operators and global keys alone."""
        for operator, keys in statement.body.get("Condition", {}).items():
            quantifier, _, name = operator.rpartition(":")
            name = name.removesuffix("IfExists")
            if name not in EVERY_OPERATOR or quantifier not in ("", "ForAllValues", "ForAnyValue"):
                self._find(statement, f"there is no condition operator {operator}")
                continue
            for key in keys:
                kind = self._key_type(statement, action, kinds, key)
                if kind is None:
                    if action is not None:
                        self._find(statement, f"{action.name} has no condition key {key} here")
                    continue
                if kind.startswith("ArrayOf") and not quantifier and name != "Null":
                    self._find(statement, f"{key} has several values: {operator} needs ForAllValues: or ForAnyValue:")
                allowed = OPERATORS.get(kind.removeprefix("ArrayOf"), EVERY_OPERATOR)
                if name != "Null" and name not in allowed:
                    self._find(statement, f"{key} is a {kind}, for which there is no {operator}")

    def _key_type(self, statement, action, kinds, key):
        known = {**GLOBAL_KEYS, **(action.keys(kinds) if action else {})}
        lower = key.lower()
        if lower in known:
            return known[lower]
        family = lower.partition("/")[0]
        for name, kind in known.items():
            if "/${" in name and name.partition("/${")[0] == family and "/" in lower:
                return kind
        if statement.trust and lower.rpartition(":")[2] in WEB_IDENTITY_KEYS and lower.rpartition(":")[0] in self._providers():
            return "String"
        return None

    def _providers(self):
        """The OpenID Connect providers of the template, as condition keys name them."""
        return {
            url.removeprefix("https://").lower()
            for resource in self.template.resources.values()
            if resource["Type"] == "AWS::IAM::OIDCProvider"
            for url in self.template.texts(resource["Properties"]["Url"])
        }


def shown(resource):
    """A resource as a finding names it."""
    return resource.replace(UNKNOWN, "…")


def check(path, document):
    """The findings about a template that has been read, and the entries of the lists that it needs."""
    checked = Check(path, document)
    return checked.run(), checked.used


def main(paths):
    findings, used, count = [], set(), 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            document = yaml.load(file, Loader)  # a SafeLoader
        found, needed = check(path, document)
        findings += found
        used |= needed
        count += sum(1 for _ in statements(Template(document)))
    further = {(action, kind) for action, kinds in FURTHER_TYPES.items() for kind in kinds}
    for entry in sorted(map(str, (set(ASKED_ON_EVERYTHING) | further) - used)):
        findings.append(f"{__file__}: no template needs the exception {entry} any more")
    for name in NEWER_ACTIONS:
        service, _, action = name.partition(":")
        if action in get_service_prefix_data(service)["privileges"]:
            findings.append(f"{__file__}: the reference knows {name} by now: its entry is not needed")
    for finding in findings:
        print(finding)
    if not findings:
        print(f"permissions: {count} statements of {len(paths)} templates agree with the Service Authorization Reference")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
