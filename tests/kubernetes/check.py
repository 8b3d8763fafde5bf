"""Checks Kubernetes manifests: strictly against the schemas of several versions, and what schemas let pass.

Usage: check.py FILE…   Needs the package kubernetes-validate. Prints every problem and ends with 1 if there is one.
"""

import re
import sys

import kubernetes_validate
import yaml

VERSIONS = ["1.28", "1.31", "1.34", "1.37"]

# Values that the schemas describe only as text (API reference of core/v1, batch/v1 and networking/v1).
ENUMS = {
    "concurrencyPolicy": {"Allow", "Forbid", "Replace"},
    "imagePullPolicy": {"Always", "IfNotPresent", "Never"},
    "medium": {"", "Memory", "HugePages"},
    "whenUnsatisfiable": {"DoNotSchedule", "ScheduleAnyway"},
    "policyTypes": {"Ingress", "Egress"},
}
FIELDS = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]
QUANTITY = re.compile(r"^\d+(\.\d+)?(m|[kMGTPE]i?)?$")


def cron(schedule):
    """Returns what is wrong with a schedule of five fields, or nothing."""
    fields = schedule.split()
    if len(fields) != 5:
        return f"`{schedule}` has {len(fields)} fields instead of 5"
    for field, (low, high) in zip(fields, FIELDS):
        for part in field.split(","):
            match = re.fullmatch(r"(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?", part)
            if not match:
                return f"`{part}` in `{schedule}` is no number, range or step"
            numbers = [int(n) for n in match.groups()[:2] if n is not None]
            if any(not low <= n <= high for n in numbers) or match.group(3) == "0":
                return f"`{part}` in `{schedule}` is not within {low}-{high}"
            if len(numbers) == 2 and numbers[0] > numbers[1]:
                return f"`{part}` in `{schedule}` ends before it begins"
    return None


def walk(value, path=""):
    """Yields every (path, key, value) of a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    for key, inner in items:
        yield path, key, inner
        yield from walk(inner, f"{path}/{key}")


def own_rules(document):
    """Yields what is wrong with a document although its schema is kept."""
    for path, key, value in walk(document):
        if key in ENUMS:
            wrong = set(value if isinstance(value, list) else [value]) - ENUMS[key]
            if wrong:
                yield f"{path}/{key}: {sorted(wrong)} is none of {sorted(ENUMS[key])}"
        if key == "schedule" and (problem := cron(value)):
            yield f"{path}/schedule: {problem}"
        if key == "restartPolicy":
            allowed = {"Always"} if "initContainers" in path else {"Always", "OnFailure", "Never"}
            if value not in allowed:
                yield f"{path}/restartPolicy: `{value}` is none of {sorted(allowed)}"
        if key in ("cpu", "memory", "sizeLimit") and not QUANTITY.match(str(value)):
            yield f"{path}/{key}: `{value}` is no quantity"
        if key in ("containers", "initContainers"):
            for container in value:
                yield from hardened(f"{path}/{key}/{container['name']}", container)
    if document["kind"] == "CronJob":
        yield from deadlines(document["spec"])


def hardened(path, container):
    """Yields what a container may do that none of ours needs."""
    security = container.get("securityContext", {})
    for key, expected in [("allowPrivilegeEscalation", False), ("readOnlyRootFilesystem", True)]:
        if security.get(key) is not expected:
            yield f"{path}: securityContext.{key} is not {expected}"
    if security.get("capabilities", {}).get("drop") != ["ALL"]:
        yield f"{path}: capabilities are not dropped"
    if "memory" not in container.get("resources", {}).get("limits", {}):
        yield f"{path}: has no memory limit"


def deadlines(spec):
    """Yields deadlines of a monitor that would cut a run off before it could say why."""
    job = spec["jobTemplate"]["spec"]
    pod = job["template"]["spec"]
    if job.get("backoffLimit") != 0 or pod.get("restartPolicy") != "Never":
        yield "a failed run would be run again"
    environment = {e["name"]: e.get("value") for c in pod["containers"] for e in c.get("env", [])}
    run = int(environment["CANARY_RUN_TIMEOUT_MS"]) / 1000
    if job["activeDeadlineSeconds"] < run + pod["terminationGracePeriodSeconds"]:
        yield f"activeDeadlineSeconds {job['activeDeadlineSeconds']} kills a run of {run:.0f} s before its summary"


def main(files):
    problems = []
    checked = 0
    for file in files:
        with open(file, encoding="utf-8") as stream:
            documents = [document for document in yaml.safe_load_all(stream) if document]
        for document in documents:
            where = f"{file}: {document['kind']} {document['metadata']['name']}"
            for version in VERSIONS:
                try:
                    kubernetes_validate.validate(document, version, strict=True)
                    checked += 1
                except kubernetes_validate.ValidationError as error:
                    place = "/".join(str(part) for part in error.path)
                    problems.append(f"{where}: {version}: {place}: {error.message}")
            problems += [f"{where}: {problem}" for problem in own_rules(document)]
    print("\n".join(problems) or f"{checked} checks of {len(files)} files passed")
    return 1 if problems or not checked else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
