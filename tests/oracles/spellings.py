"""Set-ups for the spelling of files: section names, text after brackets, indentation, case, quotes, encoding.

Each has a `[default]` with keys in the credentials file, so that a tool that does not read the profile is noticed.
"""

from hashlib import sha1
from itertools import product
from json import dumps

from server import LATER
from setups import BASE, PROCESS, REGION, pair, role, setup

DEFAULT = "[default]\n" + pair("credentials-default")
CHARACTERS = "&(,=*!~$+:/@.%#;?|\\[]{^`'\""
NAMES = {
    "two words": "my dev",
    "two blanks inside": "my  dev",
    "a tab inside": "my\tdev",
    "umlaut": "entwürfe",
    "Chinese": "开发",
    "the word profile": "profile",
    "digits": "111111111111",
    "a trailing backslash": "dev\\",
}
CONFIG_HEADERS = {
    "two blanks": "[profile  dev]",
    "a tab": "[profile\tdev]",
    "a blank before the bracket": "[profile dev ]",
    "a blank behind the bracket": "[ profile dev]",
    "double quotes": '[profile "dev"]',
    "single quotes": "[profile 'dev']",
    "quotes around it all": '["profile dev"]',
    "upper-case word": "[PROFILE dev]",
    "another case": "[profile Dev]",
    "the word twice": "[profile profile dev]",
    "no-break space": "[profile\u00a0dev]",
    "no closing bracket": "[profile dev",
}
CREDENTIALS_HEADERS = {
    "blanks": "[ dev ]",
    "a blank before the bracket": "[dev ]",
    "a tab": "[\tdev]",
    "double quotes": '["dev"]',
    "single quotes": "['dev']",
    "another case": "[Dev]",
}
BEHIND = {
    "#x": "#x",
    " # x": " # x",
    ";x": ";x",
    " ; x": " ; x",
    " x": " x",
    "x": "x",
    "=1": "=1",
    " backslash": "\\",
    "]": "]",
}


def dev(**more):
    return REGION | {"AWS_PROFILE": "dev"} | more


def named(label, name, config=True):
    header = f"[profile {name}]\n" if config else f"[{name}]\n"
    variables = REGION | {"AWS_PROFILE": name}
    where = "config" if config else "credentials"
    texts = (header + pair("config-named"), DEFAULT) if config else (None, header + pair("credentials-named") + DEFAULT)
    return setup(f"name {label} in {where}", variables, *texts)


def names():
    for character, config in product(CHARACTERS, (True, False)):
        yield named(f"a{character}b", f"a{character}b", config)
    for (label, name), config in product(NAMES.items(), (True, False)):
        yield named(label, name, config)
    for label, header in CONFIG_HEADERS.items():
        yield setup(f"header {label} in config", dev(), f"{header}\n" + pair("config-dev"), DEFAULT)
    for label, header in CREDENTIALS_HEADERS.items():
        yield setup(f"header {label} in credentials", dev(), None, f"{header}\n" + pair("credentials-dev") + DEFAULT)
    quoted = '[profile "my dev"]\n' + pair("config-dev")
    yield setup("header double quotes, two words", dev(AWS_PROFILE="my dev"), quoted, DEFAULT)
    yield setup(
        "header double quotes, named with them", dev(AWS_PROFILE='"dev"'), '[profile "dev"]\n' + pair("config-dev")
    )
    for label, value in {"blank before": " dev", "blank behind": "dev ", "in capitals": "DEV"}.items():
        config = "[profile dev]\n" + pair("config-dev")
        yield setup(f"AWS_PROFILE {label}", dev(AWS_PROFILE=value), config, DEFAULT)
    for name in ("__proto__", "toString", "constructor"):
        yield setup(f"name {name} that is nowhere", dev(AWS_PROFILE=name), None, DEFAULT)
        yield named(name, name)
    yield setup("header [__proto__] beside", dev(), "[__proto__]\nregion = x\n[profile dev]\n" + pair("config-dev"))
    yield setup("header [DEFAULT]", REGION, None, "[DEFAULT]\n" + pair("credentials-DEFAULT"))
    yield setup(
        "header [profile DEFAULT] beside [default]", REGION, "[profile DEFAULT]\n" + pair("config-DEFAULT"), DEFAULT
    )


def behind_brackets():
    for (label, text), chosen in product(BEHIND.items(), ("dev", "old")):
        config = "[profile dev]\n" + pair("config-dev") + f"[profile old]{text}\n" + pair("config-old")
        yield setup(
            f"behind bracket {label!r} in config, AWS_PROFILE={chosen}", dev(AWS_PROFILE=chosen), config, DEFAULT
        )
    for label, text in BEHIND.items():
        credentials = DEFAULT + f"[old]{text}\n" + pair("credentials-old")
        yield setup(f"behind bracket {label!r} in credentials", REGION, None, credentials)
        yield setup(
            f"behind bracket {label!r} of default", REGION, None, f"[default]{text}\n" + pair("credentials-default")
        )


def token(name):
    """The cached session of IAM Identity Center with this name."""
    text = dumps(
        {
            "startUrl": "https://corp.awsapps.com/start",
            "region": "eu-west-1",
            "accessToken": "token",
            "expiresAt": LATER,
        }
    )
    return {f".aws/sso/cache/{sha1(name.encode()).hexdigest()}.json": text}


def sessions():
    spelled = {
        "two words": ("[sso-session my corp]", "my corp"),
        "two blanks": ("[sso-session  corp]", "corp"),
        "a tab": ("[sso-session\tcorp]", "corp"),
        "double quotes": ('[sso-session "corp"]', "corp"),
        "quoted, two words": ('[sso-session "my corp"]', "my corp"),
        "umlaut": ("[sso-session büro]", "büro"),
        "ampersand": ("[sso-session r&d]", "r&d"),
        "a comment behind": ("[sso-session corp] # ours", "corp"),
        "upper-case word": ("[SSO-SESSION corp]", "corp"),
    }
    for label, (header, name) in spelled.items():
        profile = f"[profile dev]\nsso_session = {name}\nsso_account_id = 111111111111\nsso_role_name = Dev\n"
        end = f"{header}\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n"
        yield setup(f"sso-session {label}", dev(), profile + end, DEFAULT, files=token(name))
    for label, header in {
        "two words": "[services my local]",
        "two blanks": "[services  local]",
        "indented": " [services local]",
    }.items():
        config = f"{header}\nsts =\n  endpoint_url = {{url}}\n[profile dev]\n" + pair("config-dev")
        yield setup(f"services {label}", dev(), config, DEFAULT)


ID, SECRET = "aws_access_key_id = config-dev\n", "aws_secret_access_key = secret\n"
NESTED = "s3 =\n  max_concurrent_requests = 4\n"
INDENTED = {
    "header": " [profile dev]\n" + ID + SECRET,
    "header behind a profile": "[profile old]\n" + pair("config-old") + "  [profile dev]\n" + ID + SECRET,
    "header by a tab": "[profile old]\nregion = eu-north-1\n\t[profile dev]\n" + ID + SECRET,
    "keys": "[profile dev]\n  " + ID + "  " + SECRET,
    "keys by tabs": "[profile dev]\n\t" + ID + "\t" + SECRET,
    "second key": "[profile dev]\n" + ID + "  " + SECRET,
    "keys below a blank line": "[profile dev]\nregion = eu-west-1\n\n  " + ID + "  " + SECRET,
    "key below a blank value": "[profile dev]\nregion =\n  " + ID + SECRET,
    "# comment below a value": "[profile dev]\n" + ID + "  # old\n" + SECRET,
    "; comment below a value": "[profile dev]\n" + ID + "  ; old\n" + SECRET,
    "comment below the header": "[profile dev]\n  # ours\n" + ID + SECRET,
    "text below a value": "[profile dev]\n" + ID + "  old\n" + SECRET,
    "nested settings": "[profile dev]\n" + NESTED + ID + SECRET,
    "nested settings, last": "[profile dev]\n" + ID + SECRET + NESTED,
    "nested region": "[profile dev]\n" + ID + SECRET + "s3 =\n  region = eu-central-1\n",
    "nested keys": "[profile dev]\ns3 =\n  " + ID + "  " + SECRET,
    "nested below a value": "[profile dev]\nregion = eu-west-1\n  output = json\n" + ID + SECRET,
    "nested line without =": "[profile dev]\ns3 =\n  what is this\n" + ID + SECRET,
}
LINES = {
    "no blanks around =": "[profile dev]\naws_access_key_id=config-dev\naws_secret_access_key=secret\n",
    "tabs around =": "[profile dev]\naws_access_key_id\t=\tconfig-dev\naws_secret_access_key\t=\tsecret\n",
    "a colon for =": "[profile dev]\naws_access_key_id: config-dev\naws_secret_access_key: secret\n",
    "line without =": "[profile dev]\n" + ID + SECRET + "what is this\n",
    "line without = in front": "what is this\n[profile dev]\n" + ID + SECRET,
    "line = value": "[profile dev]\n= what\n" + ID + SECRET,
    "key in front of any section": ID + "[profile dev]\n" + ID + SECRET,
    "comment behind a value": "[profile dev]\naws_access_key_id = config-dev # mine\n" + SECRET,
    "comment behind a value, no blank": "[profile dev]\naws_access_key_id = config-dev#mine\n" + SECRET,
    "; behind a value": "[profile dev]\naws_access_key_id = config-dev ; mine\n" + SECRET,
    "// comment": "[profile dev]\n// ours\n" + ID + SECRET,
    "a key twice": "[profile dev]\n" + ID + "aws_access_key_id = config-dev-again\n" + SECRET,
    "a section twice": "[profile dev]\n" + ID + "[profile old]\nregion = eu-north-1\n[profile dev]\n" + SECRET,
    "no line end": "[profile dev]\n" + ID + SECRET.strip(),
    "CRLF": ("[profile dev]\n" + ID + SECRET).replace("\n", "\r\n"),
    "CR": ("[profile dev]\n" + ID + SECRET).replace("\n", "\r"),
    "a form feed": "[profile dev]\n" + ID + "\x0c\n" + SECRET,
    "= in a value": "[profile dev]\naws_access_key_id = config-dev\naws_secret_access_key = sec=ret=\n",
    "% in a value": "[profile dev]\naws_access_key_id = config-dev\naws_secret_access_key = sec%ret%(x)s\n",
    "byte order mark": "\ufeff[profile dev]\n" + ID + SECRET,
    "byte order mark, then a comment": "\ufeff# ours\n[profile dev]\n" + ID + SECRET,
    "export": "[profile dev]\nexport aws_access_key_id = config-dev\n" + SECRET,
}


def lines():
    for label, config in INDENTED.items():
        yield setup(f"indented {label}", dev(), config, DEFAULT)
    for label, config in LINES.items():
        yield setup(f"line {label}", dev(), config, DEFAULT)
    yield setup("line byte order mark in credentials", REGION, None, "\ufeff" + DEFAULT)
    yield setup("indented header in credentials", REGION, None, " " + DEFAULT)
    yield setup("indented keys in credentials", REGION, None, DEFAULT.replace("\na", "\n  a"))
    yield setup("indented comment in credentials", REGION, None, DEFAULT.replace("default\na", "default\n  # old\na"))


DOUBLE, SINGLE = '"{}"', "'{}'"
ARN, DEPLOY = "arn:aws:iam::111111111111:role/deploy", "role_arn = {}\nsource_profile = base\n"


def values():
    for label, quote in {"double": DOUBLE, "single": SINGLE}.items():

        def quoted(text, quote=quote):
            return quote.format(text)

        rows = {
            "keys": f"aws_access_key_id = {quoted('config-dev')}\naws_secret_access_key = {quoted('secret')}\n",
            "role_arn": DEPLOY.format(quoted(ARN)),
            "source_profile": f"role_arn = {ARN}\nsource_profile = {quoted('base')}\n",
            "process": f"credential_process = {quoted('{home}/vend dev')}\n",
            "path of a process": f"credential_process = {quoted('{home}/vend')} dev\n",
            "region": ID + SECRET + f"region = {quoted('eu-central-1')}\n",
            "credential_source": f"role_arn = {ARN}\ncredential_source = {quoted('Ec2InstanceMetadata')}\n",
        }
        for key, text in rows.items():
            region = {"AWS_REGION": None, "AWS_DEFAULT_REGION": None} if key == "region" else {}
            yield setup(f"{label} quotes around {key}", dev(**region), "[profile dev]\n" + text, DEFAULT + BASE)
    upper = {
        "keys": (ID + SECRET).replace("aws_", "AWS_"),
        "keys, all in capitals": "AWS_ACCESS_KEY_ID = config-dev\nAWS_SECRET_ACCESS_KEY = secret\n",
        "token": ID + SECRET + "AWS_SESSION_TOKEN = session\n",
        "Region": ID + SECRET + "Region = eu-central-1\n",
        "Role_Arn": DEPLOY.format(ARN).replace("role_arn", "Role_Arn"),
        "Source_Profile": DEPLOY.format(ARN).replace("source_profile", "Source_Profile"),
        "Credential_Process": PROCESS.replace("credential", "Credential").replace("{name}", "dev"),
    }
    for label, text in upper.items():
        region = {"AWS_REGION": None, "AWS_DEFAULT_REGION": None} if label == "Region" else {}
        yield setup(f"upper-case {label}", dev(**region), "[profile dev]\n" + text, DEFAULT + BASE)
    both = "[profile dev]\n" + ID.replace("id", "ID") + ID.replace("config-dev", "config-lower") + SECRET
    yield setup("upper-case key beside the lower-case one", dev(), both, DEFAULT)
    blank = {"role_arn": role("deploy").split("=")[0] + "=\n" + ID + SECRET, "region": ID + SECRET + "region =\n"}
    for label, text in blank.items():
        yield setup(f"blank value of {label}", dev(), "[profile dev]\n" + text, DEFAULT)


KINDS = (names, behind_brackets, sessions, lines, values)
