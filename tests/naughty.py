"""Strings that break programs: written for this project, by kind of harm. Used by several tests."""

from __future__ import annotations

NAUGHTY: dict[str, str] = {
    "formula": '=HYPERLINK("http://evil.example","cliquez")',
    "formula_plus": "+33 6 00 00 00 00",
    "formula_minus": "-2+3+cmd|' /C calc'!A0",
    "formula_at": "@SUM(1+1)*cmd",
    "formula_tab": "\t=1+1",
    "formula_full_width": "＝1+1",
    "controls": "a\x00b\x01c\x08d\x0be\x1ff\x7fg",
    "right_to_left": "Genlis \u202e fermée \u202c \u2066ouverte\u2069",
    "zero_width": "Gen\u200blis\u200d \ufeff inondée",
    "combining": "Z\u0351\u036b\u0343a\u0329\u0360lgo sur l'Ouche",
    "emoji": "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇫🇷 🆘 l'eau monte",
    "astral": "𝔊𝔢𝔫𝔩𝔦𝔰 𠜎𠜱𠝹",
    "surrogate": "demi \ud83d paire",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)> &lt;b&gt; &amp;",
    "html_end": "</script></textarea></style><svg onload=alert(1)>",
    "xml": ']]><!--<!DOCTYPE x [<!ENTITY a "b">]>&a;',
    "template": "{{ 7*7 }} {% raw %} ${jndi:ldap://x} #{1+1} %s %n {0}",
    "sql": "'; DROP TABLE observation; --",
    "path": "../../../../etc/passwd\\..\\CON.txt",
    "separators": "un\u2028deux\u2029trois\rquatre\r\ncinq\x85six\x0cseven",
    "spaces": "\u00a0\u2003\u3000   ",
    "long_word": "a" * 100_000,
    "long_line": "eau " * 25_000,
    "ansi": "\x1b[31mrouge\x1b[0m \x1b]0;titre\x07",
    "json": '"}],"ok":true,{\\u0000',
    "number": "1e309 NaN -0 ٣ ½ 0x1F 007",
    "date": "2026-13-45T99:99:99Z",
    "canary": (
        "<img src=x onerror=\"document.title='PWNED'\"><script>document.title='PWNED'</script>"
    ),
    "canary_end": "</script></title></li>--><script>document.title='PWNED'</script>",
    "canary_attribute": '" onmouseover="document.title=\'PWNED\'" autofocus onfocus="x()',
    "canary_link": "javascript:document.title='PWNED'//https://naughty.example",
    "style": "</style><style>body{display:none}</style><link rel=stylesheet href=//evil.example>",
    "umap_markup": "{{{https://evil.example}}} [[https://evil.example|ici]] {{http://evil.example/x}}",
    "direction": "D10 \u202eetrevuo\u202c, \u200fpont\u200e \u061cbarré",
    "escape": "_x000D_ _x0041_ \\n \\u202e",
}
"""Name to string."""
