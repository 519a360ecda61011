// Prints what the AWS SDK for JavaScript v3 reads in shared AWS files: JSON lines in, JSON lines out (see compare.py).
// The argument is the folder that contains node_modules.
//
// The SDK ignores every error of a file and treats that file as empty, so `error` is always null. The
// output omits profiles that the SDK does not return as an object, because of a name such as `toString`, which every
// JavaScript object inherits.
"use strict";

const path = require("node:path");
const readline = require("node:readline");

const modules = path.join(path.resolve(process.argv[2]), "node_modules");
const { externalDataInterceptor, loadSharedConfigFiles, loadSsoSessionData, parseKnownFiles } = require(
  path.join(modules, "@smithy/core/dist-cjs/submodules/config/index.js"),
);

const PATHS = { config: "/nowhere/config", credentials: "/nowhere/credentials" };
const INHERITED = Object.getOwnPropertyNames(Object.prototype).filter((name) => name !== "__proto__");

function textOf(request, name) {
  const coded = request[`${name}_base64`];
  // Decodes invalid UTF-8 as fs.readFile(path, "utf8") does.
  return coded === undefined ? request[name] : Buffer.from(coded, "base64").toString("utf8");
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

function copy(profiles) {
  const own = Object.entries(profiles).filter(([, keys]) => typeof keys === "object");
  return Object.fromEntries(own.map(([name, keys]) => [name, { ...keys }]));
}

async function view(request) {
  for (const name of Object.keys(PATHS)) {
    externalDataInterceptor.interceptFile(PATHS[name], textOf(request, name) ?? "");
  }
  const files = { filepath: PATHS.credentials, configFilepath: PATHS.config };
  const { configFile, credentialsFile } = await loadSharedConfigFiles(files);
  const profiles = { config: copy(configFile), credentials: copy(credentialsFile) };
  // With a key such as `length` below `[toString]` the merge itself fails: no other profile depends on it here.
  const known = await parseKnownFiles(files).catch(() => ({ ...configFile, ...credentialsFile }));
  const services = {};
  for (const file of Object.values(profiles)) {
    for (const name of Object.keys(file)) {
      if (!Object.hasOwn(known, name) || typeof known[name] !== "object" || INHERITED.includes(name)) {
        delete file[name];
      }
    }
  }
  for (const name of Object.keys(profiles.config)) {
    if (name.startsWith("services.")) {
      services[name.slice("services.".length)] = profiles.config[name];
    }
    if (/^(services|sso-session)\./.test(name)) {
      delete profiles.config[name];
    }
  }
  const sso_sessions = copy(await loadSsoSessionData({ configFilepath: PATHS.config }));
  undo();
  return {
    id: request.id,
    error: null,
    config: { profiles: profiles.config, sso_sessions, services },
    credentials: { profiles: profiles.credentials },
  };
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await view(JSON.parse(line)))}\n`);
  }
})();
