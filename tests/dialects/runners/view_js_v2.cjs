// Prints what the AWS SDK for JavaScript v2 (Serverless 3) reads in shared AWS files: JSON lines in, JSON lines out (see
// compare.py). The argument is the folder that contains node_modules.
//
// `error` is the file for which IniLoader throws. The SDK reads the config file only if AWS_SDK_LOAD_CONFIG is set.
// The SDK has no `services`: such a section is a profile. The output omits profiles that the SDK does not return as an
// object, because of a name such as `toString`, which every JavaScript object inherits.
"use strict";

process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = "1";

const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");

const AWS = require(path.join(path.resolve(process.argv[2]), "node_modules/aws-sdk"));

const FILES = {};
const INHERITED = Object.getOwnPropertyNames(Object.prototype).filter((name) => name !== "__proto__");

// The SDK reads its files with AWS.util.readFileSync. For our paths, this function returns texts from memory.
const fromDisk = AWS.util.readFileSync;
AWS.util.readFileSync = (name) => FILES[name] ?? fromDisk(name);

function textOf(request, name) {
  const coded = request[`${name}_base64`];
  return (coded === undefined ? request[name] : Buffer.from(coded, "base64").toString("utf-8")) ?? "";
}

// A section named `toString` sets its keys on the function that all objects inherit. This program resets it, because it
// reads many files; a tool runs once.
function undo() {
  for (const name of INHERITED) {
    const inherited = Object.prototype[name];
    if (typeof inherited === "function") {
      for (const key of Object.keys(inherited)) {
        delete inherited[key];
      }
    }
  }
}

function load(loader, options, method = "loadFrom") {
  const own = Object.entries(loader[method](options)).filter(([, keys]) => typeof keys === "object");
  return Object.fromEntries(own.filter(([name]) => !INHERITED.includes(name)).map(([name, keys]) => [name, { ...keys }]));
}

function view(request) {
  const answer = { id: request.id, error: null };
  FILES["/nowhere/config"] = textOf(request, "config");
  FILES["/nowhere/credentials"] = textOf(request, "credentials");
  const loader = new AWS.IniLoader();
  try {
    const config = { filename: "/nowhere/config", isConfig: true };
    answer.config = { profiles: load(loader, config), sso_sessions: load(loader, config, "loadSsoSessionsFrom"), services: {} };
  } catch {
    return { id: request.id, error: "config" };
  }
  try {
    answer.credentials = { profiles: load(loader, { filename: "/nowhere/credentials" }) };
  } catch {
    return { id: request.id, error: "credentials" };
  }
  return answer;
}

for (const name of ["config", "credentials"]) {
  if (fs.existsSync(`/nowhere/${name}`)) {
    throw new Error(`/nowhere/${name} exists`);
  }
}
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  process.stdout.write(`${JSON.stringify(view(JSON.parse(line)))}\n`);
  undo();
});
