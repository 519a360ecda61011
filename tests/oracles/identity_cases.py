"""The cases of identity.py: callers and arguments."""

import json

ROLE, SSO = "AROADEMOROLEDEMOROLE1", "AWSReservedSSO_ProdDeploy_0123456789abcdef"
WHO = {
    "user": ("111111111111", "arn:aws:iam::111111111111:user/team/jane", "AIDADEMOUSERDEMOUSER1"),
    "role": ("222222222222", "arn:aws:sts::222222222222:assumed-role/deploy-ci/GitHubActions", f"{ROLE}:GitHubActions"),
    "sso": (
        "111111111111",
        f"arn:aws:sts::111111111111:assumed-role/{SSO}/jane@example.com",
        f"{ROLE}:jane@example.com",
    ),
    "root": ("111111111111", "arn:aws:iam::111111111111:root", "111111111111"),
    "federated": ("111111111111", "arn:aws:sts::111111111111:federated-user/bob", "111111111111:bob"),
    "zeros": ("000000000012", "arn:aws-cn:sts::000000000012:assumed-role/r/s", f"{ROLE}:s"),
    "umlaut": ("111111111111", "arn:aws:sts::111111111111:assumed-role/deploy/jürgen", f"{ROLE}:jürgen"),
    "wide": ("111111111111", "arn:aws:sts::111111111111:assumed-role/deploy/山田-太郎", f"{ROLE}:山田-太郎"),
    "emoji": ("111111111111", "arn:aws:sts::111111111111:assumed-role/deploy/🚀", f"{ROLE}:🚀"),
    "long": ("111111111111", f"arn:aws:sts::111111111111:assumed-role/{'r' * 64}/{'s' * 64}", f"{ROLE}:{'s' * 64}"),
}
FORMATS = ["json", "text", "table", "yaml", "yaml-stream", "off"]

# Each of these runs in every format.
SHAPES = [
    "Arn",
    "Account",
    "[Arn,Account]",
    "[Account]",
    "{b:Arn,a:Account}",
    "{Account:Account}",
    "{a:@}",
    "{a:{b:{c:Account}}}",
    "{a:[Arn,Account],b:Account}",
    "{a:[{x:Arn},{x:Account}],b:Account}",
    "[[Arn],[Account]]",
    "[Arn,[Account]]",
    "[{a:Arn},{b:Account}]",
    "[{a:Arn,n:{m:Account}},{a:Account,n:{m:Arn}}]",
    "values(@)",
    "length(Arn)",
    "Nope",
    "`[]`",
    "`{}`",
    "`true`",
    "`0`",
    "``",
    '`{"a":[],"b":{}}`',
    '`[null,1,true,1.5,""]`',
    "[*]",
    "*",
]
# Each of these runs in JSON.
QUERIES = [
    "@",
    "*.length(@)",
    "keys(@)",
    "sort(keys(@))",
    "reverse(keys(@))",
    "{z:Arn,y:UserId,x:Account}",
    "merge(@,{z:`1`,Arn:`2`})",
    "Arn | length(@)",
    "Arn || Account",
    "Nope || Account",
    "Nope && Account",
    "!Arn",
    "!Nope",
    "Account == '111111111111'",
    "Account == `111111111111`",
    "Account == `foo`",
    "Account != 'x'",
    "length(Account) > `11`",
    "Account > '1'",
    "`1` < `2.5`",
    "`1` == `1.0`",
    "contains(Arn,'user')",
    "contains(keys(@),'Arn')",
    "starts_with(Arn,'arn:aws:iam')",
    "ends_with(Arn,'jane')",
    "Arn.foo",
    "Arn[0]",
    "Arn[0:3]",
    "[Arn,Account,UserId][0]",
    "[Arn,Account,UserId][-1]",
    "[Arn,Account,UserId][1:]",
    "[Arn,Account,UserId][::-1]",
    "[Arn,Account,UserId][::2]",
    "values(@)[?contains(@,'jane')]",
    "values(@)[?length(@) > `12`].length(@)",
    "[[Arn],[Account,[UserId]]][]",
    "[[Arn],[Account,[UserId]]][][]",
    "@.{n:Account}.n",
    '"Arn"',
    "'raw \\'string'",
    "`plain word`",
    '`"json"`',
    '`{"b":1,"a":[1,2.0,1e3,1e20]}`',
    "join(',',values(@))",
    'join(`"\\n"`,values(@))',
    "max(values(@))",
    "min(values(@))",
    "max_by(values(@),&length(@))",
    "sort_by(values(@),&length(@))",
    "map(&length(@),values(@))",
    "abs(`-1`)",
    "abs(`-1.5`)",
    "ceil(`1.2`)",
    "floor(`-1.2`)",
    "sum(`[1,2]`)",
    "sum(`[1,2.5]`)",
    "sum(`[]`)",
    "avg(`[1,2]`)",
    "avg(`[]`)",
    "to_number(Account)",
    "to_number('x')",
    "to_number('1.50')",
    "to_string(@)",
    "to_string(`1.0`)",
    "to_array(Arn)",
    "type(@)",
    "type(Nope)",
    "not_null(Nope,Account)",
    "null",
    "`null`",
    "`[true,false,null]`",
    "'ünïcödé 山'",
    '`"\\u0001\\u007f\\u2028"`',
    # Invalid expressions, and expressions without a result.
    "",
    " ",
    "a[",
    "a.",
    "[",
    "{a}",
    "a b",
    "a = b",
    "nope(@)",
    "length(`1`)",
    "length(@,@)",
    "join(',',`[1]`)",
    'sum(`["a"]`)',
    "sort_by(@,&Arn)",
    "'open",
    "`open",
]
# Strings that YAML quotes or escapes.
TEXTS = [
    "",
    " ",
    "a b",
    "~",
    "null",
    "true",
    "yes",
    "no",
    "NaN",
    "1",
    "01",
    "1.0",
    "1e3",
    "0x1f",
    "0o17",
    "1_000",
    "+1",
    "-1",
]
TEXTS += [
    "-",
    "--",
    "---",
    "...",
    ".",
    "1:30",
    "2020-01-01",
    "2020-01-01T00:00:00Z",
    "2020-1-1",
    "<<",
    "=",
    "a: b",
    "a:b",
]
TEXTS += [
    "a:",
    "a #b",
    "#a",
    "- a",
    "-a",
    "? a",
    "?a",
    "[a]",
    "{a}",
    "a,b",
    "a]",
    "&a",
    "*a",
    "!a",
    "|a",
    ">a",
    "'a'",
    '"a"',
]
TEXTS += [
    "%a",
    "@a",
    "`a",
    "a'b",
    'a"b',
    "a\\b",
    "tab\tx",
    "line\nx",
    "line\n",
    "\nx",
    "a\n\nb",
    " lead",
    "trail ",
    "a  b",
    "ü",
]
TEXTS += ["日本", "\u00a0x", "\u200bx", "\u2028x", "\x1bx", "\x7f", "\ufeffx", "😀", "a" * 100, ("word " * 30).strip()]
TEXTS += [
    "x" * 90 + " y",
    ".5",
    "5.",
    ".inf",
    ".nan",
    "0b1",
    "1e-5",
    "012345678901",
    "true ",
    "a:\tb",
    "é" * 90 + " b c",
]
TEXTS += [
    "word'" * 3 + " " + "w " * 60,
    "0.",
    "-0",
    "+.5",
    "1.5e+3",
    "::",
    "a\rb",
    "a\u2029b",
    "\ue000",
    "\ufffd",
    "𝄞",
    "_1",
    "-_",
]


def literal(text):
    return "`" + json.dumps(text).replace("`", "\\`") + "`"


def matrix():
    """Every case: a name, the caller, the arguments, and the width of the terminal or None."""

    def case(name, who="user", arguments=(), width=None):
        return {"name": name, "as": who, "arguments": list(arguments), "width": width}

    cases = [case(f"{who} · {form}", who, ["--output", form]) for who in WHO for form in FORMATS]
    cases.append(case("no arguments"))
    for query in SHAPES:
        cases += [case(f"{form} · {query}", "role", ["--output", form, "--query", query]) for form in FORMATS]
    cases += [case(f"json · {query}", "user", ["--query", query]) for query in QUERIES]
    texts = "[" + ",".join(literal(text) for text in TEXTS) + "]"
    keys = "{" + ",".join(f"{json.dumps(text)}:Account" for text in TEXTS if text) + "}"
    nested = "{a:{b:[[" + literal("word " * 30) + "]]},c:[{d:" + literal("w " * 60) + ",e:[[],{}]}]}"
    for form in ["json", "text", "table", "yaml", "yaml-stream"]:
        cases.append(case(f"{form} · texts", "user", ["--output", form, "--query", texts]))
    for form in ["yaml", "yaml-stream"]:
        cases.append(case(f"{form} · keys", "user", ["--output", form, "--query", keys]))
        cases.append(case(f"{form} · nested", "user", ["--output", form, "--query", nested]))
    for who in ["user", "role", "sso", "long", "wide", "root"]:
        for width in [40, 60, 80, 100, 120, 160, 300]:
            arguments = ["--output", "table", "--color", "off", "--no-cli-pager"]
            cases.append(case(f"{who} · table · {width} columns", who, arguments, width))
    for query in ["@", "{a:@}", "[@]", "Arn", "{a:[Arn,Account],b:Account}"]:
        painted = ["--output", "table", "--color", "on", "--query", query]
        cases.append(case(f"table · in colour · {query}", "user", painted))
    cases.append(case("table · in colour · terminal", "user", ["--output", "table", "--no-cli-pager"], 120))
    for form in ["json", "text", "yaml"]:
        cases.append(case(f"{form} · in colour", "user", ["--output", form, "--color", "on"]))
        cases.append(case(f"{form} · terminal", "user", ["--output", form, "--no-cli-pager"], 60))
    for text in ["{}", " {} ", '{"a":1}', "[]", "x", "", "file:///nonexistent"]:
        cases.append(case(f"input · {text}", "user", ["--cli-input-json", text, "--output", "text"]))
    cases.append(case("a stranger", "nobody"))
    cases.append(case("unsigned", "user", ["--no-sign-request"]))
    for words in [
        "--no-paginate",
        "--no-cli-pager",
        "--debug",
        "--cli-read-timeout 9 --cli-connect-timeout 0",
        "--region eu-west-2",
    ]:
        cases.append(case(f"flags · {words}", "user", ["--output", "text", *words.split()]))
    for words in ["--output xml", "--color purple", "--cli-read-timeout x", "--bogus", "--query", "more"]:
        cases.append(case(f"usage · {words}", "user", words.split()))
    cases.append(case("yaml: the same object twice", "user", ["--output", "yaml", "--query", "[@,@]"]))
    mixed = "[{a:Account},{a:[Arn]}]"
    cases.append(case("text: a list beside a text in one column", "user", ["--output", "text", "--query", mixed]))
    return cases
