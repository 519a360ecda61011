"""The words that the mutations of `generate.py` insert into files."""

# fmt: off
BEHIND_BRACKET = ["#", "#x", ";x", " # c", " ; c", "\t# c", " /* */", " word", "x=1", " x = 1", "\\", "]", " ]", ",", ": x",
                  "\u00a0", "\u00a0# c", "\x00", " #]", "# ]", ";]", " ;x]"]
SPACES = [" ", "  ", "\t", " \t", "\t\t", "\u00a0", "\u3000", "\x0b", "\x0c", "\u0085", "\u2028", "\u2003", "\u1680",
          "\x1c", "\x1f", "\u200b", "\ufeff", "\r", "\u2029", "\u205f", "\u180e", "\x1e"]
LETTERS = ["ü", "é", "ß", "İ", "Σ", "ſ", "Å", "日本", "😀", "\x00", "\x01", "\x1b", "\x7f", "\\", "\\n", "'", '"', "`", "*", "&",
           "(", ")", ",", "!", "=", ":", "%", "$", "${HOME}", "~", "[", "]", "{", "|", "?", "<", "#", ";", "@", "+", "/", ".",
           "-", "_", " ", "\t", "\u00a0", "\r", "\ufffd", "ﬁ", "\u0301", "K", "\u0660"]
HEADERS = ["[]", "[ ]", "[profile]", "[profile ]", "[ profile]", "[DEFAULT]", "[Default]", "[default]", "[ default ]",
           "[__proto__]", "[profile __proto__]", "[toString]", "[constructor]", "[profile toString]", "[profile hasOwnProperty]",
           "[profile valueOf]", "[preview]", "[plugins]", "[profile a.b]", "[a.b]", "[profile.a]", "[profile.a b]", "[profile sso-session x]",
           "[sso-session]", "[sso-session x]", "[sso-session  x]", '[sso-session "x y"]', "[sso-session.x]", "[services]",
           "[services x]", "[servicesx y]", "[profilex y]", "[profile profile x]", "[profile default]", "[Profile prod]",
           "[PROFILE prod]", "[foo bar]", "[foo  bar]", "[profile a b]", '[profile "a]', "[profile a']", '[profile""a]', "[profile \"\"]",
           '[profile "prod" ]', "[profile 'prod']", "[profile\tprod]", "[profile  prod]", "[profile\u00a0prod]",
           "[ profile prod ]", "[profile pr\\od]", '[profile "pr\\"od"]', "[profile prod", "profile prod]", "[prod", "[[prod]]",
           "[profile [prod]]", "[profile prod]]", "[profile #prod]", "[profile pr#od]", "[profile pr;od]", "[pr od]",
           "[profile 12]", "[-]", "[profile prod].", "[profile services x]", "[profile sso-session.x]", "[profile prod:eu]"]
KEYS = ["region", "aws_access_key_id", "aws_secret_access_key", "aws_session_token", "role_arn", "source_profile",
        "credential_source", "credential_process", "sso_session", "output", "s3", "endpoint_url", "web_identity_token_file",
        "external_id", "mfa_serial", "duration_seconds", "sts", "__proto__", "toString", "name", "length", "a b", "x-y", "a.b",
        "REGION", "Region", "regıon", "aws_access_key_ID"]
VALUES = ["eu-west-1", "", "''", '""', "'", '"', "'eu-west-1'", '"eu-west-1"', "\"a' b\"", "'a' b", '"a" # c', "a # b", "a #b", "a# b",
          "a;b", "a ;b", "a\t;b", "# b", "#b", ";b", " ", "a = b", "=b", "a : b", ": b", "%(region)s", "%", "${HOME}/x", "$HOME", "~/x",
          "a\\", "\\", "a\\nb", "\u00a0a\u00a0", "\u3000", "a\u00a0# b", "a\x0b;b", "a\u0085", "\ufeffa", "a  b", "[x]", "true", "42", "\x00", "a\x00b",
          "'a\"", "\"a", "a\"", "日本", "arn:aws:iam::111111111111:role/x", "https://example.awsapps.com/start#/", "x" * 40]
LINES = ["# comment", "#comment", ";comment", "; [x]", "  # comment", "\t; comment", "#", "rem old", "REM region = x", "just words",
         "  just words", "\tregion", "=", " = ", "= x", "  = x", ": x", "  region = eu-west-3", "\tregion=eu-west-3", " region: eu-west-3",
         "  [prod]", "    [profile prod]", "\t[default]", "  a = b # c", "  # region = x", "    x", "  \t ", "\t", " ", "\u00a0", "\x0c", "\r", "\u3000x=1",
         "region", "region eu-west-1", "s3 =", "s3=", "s3 = ", "s3 = # c", "  region = x", "  signature_version = s3v4", "    deep =",
         "      deeper = 1", "[x]=1", "[", "]", "[]", "\\", "<<<<<<< HEAD", "=======", ">>>>>>> main", "export AWS_PROFILE=prod",
         "\x0cregion = x", "\u00a0region = x", "\u2028region = x", "//x = 1", "!include other", "\ufeffregion = x", "region\x00= x"]
