"""Converts the answers of a real parser and of ours to one form, and describes the differences.

A form is `{"error": FILE}`, or a dict with one entry for each file and kind of section: `config profiles`,
`config sso_sessions`, `config services`, `credentials profiles`. Each maps a name to its keys, and a key to a string
or, for a nested group, to a dict of strings. All of it is compared, with these exceptions:

- js-v3: the SDK writes a nested key as `s3.region`, so our form does too. The SDK reports no errors: a file for which
  ours reports an error must be empty for the SDK.
- rust: only the keys of the request are compared, because the SDK lists none. A value that begins with a line end is
  a nested group. `services` are not compared, because the SDK does not return their names.
- go: the runner looks up the profiles in the request, and returns the SDK's struct, which has no empty values.
  A profile that the SDK rejects (`rejected`) is not compared, nor are sessions and services. A source profile
  replaces the profile's own credentials, and half a key pair does not count.
"""

KINDS = [("config", "profiles"), ("config", "sso_sessions"), ("config", "services"), ("credentials", "profiles")]
BLANKS = " \t"
KEY_PAIR = {"aws_access_key_id", "aws_secret_access_key"}
CREDENTIALS = KEY_PAIR | {
    "aws_session_token",
    "credential_source",
    "credential_process",
    "web_identity_token_file",
    "sso_region",
    "sso_start_url",
    "sso_account_id",
    "sso_role_name",
}
FIELDS = CREDENTIALS | {
    "region",
    "role_arn",
    "source_profile",
    "external_id",
    "mfa_serial",
    "role_session_name",
    "sso_session",
    "ca_bundle",
}


def form(dialect, answer, request, *, ours):
    """The answer in the form above."""
    error = answer.get("error")
    if error and dialect != "js-v3":
        return {"error": error}
    sections = {}
    for file, kind in KINDS:
        names = {} if error == file else answer.get(file, {}).get(kind) or {}
        sections[f"{file} {kind}"] = {name: keys_of(dialect, keys, request, ours=ours) for name, keys in names.items()}
    if dialect == "rust":
        del sections["config services"]
    return sections


def forms(dialect, real, ours, request):
    """The answers of the real parser and of ours to one request, in that form."""
    pair = form(dialect, real, request, ours=False), form(dialect, ours, request, ours=True)
    if dialect == "go" and any("rejected" in real.get(file, {}) for file in ("config", "credentials")):
        return tuple(one if "error" in one else looked_up(one, real, request) for one in pair)
    return pair


def looked_up(sections, real, request):
    """The profiles of `sections` as the Go SDK returns them for the names in the request."""
    found = {}
    for file in ("config", "credentials"):
        kind = f"{file} profiles"
        names = {name for name in request["names"] if not name.startswith(("sso-session ", "services"))}
        names -= set(real[file]["rejected"])
        found[kind] = {name: fields(keys) for name, keys in sections[kind].items() if name in names}
    return found


def fields(keys):
    known = {key: value for key, value in keys.items() if key in FIELDS and value and isinstance(value, str)}
    if not KEY_PAIR <= known.keys():
        known = {key: value for key, value in known.items() if key not in KEY_PAIR | {"aws_session_token"}}
    if "source_profile" in known:
        known = {key: value for key, value in known.items() if key not in CREDENTIALS}
    return known


def keys_of(dialect, keys, request, *, ours):
    if dialect == "js-v3":
        return flat(keys)
    if dialect == "rust":
        asked = {key: keys[key] for key in request["keys"] if key in keys}
        return asked if ours else {key: nested(value) for key, value in asked.items()}
    return keys


def flat(keys):
    """Nested groups with their names before their keys: `{"s3": {"region": …}}` as `{"s3.region": …}`."""
    found = {}
    for key, value in keys.items():
        if isinstance(value, dict):
            found.update({f"{key}.{inner}": text for inner, text in value.items()})
        else:
            found[key] = value
    return found


def nested(value):
    """The group that a value of several lines contains, as the Rust SDK splits those of `services` sections."""
    if not value.startswith("\n"):
        return value
    pairs = [line.split("=", 1) for line in value.split("\n") if "=" in line]
    return {key.strip(BLANKS): text.strip(BLANKS) for key, text in pairs}


def difference(real, ours):
    """A short description of the difference, the same for all files of a kind, or None if the answers are the same."""
    if real == ours:
        return None
    if "error" in real or "error" in ours:
        return f"error of the file: {real.get('error', 'none')} for the tool, {ours.get('error', 'none')} for us"
    for kind in real:
        difference_of_kind = names_differ(kind, real[kind], ours.get(kind, {}))
        if difference_of_kind:
            return difference_of_kind
    return "kinds of sections"


def names_differ(kind, real, ours):
    if real == ours:
        return None
    if real.keys() - ours.keys():
        return f"{kind}: a name that only the tool sees"
    if ours.keys() - real.keys():
        return f"{kind}: a name that only we see"
    for name in real:
        if real[name].keys() - ours[name].keys():
            return f"{kind}: a key that only the tool sees"
        if ours[name].keys() - real[name].keys():
            return f"{kind}: a key that only we see"
    return f"{kind}: another value"
