"""Slipway's own stack for a run: template and package as they are, with a slipway.yaml of the run's."""

import pathlib
import shutil
import subprocess

from .rows import Failed
from .targets import ROOT

# Only services of the run's cluster: whoever uses these names elsewhere in the account is left alone.
SLIPWAY_YAML = """\
environments:
  staging:
    clusters: [{name}]
    images: {{ tag: staging }}
    deployment: {{ minimumHealthyPercent: 100, maximumPercent: 200, circuitBreaker: {{ enable: true, rollback: true }} }}
  production:
    clusters: [{name}]
    images: {{ tag: production }}
    deployment: {{ minimumHealthyPercent: 100, maximumPercent: 200, circuitBreaker: {{ enable: true, rollback: true }} }}
"""


def package(name, directory):
    """A copy of the functions' package with the run's slipway.yaml in it."""
    made = directory / "package"
    shutil.copytree(ROOT / "functions/target/package", made)
    (made / "slipway.yaml").write_text(SLIPWAY_YAML.format(name=name), "utf-8")
    return made


def parameters(name, tag):
    return {
        "RepositoryNames": name,
        "PassableRoles": f"role/{tag}/{name}-*",
        "ReadableLogGroups": f"/{tag}/{name}",
        "LogRetentionDays": "1",
        "ArchiveRetentionDays": "1",
    }


def template(package_directory, directory, change=lambda document: document):
    """Writes template.yaml with that package in place of the build.

    change: makes another document of it, for a target that does not know all of it.
    """
    from samcli.yamlhelper import yaml_dump, yaml_parse  # takes a second to load

    document = yaml_parse((ROOT / "template.yaml").read_text("utf-8"))
    document["Globals"]["Function"]["CodeUri"] = str(package_directory)
    for resource in document["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            del resource["Metadata"]
    written = directory / "template.yaml"
    written.write_text(yaml_dump(change(document)), "utf-8")
    return written


def sam_deploy(target, name, tag, file, settings, log):
    """Creates the stack, or changes it.

    settings: values of the template's parameters.
    """
    command = [
        "sam", "deploy", "--template-file", str(file), "--stack-name", name, "--s3-bucket", name,
        "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset", "--no-fail-on-empty-changeset",
        "--tags", f"{tag}={name}",
        "--parameter-overrides", *(f"{key}={value}" for key, value in settings.items()),
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=file.parent, env=target.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    with open(log, "a", encoding="utf-8") as written:
        written.write(done.stdout + done.stderr)
    if done.returncode:
        raise Failed(f"sam deploy ended with {done.returncode}:\n" + "\n".join((done.stdout + done.stderr).splitlines()[-8:]))


def outputs(cloudformation, name):
    described = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {it["OutputKey"]: it["OutputValue"] for it in described.get("Outputs", [])}


def new_directory(name):
    directory = pathlib.Path(ROOT / "target/acceptance" / name)
    directory.mkdir(parents=True)
    return directory
