"""Checks recorded calls and answers against AWS's service models, as botocore has them.

Usage: check_calls.py FILE

The file is what the simulator's CallRecorder writes while tests run: a call and its answer on each line. Of a request:
operation, protocol, names of members, types, required members, enumerations, lengths, ranges and patterns; botocore's own
ParamValidator has the last word. Of an answer the same, timestamps in the protocol's format, and of an error its code and
HTTP status. A request that was answered with an error of the client's is not looked at: tests send such on purpose.

Members that AWS has and this botocore does not, or that tests make up, are in ALLOWED, with their source. Prints a line for each
finding and exits 1 if there is one.
"""

import base64
import binascii
import collections
import datetime
import functools
import json
import re
import sys
import xml.etree.ElementTree

import botocore
import botocore.loaders
import botocore.model
import botocore.validate

# Members that this botocore's models lack, each with its source: by service, wherever they stand.
ALLOWED = {
    ("ecs", "newerThanTheSdk"): "made up by EcsContract: what no model knows yet must survive a copy",
    ("ecs", "fieldOfTheYear2031"): "made up by PushScenarioTest, for the same reason",
    ("ecs", "newInAContainer"): "made up by PushScenarioTest, for the same reason",
}

# Members of answers that AWS leaves empty or at 0 although the model's least is 1, each with its source.
EMPTY = {
    ("dynamodb", "UnprocessedKeys"): "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html",
    ("dynamodb", "NumberOfDecreasesToday"): "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html",
}

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html and the same page of the other services; the
# last row is what AWS's front ends answer before a service sees the call.
COMMON_ERRORS = set(
    "AccessDenied AccessDeniedException AuthorizationError ExpiredTokenException IncompleteSignature InternalFailure"
    " InvalidAction InvalidClientTokenId MissingAction MissingParameter NotAuthorized OptInRequired RequestExpired"
    " ServiceUnavailable Throttling ThrottlingException UnrecognizedClientException ValidationError ValidationException"
    " MalformedQueryString MissingAuthenticationTokenException SerializationException UnknownOperationException".split()
)

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html: a union, which the model does not say.
UNIONS = {"AttributeValue"}

NO_MEMBER = "is no member of"

# Errors that say nothing of the request.
NOT_OF_THE_REQUEST = set("AccessDenied AccessDeniedException AuthorizationError Throttling ThrottlingException".split())

# Headers of every service's protocol or of signing.
HEADERS = set(
    "x-amz-target x-amz-security-token x-amz-content-sha256 x-amzn-query-mode x-amzn-query-error x-amzn-requestid"
    " x-amzn-errortype x-amz-api-version".split()
)


@functools.lru_cache(maxsize=None)
def model(service):
    """The model of a service by the name that its requests are signed for; None if there is none."""
    try:
        return botocore.model.ServiceModel(_loader().load_service_model(service, "service-2"), service)
    except botocore.exceptions.UnknownServiceError:
        return None


@functools.lru_cache(maxsize=None)
def _loader():
    return botocore.loaders.Loader()


class Findings:
    """What is wrong with one side of a call, and where."""

    def __init__(self, subject):
        self.subject = subject
        self.found = []

    def add(self, where, what):
        self.found.append((f"{self.subject} {where}".rstrip(), what))


# --- a value against its shape


class Values:
    """Compares values, as a protocol writes them, with their shapes."""

    def __init__(self, findings, numbers_as_timestamps):
        self.findings = findings
        self.timestamp_format = "unixTimestamp" if numbers_as_timestamps else "iso8601"

    def check(self, shape, value, where=""):
        if getattr(shape, "is_document_type", False) or value is None:
            return
        kind = shape.type_name
        getattr(self, "_" + {"long": "integer", "double": "float"}.get(kind, kind))(shape, value, where)

    def _wrong(self, shape, value, where):
        self.findings.add(where, f"is no {shape.type_name}: {_shown(value)}")

    def _structure(self, shape, value, where):
        if not isinstance(value, dict):
            self._wrong(shape, value, where)
            return
        members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        for name, inner in value.items():
            path = f"{where}.{name}".lstrip(".")
            if name in members:
                self.check(members[name], inner, path)
            else:
                self.findings.add(path, f"{NO_MEMBER} {shape.name}")
        for name in shape.required_members:
            wire = shape.members[name].serialization.get("name", name)
            if value.get(wire) is None:
                self.findings.add(f"{where}.{wire}".lstrip("."), f"is required in {shape.name} and missing")
        if (getattr(shape, "is_tagged_union", False) or shape.name in UNIONS) and len(value) != 1:
            self.findings.add(where, f"has {len(value)} members, and {shape.name} is a union")

    def _list(self, shape, value, where):
        if not isinstance(value, list):
            self._wrong(shape, value, where)
            return
        self._within(shape, len(value), where, "items")
        for item in value:
            self.check(shape.member, item, where + "[]")

    def _map(self, shape, value, where):
        if not isinstance(value, dict):
            self._wrong(shape, value, where)
            return
        self._within(shape, len(value), where, "entries")
        for key, inner in value.items():
            self.check(shape.key, key, where + "{key}")
            self.check(shape.value, inner, where + "{}")

    def _string(self, shape, value, where):
        if not isinstance(value, str):
            self._wrong(shape, value, where)
            return
        if shape.enum and value not in shape.enum:
            self.findings.add(where, f"is none of {shape.name}'s values: {_shown(value)}")
        self._within(shape, len(value), where, "characters")
        pattern = _pattern(shape.metadata.get("pattern"))
        if pattern and not pattern.fullmatch(value):
            self.findings.add(where, f"does not match {shape.metadata['pattern']}: {_shown(value)}")

    def _integer(self, shape, value, where):
        if isinstance(value, bool) or not isinstance(value, int):
            self._wrong(shape, value, where)
            return
        self._within(shape, value, where, "")

    def _float(self, shape, value, where):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._wrong(shape, value, where)
            return
        self._within(shape, value, where, "")

    def _boolean(self, shape, value, where):
        if not isinstance(value, bool):
            self._wrong(shape, value, where)

    def _timestamp(self, shape, value, where):
        form = shape.serialization.get("timestampFormat", self.timestamp_format)
        if form == "unixTimestamp":
            good = isinstance(value, (int, float)) and not isinstance(value, bool)
        else:
            good = isinstance(value, str) and _is_iso8601(value)
        if not good:
            self.findings.add(where, f"is no timestamp of the format {form}: {_shown(value)}")

    def _blob(self, shape, value, where):
        try:
            base64.b64decode(value, validate=True)
        except (TypeError, ValueError, binascii.Error):
            self.findings.add(where, f"is not base64: {_shown(value)}")

    def _within(self, shape, size, where, what):
        if size < shape.metadata.get("min", size) or size > shape.metadata.get("max", size):
            limits = f"{shape.metadata.get('min', '')}..{shape.metadata.get('max', '')}"
            self.findings.add(where, f"{'has' if what else 'is'} {size} {what}".rstrip() + f", and {shape.name} allows {limits}")


@functools.lru_cache(maxsize=None)
def _pattern(text):
    """A pattern of a model, if Python can read it: some are written for Java."""
    try:
        return re.compile(text) if text else None
    except re.error:
        return None


def _is_iso8601(text):
    try:
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).tzinfo is not None
    except ValueError:
        return False


def _shown(value):
    text = json.dumps(value)
    return text if len(text) <= 80 else text[:77] + "..."


# --- the query protocol


class QueryRequest:
    """The flat parameters of a request, taken apart by its shape."""

    def __init__(self, parameters):
        self.parameters = parameters
        self.used = {"Action", "Version"}

    def value(self, shape, prefix=""):
        kind = shape.type_name
        if kind == "structure":
            members = {
                member.serialization.get("name", name): self.value(member, self._under(prefix, member.serialization.get("name", name)))
                for name, member in shape.members.items()
            }
            members = {name: value for name, value in members.items() if value is not None}
            return members if members or not prefix else None
        if kind == "list":
            start = prefix if shape.serialization.get("flattened") else self._under(prefix, shape.member.serialization.get("name", "member"))
            items = [self.value(shape.member, f"{start}.{i}") for i in self._numbers(start)]
            return items or ([] if self._take(prefix) is not None else None)
        if kind == "map":
            start = prefix if shape.serialization.get("flattened") else prefix + ".entry"
            key = shape.key.serialization.get("name", "key")
            value = shape.value.serialization.get("name", "value")
            entries = {self._take(f"{start}.{i}.{key}"): self.value(shape.value, f"{start}.{i}.{value}") for i in self._numbers(start)}
            return entries or None
        text = self._take(prefix)
        return None if text is None else _of_text(shape, text)

    @staticmethod
    def _under(prefix, name):
        return f"{prefix}.{name}" if prefix else name

    def _take(self, name):
        self.used.add(name)
        return self.parameters.get(name)

    def _numbers(self, start):
        found = {re.match(re.escape(start) + r"\.(\d+)(\.|$)", name) for name in self.parameters}
        return sorted({int(match[1]) for match in found if match})

    def unused(self):
        return [name for name in self.parameters if name not in self.used]


def _of_text(shape, text):
    """What a text of XML or of a form stands for; the text itself if it is of another type."""
    if shape.type_name in ("integer", "long") and re.fullmatch(r"-?\d+", text):
        return int(text)
    if shape.type_name in ("float", "double") and re.fullmatch(r"-?[\d.]+", text):
        return float(text)
    if shape.type_name == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def _of_xml(shape, element):
    """The value of an XML element, by its shape; members that the shape lacks keep their names."""
    kind = shape.type_name
    if kind == "structure":
        members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        return {child.tag: _of_xml(members[child.tag], child) if child.tag in members else child.text for child in map(_bare, element)}
    if kind == "list":
        name = shape.member.serialization.get("name", "member")
        return [_of_xml(shape.member, child) if child.tag == name else {child.tag: child.text} for child in map(_bare, element)]
    if kind == "map":
        key = shape.key.serialization.get("name", "key")
        value = shape.value.serialization.get("name", "value")
        return {entry.findtext(key): _of_xml(shape.value, entry.find(value)) for entry in element}
    return _of_text(shape, element.text or "")


def _bare(element):
    """An element without its namespace."""
    element.tag = element.tag.rpartition("}")[2]
    return element


# --- a call


class Call:
    """A recorded call: which operation it is of, and its two sides against the model."""

    def __init__(self, recorded):
        self.recorded = recorded
        self.headers = recorded["headers"]
        self.service = recorded["service"]
        self.model = model(self.service)
        self.operation = None
        self.name = f"{self.service} {recorded['method']} {recorded['path']}"

    def check(self):
        findings = Findings(self.name)
        if self.model is None:
            findings.add("", "botocore has no such service")
            return findings.found
        name = self._operation_name(findings)
        if name is None or name not in self.model.operation_names:
            findings.add("", f"{self.service} has no operation {name}")
            return findings.found
        self.operation = self.model.operation_model(name)
        self.name = f"{self.service} {name}"
        status = self.recorded["status"]
        code = self._error_code() if status >= 300 else None
        if status < 300 or code in NOT_OF_THE_REQUEST or status >= 500:
            findings.subject = f"{self.name} request"
            self._request(findings)
        findings.subject = f"{self.name} response"
        if status < 300:
            self._response(findings)
        else:
            self._error(findings, code, status)
        return findings.found

    @property
    def protocol(self):
        return self.model.metadata["protocol"]

    def _operation_name(self, findings):
        target = self.headers.get("x-amz-target")
        if target is not None:
            prefix, _, name = target.rpartition(".")
            if prefix != self.model.metadata.get("targetPrefix"):
                findings.add("x-amz-target", f"is {target}, and {self.service}'s begin with {self.model.metadata.get('targetPrefix')}")
            return name
        if self.protocol == "query":
            form = self.recorded["request"]
            if form.get("Version") != self.model.api_version:
                findings.add("Version", f"is {form.get('Version')}, and the model is of {self.model.api_version}")
            return form.get("Action")
        for name in self.model.operation_names:
            http = self.model.operation_model(name).http
            if http["method"] == self.recorded["method"] and self._path_values(http["requestUri"]) is not None:
                return name
        return None

    def _path_values(self, uri):
        pattern = re.sub(r"\\\{(\w+)(\\\+)?\\\}", r"(?P<\1>[^/]+)", re.escape(uri.partition("?")[0].rstrip("/")))
        match = re.fullmatch(pattern + "/?", self.recorded["path"])
        return match and match.groupdict()

    def _request(self, findings):
        shape = self.operation.input_shape
        before = len(findings.found)
        if self.protocol == "query":
            query = QueryRequest(self.recorded["request"])
            value = query.value(shape) if shape else {}
            for name in query.unused():
                findings.add(name, f"is no parameter of {self.operation.name}")
        elif self.protocol == "json":
            self._json_version(findings, self.headers.get("content-type"))
            value = self.recorded["request"]
        else:
            value = self._rest_value(findings, shape, self.headers, self.recorded["request"], self.recorded["query"])
        if shape is None:
            return
        value = {} if value == "" else value
        Values(findings, self.protocol != "query").check(shape, value)
        if len(findings.found) == before:
            report = botocore.validate.ParamValidator().validate(self._named(shape, value), shape)
            if report.has_errors():
                findings.add("", report.generate_report())

    @staticmethod
    def _named(shape, value):
        """A request with the members' names of the model instead of those on the wire."""
        names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
        return {names.get(name, name): inner for name, inner in value.items()}

    def _response(self, findings):
        shape = self.operation.output_shape
        body = self.recorded["response"]
        if self.protocol == "query":
            value = self._xml(findings, shape, body)
        elif self.protocol == "json":
            self._json_version(findings, self._answered("content-type"))
            value = body
        else:
            value = self._rest_value(findings, shape, {k.lower(): v for k, v in self.recorded["responseHeaders"].items()}, body, {})
        if shape is None:
            if value not in ("", {}, None):
                findings.add("", f"is {_shown(value)}, and {self.operation.name} answers nothing")
            return
        Values(findings, self.protocol != "query").check(shape, {} if value == "" else value)

    def _xml(self, findings, shape, body):
        root = _bare(xml.etree.ElementTree.fromstring(body))
        if root.tag != f"{self.operation.name}Response":
            findings.add("", f"is a {root.tag}")
        if shape is None:
            return None
        wrapper = shape.serialization.get("resultWrapper")
        wrapped = [_bare(child) for child in root]
        result = next((child for child in wrapped if child.tag == wrapper), None)
        if result is None:
            findings.add("", f"has no {wrapper}")
            return {}
        return _of_xml(shape, result)

    def _json_version(self, findings, content_type):
        expected = f"application/x-amz-json-{self.model.metadata['jsonVersion']}"
        if content_type != expected:
            findings.add("content-type", f"is {content_type}, and the protocol's is {expected}")

    def _answered(self, header):
        return next((value for name, value in self.recorded["responseHeaders"].items() if name.lower() == header), None)

    def _rest_value(self, findings, shape, headers, body, query):
        """The members of one side of a call, from wherever the REST protocol has put them."""
        members = dict(shape.members) if shape else {}
        value, known_headers, known_query = {}, set(HEADERS), set()
        path = self._path_values(self.operation.http["requestUri"]) or {}
        payload = shape.serialization.get("payload") if shape else None
        for name, member in members.items():
            location = member.serialization.get("location")
            wire = member.serialization.get("name", name)
            text = None
            if location == "header":
                known_headers.add(wire.lower())
                text = headers.get(wire.lower())
            elif location == "querystring":
                known_query.add(wire)
                text = query.get(wire)
            elif location == "uri":
                text = path.get(wire)
            elif location == "statusCode":
                value[wire] = self.recorded["status"]
            elif name == payload and member.type_name != "blob":
                value[wire] = body
            elif payload is None and isinstance(body, dict) and wire in body:
                value[wire] = body[wire]
            if text is not None:
                value[wire] = _of_text(member, text)
        if payload is None and isinstance(body, dict):
            for name in body:
                value.setdefault(name, body[name])
        for name in headers:
            if name.startswith(("x-amz-", "x-amzn-")) and name not in known_headers:
                findings.add(name, f"is no header of {self.operation.name}")
        for name in query:
            if name not in known_query:
                findings.add(name, f"is no parameter of {self.operation.name}")
        return value

    def _error_code(self):
        if self.protocol == "query":
            try:
                root = xml.etree.ElementTree.fromstring(self.recorded["response"])
            except xml.etree.ElementTree.ParseError:
                return None
            return next((element.text for element in root.iter() if _bare(element).tag == "Code"), None)
        body = self.recorded["response"]
        code = body.get("__type") if isinstance(body, dict) else None
        code = code or self._answered("x-amzn-errortype")
        return code and code.rpartition("#")[2].partition(":")[0]

    def _error(self, findings, code, status):
        if not code:
            findings.add("", f"is an error (HTTP {status}) without a code")
            return
        for shape in self.operation.error_shapes:
            error = shape.metadata.get("error", {})
            if code not in (shape.name, error.get("code")):
                continue
            query_code = (self._answered("x-amzn-query-error") or "").partition(";")[0]
            if query_code and query_code != error.get("code", query_code):
                findings.add("x-amzn-query-error", f"is {query_code}, and {shape.name}'s is {error['code']}")
            expected = error.get("httpStatusCode", status)
            if expected != status:
                findings.add(code, f"is answered with HTTP {status}, and the model says {expected}")
            return
        if code not in COMMON_ERRORS:
            findings.add(code, f"is no error of {self.operation.name}")


def check(recorded):
    """The findings about a recorded call, each where and what; and the operation's name."""
    call = Call(recorded)
    return call.check(), call.name


def main(path):
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except FileNotFoundError:
        lines = []
    if not lines:
        print(f"{path}: no call was recorded; run the simulator's scenario tests first")
        return 1
    found, operations, allowed = collections.OrderedDict(), set(), set()
    for number, line in enumerate(lines, 1):
        findings, name = check(json.loads(line))
        operations.add(name)
        for where, what in findings:
            member = (where.partition(" ")[0], re.split(r"[ .]", where)[-1])
            if member in ALLOWED and what.startswith(NO_MEMBER):
                allowed.add(member)
            elif member in EMPTY and " response " in where and re.match(r"(has|is) 0 .*allows 1\.\.|is 0, and .* allows 1\.\.", what):
                allowed.add(member)
            else:
                found.setdefault((where, what), []).append(number)
    for (where, what), numbers in found.items():
        more = f" and {len(numbers) - 1} more" if len(numbers) > 1 else ""
        print(f"{path}:{numbers[0]}{more}: {where}: {what}")
    for member in sorted(allowed):
        print(f"allowed: {' '.join(member)}: {ALLOWED.get(member) or EMPTY[member]}")
    if not found:
        print(f"calls: {len(lines)} calls of {len(operations)} operations agree with botocore {botocore.__version__}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
