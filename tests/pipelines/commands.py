#!/usr/bin/env python3
"""Prints the commands that a service would run for its configuration: a JSON list of jobs with variables and commands.

    commands.py circleci|buildkite FILE

CircleCI: the jobs of the workflows in their order, with their parameters. Approvals and all steps except `run` are
omitted. Buildkite: the steps with commands. Several commands are one script.
"""

import json
import sys

import yaml


def circleci(configuration):
    for workflow in configuration["workflows"].values():
        for entry in workflow["jobs"]:
            name, given = next(iter(entry.items())) if isinstance(entry, dict) else (entry, {})
            if given.get("type") != "approval":
                yield job_of_circleci(configuration["jobs"][name], name, given)


def job_of_circleci(job, name, given):
    text = json.dumps(job)
    for parameter in job.get("parameters", {}):
        text = text.replace(f"<< parameters.{parameter} >>", given[parameter])
    if "<<" in text:
        sys.exit(f"commands.py: job `{name}` has parameters that nobody fills in: {text}")
    job = json.loads(text)
    runs = [step["run"] for step in job["steps"] if isinstance(step, dict) and "run" in step]
    commands = [run["command"] if isinstance(run, dict) else run for run in runs]
    return {"name": given.get("name", name), "variables": job.get("environment", {}), "commands": commands}


def buildkite(configuration):
    for step in configuration["steps"]:
        if "command" in step:
            command = step["command"]
            script = command if isinstance(command, str) else "\n".join(command)
            variables = {**configuration.get("env", {}), **step.get("env", {})}
            yield {"name": step.get("label", ""), "variables": variables, "commands": [script]}


service, file = sys.argv[1:]
with open(file, encoding="utf-8") as text:
    configuration = yaml.safe_load(text)
json.dump(list({"circleci": circleci, "buildkite": buildkite}[service](configuration)), sys.stdout)
