"""Malformed inputs, each with a name: what stands in a field, an address, a header or a body.

Nothing here knows a page. Texts are as a form or an address would carry them after decoding; JSON values are
written as they would stand in a body, so that what no parser of ours would write can be sent too.
Control characters inside raw headers are left out: the server in front refuses them before the product is asked.
"""

from __future__ import annotations

from typing import NamedTuple

NOW = "2026-11-20"  # the day of every test here

LONG = 100_000
CONTROL = {f"control character {number:02x}": f"a{chr(number)}b" for number in range(32)}
MARKS = {
    f"mark U+{number:04X}": f"a{chr(number)}b"
    for number in (
        0x00AD, 0x034F, 0x061C, 0x115F, 0x17B4, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2028, 0x2029,
        0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xFEFF, 0xFFFC, 0xFFFD,
        0xFFFE, 0xFFFF, 0x1D173, 0xE0001, 0xE0067, 0x10FFFF,
    )
}  # fmt: skip
NUMBERS = {
    f"number {text[:40]!r}": text
    for text in (
        "NaN", "nan", "sNaN", "-NaN", "NaN123", "Infinity", "-Infinity", "inf", "+inf", "1e999", "-1e999", "1e-999", "1e999999",
        "1e999999999", "1e-999999999", "9e1000000", "-0", "-0.0", "+0", "00", "0x10", "0b1", "0o7", "1_000", "1 000", "1,5,5", "1.5.5",
        "1.", ".5", ".", ",", "-", "+", "--1", "1-", "1e", "e1", "1e1e1", "0.1", "0.30000000000000004", "1.0000000000000000000001",
        "-1", "-0.5", "11", "99", "101", "2147483647", "2147483648", "-2147483649", "9223372036854775807",
        "9223372036854775808", "18446744073709551616", "10000000000000000000000", "-10000000000000000000000",
        "1.7976931348623157e308", "5e-324", "٣", "٣٫٥", "३", "３", "Ⅷ", "½", "²", "①", "𝟝", "五", "1٠", "−1", "1\u00a0000",
        "~", "~~6", "~NaN", "~1e999999999", "=", "=1", "=" + "9" * 5000, "?1", "true", "None", "null", "undefined", "1;2", "1 2", "6 h",
    )
} | {
    "number of 400 digits": "9" * 400,
    "number of 5,000 digits": "9" * 5000,
    "number with 5,000 decimals": "0." + "1" * 5000,
    "number of 100,000 digits": "1" * LONG,
    "number behind 5,000 zeros": "0" * 5000 + "1",
}  # fmt: skip
DAYS = {
    f"day {text!r}": text
    for text in (
        "2026-02-30", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-04-31", "2026-01-32", "0000-01-01", "0001-01-01",
        "9999-12-31", "10000-01-01", "-2026-01-01", "+2026-01-01", "1899-12-31", "2200-01-01", "2026-1-1", "26-01-01", "2026-11",
        "2026-W47", "2026-W47-5", "2026W475", "20261120", "2026/11/20", "20.11.2026", "11/20/2026", "2026-11-20T10:00", "2026-11-20 10:00:00Z",
        "2026-11-20T25:61", "٢٠٢٦-١١-٢٠", "2026‐11‐20", "2026-11-20x", "x2026-11-20", "2026--11-20", "yesterday", "today", "1732000000",
        "2026-11-20T10:00:00+99:99", "2026-11-20T10:00:00+14:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-11-20T10:00:60Z",
        "2026-11-20T24:00:00Z", "2026-11-20T10:00:00.123456789Z", "1969-12-31T23:59:59Z", "2026-11-20T10:00Z junk",
    )
}  # fmt: skip
TIMES = {
    f"time {text!r}": text
    for text in ("24:00", "25:99", "-1:00", "1:2:3:4", "12", "1200", "12:60", "12.30", "noon", "٠٣:١٠", "3:1", "03:10+", "=03:10", "T03:10", "03:10Z", "99:99")
}  # fmt: skip
IDS = {
    f"id {text!r}": text
    for text in (
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "01900000-0000-7000-8000-000000000000",
        "{01900000-0000-7000-8000-000000000000}", "urn:uuid:01900000-0000-7000-8000-000000000000", "01900000000070008000000000000000",
        "01900000-0000-7000-8000-00000000000", "01900000-0000-7000-8000-0000000000000", "g1900000-0000-7000-8000-000000000000",
        "01900000-0000-7000-8000-000000000000\n", "1", "-1", "0", "id",
    )
}  # fmt: skip
ATTACKS = {
    f"attack {text[:40]!r}": text
    for text in (
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'", "' OR 1=1 --", "\"; DROP TABLE episodes_night; --", "{{ 7*7 }}",
        "{% csrf_token %}", "${jndi:ldap://192.0.2.1/a}", "%s%n%x", "%(name)s", "../../../../etc/passwd", "..\\..\\windows", "/etc/passwd\0.png",
        "http://192.0.2.1/", "//evil.example/", "https://evil.example/", "javascript:alert(1)", "data:text/html,x", "/\\evil.example", "/\t/evil.example",
        "|id", "`id`", "$(id)", "\r\nSet-Cookie: a=b", "a\r\nX-Evil: 1", "=cmd|' /C calc'!A0", "@SUM(1)", "a\\", "\\u0000", "\\x00", "%00", "%", "__proto__",
        "constructor", "__class__", "*", "(((((((((((((((((a+)+)+)+)+", ".*" * 500, "[" * 5000, "{" * 5000, "<" * 5000, "&" * 5000,
    )
}  # fmt: skip
TEXTS = {
    "empty": "", "one space": " ", "spaces": " " * 5000, "a no-break space": "\u00a0", "an ideographic space": "\u3000", "a line": "\n", "lines": "\n" * 5000,
    "CRLF": "\r\n", "a tab": "\t", "null character alone": "\0", "null at the end": "a\0", "null characters": "\0" * 1000,
    "emoji": "🦵💥", "emoji of a family": "👩‍👩‍👧‍👦", "emoji flag cut": "🇩", "emoji with a tone": "👍🏿", "accents without a letter": "\u0301\u0301\u0301",
    "a letter under 500 accents": "a" + "\u0301" * 500, "right to left": "שלום עולם", "mixed directions": "abc שלום ١٢٣ def", "ligature ﷺ": "ﷺ" * 60,
    "capital ẞ": "ẞ" * 60, "Turkish İ": "İ" * 60, "ligature ﬁ": "ﬁ" * 60, "not normalised": "e\u0301" * 60, "decomposed Hangul": "\u1100\u1161\u11a8", "private use": "\ue000\uf8ff",
    "beyond the plane": "\U0001f9b5" * 50, "61 letters": "x" * 61, "101 letters": "x" * 101, "151 letters": "x" * 151, "201 letters": "x" * 201,
    "256 letters": "x" * 256, "1,001 letters": "x" * 1001, "2,001 letters": "x" * 2001, "10,000 letters": "x" * 10_000, "100 kB": "x" * LONG,
    "100 kB of emoji": "🦵" * (LONG // 4), "100 kB of lines": "a\n" * (LONG // 2), "a word nobody offers": "maybe", "two answers": "yes,no", "an answer in capitals": "YES",
    "an answer with a null": "yes\0", "an answer with a mark": "yes\u200f", "JSON list": "[]", "JSON object": '{"a": 1}', "JSON null": "null", "JSON broken": '{"a":',
    "JSON deep": "[" * 20_000 + "]" * 20_000, "JSON lone surrogate": '{"id": "\\ud800", "rawId": "\\u0000"}', "JSON NaN": '{"id": NaN}',
    "JSON of a credential": '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "oA", "authenticatorData": "AA", "signature": "AA", "userHandle": "AA"}}',
    "base64 broken": "=====", "a pickle": "gASVAAAAAAAAAC4=",
}  # fmt: skip
# What no text can hold: bytes as they stand in a form body or an address.
BYTES = {
    f"bytes {text}": text.encode()
    for text in (
        "%ED%A0%80", "%ED%BF%BF", "%ED%A0%BD%ED%B8%80", "%FF", "%FE%FF", "%C0%80", "%C1%BF", "%E0%80%80", "%F0%80%80%80", "%F4%90%80%80", "%F8%88%80%80%80",
        "%80", "%BF%BF", "%C3", "%E2%82", "%F0%9F%A6", "a%FFb", "%", "%%", "%2", "%zz", "%u1234", "%25%30%30", "%2500", "+%2B+", "%EF%BF%BD", "%00%00",
    )
} | {"bytes of Latin-1": "Wadenkrämpfe".encode("latin-1"), "bytes of UTF-16": "cramps".encode("utf-16").replace(b"\0", b"%00")}  # fmt: skip
FIELD_TEXTS: dict[str, str | bytes] = {
    **CONTROL,
    **MARKS,
    **NUMBERS,
    **DAYS,
    **TIMES,
    **IDS,
    **ATTACKS,
    **TEXTS,
    **BYTES,
}

# As they stand in a JSON body.
JSON_VALUES = {
    f"JSON value {text[:60]}": text
    for text in (
        "null", "true", "false", "0", "-0", "-0.0", "-1", "1.5", "0.1", "11", "1e5", "1e400", "-1e400", "1E-400", "NaN", "Infinity", "-Infinity", "nan", "10000000000000000000000",
        "-10000000000000000000000", "9007199254740993", "2147483648", "9223372036854775808", "1.0", "1.0000000000000002", '""', '" "', '"0"', '"5"', '"true"', '"null"', '"NaN"',
        '"maybe"', '"YES"', '"yes\\u0000"', '"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"', '"\\ud83e\\uddb5"', '"\\u202e"', '"\\n"', '"2026-02-30"', '"0000-01-01"', '"9999-12-31"', '"10000-01-01"',
        '"2026-11-20T10:00:00"', '"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-14:00"', '"2026-11-20T10:00:00+99:99"', '"٢٠٢٦-١١-٢٠"', '"1e999"', '"<script>"', '"00000000-0000-0000-0000-000000000000"',
        '"not-an-id"', "[]", "[null]", '["yes"]', "[[]]", "[1, 2, 3]", "{}", '{"a": {}}', '{"__proto__": 1}', '{"": ""}', '{"h1": 1e400}', '{"h1": NaN}', '{"h1": "text"}', '{"h1": [1]}', '{"h999999999": 1}', '{"h1": 1' + "0" * 400 + "}",
    )
} | {
    "JSON value 5,000 digits": "9" * 5000, "JSON value 100 kB of text": '"' + "x" * LONG + '"', "JSON value 100 kB of list": "[" + "0," * (LONG // 2) + "0]", "JSON value 900 deep": "[" * 900 + "]" * 900,
    "JSON value 50,000 deep": "[" * 50_000 + "]" * 50_000, "JSON value 1,000 keys": "{" + ",".join(f'"k{number}": 0' for number in range(1000)) + "}", "JSON value over-long key": '{"' + "k" * LONG + '": 1}',
    "JSON value 30 empty objects": "[" + "{}," * 29 + "{}]", "JSON value twice the same key": '{"a": 1, "a": 2}',
}  # fmt: skip
# A whole body in the place of the right one.
JSON_BODIES: dict[str, bytes] = {
    f"JSON body {text!r}": text.encode()
    for text in ("", " ", "null", "true", "0", '"text"', "[]", "[{}]", "{}", "{", "}", "{]", '{"version"}', '{"version":}', '{"version": 0,}', "{'version': 0}", "{version: 0}", "{/**/}", "// x", "NaN", "-Infinity", '{"version": 0} {}', "version=0&outcome=cramps", "<night/>", "\ufeff{}")
} | {
    "JSON body of bytes that are no text": b"\xff\xfe\xfd", "JSON body UTF-16": '{"version": 0}'.encode("utf-16"), "JSON body UTF-32": '{"version": 0}'.encode("utf-32"), "JSON body with a null byte": b'{"version": 0}\0',
    "JSON body of surrogates": b'{"version": "\xed\xa0\x80"}', "JSON body overlong": b'{"version": "\xc0\x80"}', "JSON body 100,000 deep": b"[" * 100_000, "JSON body of 256 KiB": b'{"x": "' + b"x" * 262_200 + b'"}', "JSON body raw control": b'{"version": "\x01"}',
    "JSON body unknown keys": b'{"version": 0, "patient": 1, "id": 2}', "JSON body version twice": b'{"version": 0, "version": 99}',
}  # fmt: skip


class Header(NamedTuple):
    """Header fields as the server hands them on (WSGI names)."""

    fields: dict[str, str]


ODD_CODECS = (
    "utf-16", "utf-32", "utf-7", "hex", "rot13", "base64", "zlib", "bz2", "uu", "quopri", "idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape",
    "latin-1", "cp037", "utf-8-sig", "shift_jis", "iso2022_jp", "mbcs", "none", "x" * 500, "",
)  # fmt: skip
HEADERS: dict[str, dict[str, str]] = {
    **{f"header charset={codec[:20]!r}": {"CONTENT_TYPE": f"text/html; charset={codec}"} for codec in ODD_CODECS},
    **{
        f"header Cookie {text[:40]!r}": {"HTTP_COOKIE": text}
        for text in (
            "session", "session=", "session=;csrf=", "session=x", 'session="\\000\\000\\000\\000\\000\\000\\000\\000"', 'session="' + "\\377" * 10 + '"', "session=" + "x" * 40, "session=" + "x" * 8000,
            "session=ÿÿÿÿÿÿÿÿ", "session=../../etc/passwd", "session=' OR 1=1 --", "session=a;session=b;session=c", "csrf=", "csrf=x", "csrf=" + "x" * 32, "csrf=" + "é" * 64, "csrf=" + "a" * 5000, 'csrf="\\000"',
            "language=", "language=xx", "language=../../../etc", "language=" + "de-" * 300, "language=zh-hant-" + "x" * 600, 'language="\\000"', "language=de\u00ff", "messages=x", "messages=W10:1:x", "messages=" + "x" * 4000,
            'messages="\\000"', "=", ";;;;", "=;=", "a=" + "b" * 8000, "$Version=1; session=x", "session=x,csrf=y", "__Host-session=x", "Session=x", " session = x ",
        )
    },
    **{
        f"header Accept-Language {text[:30]!r}": {"HTTP_ACCEPT_LANGUAGE": text}
        for text in ("*", "xx", "de;q=2", "de;q=-1", "de;q=nan", "de;q=1e999", ";;;", ",,,", "de-DE-x-" + "a" * 400, "de," * 2000, "../de", "de;q=0.0000000001", "Ж", "de;q=", "zh-hans-cn-x-y-z")
    },
    **{
        f"header Host {text[:30]!r}": {"HTTP_HOST": text}
        for text in ("", "evil.example", "localhost:", "localhost:99999", "localhost:abc", "localhost@evil.example", "localhost/evil", "a b", "[::1", "[::1]:x", "localhost.", "LOCALHOST", "xn--" + "a" * 300, "ü.example", "127.0.0.1:80:80", "x" * 5000)
    },
    **{
        f"header Content-Length {text!r}": {"CONTENT_LENGTH": text}
        for text in ("abc", "-1", "+1", "1.5", "1e3", " 1 ", "0x10", "10000000000000000000000", "99999999", "١٢", "²", "NaN", "1,1", "00000000000001")
    },
    **{
        f"header {name} {text[:30]!r}": {name: text}
        for name, texts in {
            "HTTP_RANGE": ("bytes=0-0", "bytes=-1", "bytes=9-1", "bytes=0-0,0-0,0-0", "bytes=10000000000000000000000-", "items=1", "bytes"),
            "HTTP_IF_NONE_MATCH": ("*", '"x"', 'W/"x"', '"', '"x', ",,,", "x" * 5000, "é"),
            "HTTP_IF_MATCH": ("*", '"x"', "x"), "HTTP_IF_MODIFIED_SINCE": ("x", "Thu, 99 Foo 10000 00:00:00 GMT", "Mon, 01 Jan 0000 00:00:00 GMT", "9" * 500),
            "HTTP_IF_UNMODIFIED_SINCE": ("x", "Thu, 01 Jan 1970 00:00:00 GMT"), "HTTP_IF_RANGE": ("x", '"x"'),
            "HTTP_ACCEPT": ("application/json", "application/json;q=9", "*/*;q=nan", "x", ",", "text/html;" + "a=b;" * 1000, "é/é"),
            "HTTP_ACCEPT_ENCODING": ("gzip;q=x", "*;q=0", "identity;q=0", "x" * 5000, "gzip,deflate,br,zstd,é"), "HTTP_ACCEPT_CHARSET": ("utf-7", "x"),
            "HTTP_CONTENT_ENCODING": ("gzip", "x"), "HTTP_TRANSFER_ENCODING": ("chunked", "x"), "HTTP_EXPECT": ("100-continue", "x"), "HTTP_TE": ("trailers",),
            "HTTP_AUTHORIZATION": ("Bearer", "Bearer ", "Bearer x", "Bearer diary_", "Bearer diary_" + "x" * 5000, "Bearer diary_é", "bearer ٣", "Basic x", "Basic " + "=" * 50, "Digest a=b", "x" * 5000, "Bearer a b c"),
            "HTTP_REFERER": ("x", "http://evil.example/", "http://[", "\u00ff", "x" * 8000), "HTTP_ORIGIN": ("null", "http://evil.example", "http://[", "x", "é"),
            "HTTP_X_FORWARDED_FOR": ("x", "127.0.0.1," * 500, "1.2.3.4, <script>", "::ffff:1.2.3.4", "1.2.3.4:99999"), "HTTP_X_FORWARDED_HOST": ("evil.example", "["), "HTTP_X_FORWARDED_PROTO": ("https", "ftp", "x,y"), "HTTP_FORWARDED": ("for=x;host=[", '"'),
            "HTTP_USER_AGENT": ("", "x" * 8000, "<script>", "\u00ff\u00fe", "${jndi:ldap://x}"), "HTTP_X_REQUESTED_WITH": ("XMLHttpRequest",), "HTTP_X_CSRFTOKEN": ("", "x", "é" * 64, "x" * 64, "x" * 5000),
            "HTTP_X_REQUEST_ID": ("x\u00ff", "x" * 5000), "HTTP_X_HTTP_METHOD_OVERRIDE": ("DELETE",), "HTTP_UPGRADE": ("websocket",), "HTTP_CONNECTION": ("upgrade", "close, x"), "HTTP_DATE": ("x",), "HTTP_SEC_FETCH_SITE": ("cross-site",),
            "HTTP_IDEMPOTENCY_KEY": ("", " ", "é", "x" * 65, "x" * 8000, "a b", "\u00ff"), "HTTP_PRIORITY": ("u=9",), "HTTP_DNT": ("9",),
            "CONTENT_TYPE": ("", "x", "/", "text", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 300, "multipart/form-data; boundary=é", 'multipart/form-data; boundary="', "multipart/mixed; boundary=x", "application/json", "application/xml", "application/x-www-form-urlencoded; charset=utf-16", "application/x-www-form-urlencoded; charset=hex", "application/x-www-form-urlencoded; x=" + "y" * 3000, "a/b; c*=utf-8''%FF; d*0=x", "a/b; c*=hex''%FF", "a/b; c*=nobody''%FF"),
        }.items()
        for text in texts
    },
}  # fmt: skip

QUERIES: dict[str, str] = {
    f"query {text[:40]!r}": text
    for text in (
        "%", "%zz", "%ff=%ff", "=", "&&&&", "a&b&c", ";a=1", "a[]=1&a[]=2", "a[b][c]=1", "a.b=1", "page", "page=&page=", "next=//evil.example", "next=%00", "next=%0d%0aX:1", "lang=xx", "lang=de&lang=fr",
        "__proto__=1", "csrfmiddlewaretoken=x", "_method=DELETE", "patient=1", "id=1&pk=1", "%00=%00", "%ED%A0%80=%ED%A0%80", "a=%C0%80", "?a=b", "#", "a=b#c", "/../../", "\\", "q=%F0%9F%A6%B5", "+=+", "%2B=%26",
    )
} | {"query of 2,001 fields": "&".join(f"f{number}=1" for number in range(2001)), "query of 100 kB": "q=" + "x" * LONG, "query with an over-long name": "x" * LONG + "=1", "query 2,000 times the same": "page=1&" * 1999}  # fmt: skip
# What pages read from the address; every other page gets the whole queries above alone.
PARAMETERS: dict[str, tuple[str, ...]] = {
    "diary:calendar": ("month",), "diary:night-list": ("q", "page"), "diary:now": ("of", "lang"), "diary:worker": ("lang",), "diary:manifest": ("lang",), "diary:offline": ("lang",), "diary:offline-night": ("lang",),
    "trends:overview": ("range", "from", "to"), "trends:change": ("start",), "experiments:overview": ("remedy",), "experiments:check": ("remedy", "plan"), "sharing:look-list": ("page",),
    "report:overview": ("period", "since", "section", "paper"), "report:visit-pdf": ("paper", "period"), "report:patient-report": ("period",), "report:patient-pdf": ("period", "paper"),
    "exchange:nights-csv": ("notes",), "exchange:import-preview": ("replace", "page"), "admin:index": ("q", "sort", "show", "page"), "admin:patient-detail": ("period", "nights"), "admin:login": ("next",),
    "admin:episodes_user_changelist": ("q", "p", "o", "e", "all", "is_active__exact", "is_clinician__exact", "id__in", "_popup", "_to_field"), "admin:episodes_user_change": ("_changelist_filters", "_popup", "_to_field"),
    "api:night-list": ("from", "to", "limit"), "account_login": ("next",), "account_signup": ("next", "email"), "account_logout": ("next",), "account_reauthenticate": ("next",), "account_reset_password": ("email",), "mfa_reauthenticate": ("next",), "mfa_login_webauthn": ("next",),
}  # fmt: skip

# In the place of a parameter of an address, as percent-encoded text.
PATHS: dict[str, str] = {
    f"path {text[:40]!r}": text
    for text in (
        "", "-", "0", "-1", "1.5", "1e3", "x", "%00", "%", "%2F", "..", "%2e%2e%2f", "..%5c", "%FF", "%ED%A0%80", "%C0%AF", "%0a", "%0d%0aX:1", "%20", "+", "~", "*", "'", '"', "<script>", "{}", "[]", "|", "\\", "%F0%9F%A6%B5", "%D9%A3", "%E2%80%AE",
        "2026-02-30", "2026-13-01", "0000-01-01", "10000-01-01", "1899-12-31", "2199-12-31", "2026-1-1", "2026-11-20x", "20261120", "2026-W47-5", "2026-00-00", "2026-11-20%0a", "1900-01-01", "00000000-0000-0000-0000-000000000000",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "01900000-0000-7000-8000-00000000000", "01900000000070008000000000000000", "9223372036854775807", "9223372036854775808", "2147483648", "10000000000000000000000", "%D9%A1%D9%A2",
        "None", "null", "undefined", "admin", "login", "index.html", ".", "sitting", "_", "a-b_c", "A",
    )
} | {"path of 5,000 digits": "9" * 5000, "path of 5,000 letters": "x" * 5000, "path of 5,000 dashes": "-" * 5000}  # fmt: skip

COUNTERS = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
COUNTER_VALUES = ("1000000000", "-1", "abc", "", "1e9", "21", "26", "1001", "2147483648", "9" * 30, "9" * 5000, "1.5", "٣", "NaN", "0x1", " 1 ", "1\0")  # fmt: skip
