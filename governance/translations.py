"""The Chinese catalogue: words are found in the code, kept in a .po file that merges well, compiled to .mo.

Pure Python (Babel), because a machine that runs `make run` may have no GNU gettext (docs/adr/0002). The file has one
line per message, in order of msgid, without line numbers, dates or guesses, so that two branches' additions unite
(`merge=union`); whatever a merge doubled, the next reading mends.
"""

import ast
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from django.apps import apps
from django.conf import settings
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": ("msgid",),
    "gettext": ("msgid",),
    "gettext_lazy": ("msgid",),
    "gettext_noop": ("msgid",),
    "ngettext": ("msgid", "plural"),
    "ngettext_lazy": ("msgid", "plural"),
    "pgettext": ("context", "msgid"),
    "pgettext_lazy": ("context", "msgid"),
    "npgettext": ("context", "msgid", "plural"),
    "npgettext_lazy": ("context", "msgid", "plural"),
}
HEADER = """\
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""
PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*[\d.*]*[a-zA-Z]|%[sdf]|\{\w*\}")

Key = tuple[str, str]  # context, msgid


@dataclass
class Entry:
    """One message: `plural` is empty when it has none; Chinese has one form for both."""

    context: str = ""
    msgid: str = ""
    plural: str = ""
    msgstr: str = ""
    is_fuzzy: bool = False
    places: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.context, self.msgid

    def placeholders_differ(self) -> bool:
        """Say whether the translation lacks a placeholder of the message or has one of its own."""
        # Of "one report" and "%(count)s reports" the second counts: Chinese has one form for all numbers.
        return sorted(PLACEHOLDER.findall(self.msgstr)) != sorted(PLACEHOLDER.findall(self.plural or self.msgid))


def po_path() -> Path:
    return Path(settings.BASE_DIR) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def sources() -> Iterator[Path]:
    """Find the project's own Python and template files (not tests, not migrations: they copy what models say)."""
    base = Path(settings.BASE_DIR)
    roots = [Path(config.path) for config in apps.get_app_configs() if Path(config.path).parent == base]
    for root in roots:
        yield from (path for path in sorted(root.rglob("*.py")) if "migrations" not in path.parts)
    for root in [base / "templates", *(root / "templates" for root in roots)]:
        yield from (path for path in sorted(root.rglob("*")) if path.suffix in {".html", ".txt"})


def messages_in(path: Path) -> Iterator[tuple[int, Entry]]:
    """Extract one file's messages with their line numbers."""
    text = path.read_text(encoding="utf-8")
    return _in_python(text) if path.suffix == ".py" else _in_template(text, str(path))


def _in_python(text: str) -> Iterator[tuple[int, Entry]]:
    """Read the syntax tree: unlike a scan of tokens it sees into f-strings with every version of Python."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = getattr(call.func, "id", "") or getattr(call.func, "attr", "")
        if name in KEYWORDS:
            names = KEYWORDS[name]
            values = [arg.value for arg in call.args[: len(names)] if isinstance(arg, ast.Constant)]
            words = dict(zip(names, (value for value in values if isinstance(value, str)), strict=False))
            if len(words) == len(names):
                yield call.lineno, Entry(words.get("context", ""), words["msgid"], words.get("plural", ""))


def _in_template(text: str, origin: str) -> Iterator[tuple[int, Entry]]:
    # templatize writes each call on a line of its own and blanks the rest: line by line it is Python, whole it is not.
    for number, line in enumerate(templatize(text, origin=origin).splitlines(), 1):
        options = {"encoding": "utf-8"}
        for _at, words, _notes, context in extract("python", io.BytesIO(line.strip().encode()), options=options):
            singular, plural = words if isinstance(words, tuple) else (words, "")
            yield number, Entry(context or "", singular, plural)


def extracted() -> dict[Key, Entry]:
    """Collect every message of the code, with the places where it stands."""
    entries: dict[Key, Entry] = {}
    for path in sources():
        for line, entry in messages_in(path):
            known = entries.setdefault(entry.key, entry)
            known.plural = known.plural or entry.plural
            known.places.append(f"{path.relative_to(settings.BASE_DIR)}:{line}")
    return entries


def read(text: str) -> dict[Key, Entry]:
    """Read a catalogue, forgiving what a union merge leaves: entries without a gap, doubled ones, doubled lines.

    Of several translations of one message the first that says something stays.
    """
    entries: dict[Key, Entry] = {}
    current, last, is_fuzzy = Entry(), "", False
    for raw in [*text.splitlines(), 'msgid ""']:
        line = raw.strip()
        if line.startswith("#,"):
            is_fuzzy = is_fuzzy or "fuzzy" in line
        name, _, rest = line.partition(" ")
        if line.startswith('"') and last:
            setattr(current, last, getattr(current, last) + ast.literal_eval(line))
            continue
        if name == "msgctxt" or (name == "msgid" and last != "context"):
            _keep(entries, current)
            current, is_fuzzy = Entry(is_fuzzy=is_fuzzy), False
        attribute = {"msgctxt": "context", "msgid": "msgid", "msgid_plural": "plural"}.get(name, "")
        if name in {"msgstr", "msgstr[0]"}:
            attribute = "" if current.msgstr else "msgstr"
        if attribute:
            setattr(current, attribute, ast.literal_eval(rest))
        last = attribute
    return entries


def _keep(entries: dict[Key, Entry], entry: Entry) -> None:
    known = entries.get(entry.key)
    if entry.msgid and (known is None or not known.msgstr or (known.is_fuzzy and entry.msgstr)):
        entries[entry.key] = entry


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def write(entries: dict[Key, Entry]) -> str:
    """Write a catalogue: sorted, one line per text, so that it merges line by line."""
    blocks = [HEADER]
    for entry in sorted(entries.values(), key=lambda entry: (entry.msgid, entry.context)):
        lines = ["#, fuzzy"] if entry.is_fuzzy else []
        if entry.context:
            lines.append(f"msgctxt {_quoted(entry.context)}")
        lines.append(f"msgid {_quoted(entry.msgid)}")
        if entry.plural:
            lines.append(f"msgid_plural {_quoted(entry.plural)}")
        lines.append(f"msgstr{'[0]' if entry.plural else ''} {_quoted(entry.msgstr)}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def updated(found: dict[Key, Entry], known: dict[Key, Entry]) -> dict[Key, Entry]:
    """Give the messages of the code their translations; those that no code asks for are dropped."""
    for key, entry in found.items():
        if key in known:
            entry.msgstr, entry.is_fuzzy = known[key].msgstr, known[key].is_fuzzy
    return found


def complaints(entries: dict[Key, Entry]) -> Iterator[str]:
    """Name what is wrong with each message, and where the code uses it."""
    for entry in sorted(entries.values(), key=lambda entry: entry.key):
        if not entry.msgstr.strip():
            fault = "not translated"
        elif entry.is_fuzzy:
            fault = "marked fuzzy"
        elif entry.placeholders_differ():
            fault = f"placeholders differ from {entry.msgstr!r}"
        else:
            continue
        yield f"{fault}: {entry.msgid!r} ({', '.join(entry.places[:3])})"


def compile_catalogue(po: Path) -> Path:
    """Write the .mo file beside this .po; what is fuzzy or empty is left to the English."""
    catalog = Catalog(locale="zh_Hans", fuzzy=False)
    for entry in read(po.read_text(encoding="utf-8")).values():
        if entry.msgstr and not entry.is_fuzzy:
            ids = (entry.msgid, entry.plural) if entry.plural else entry.msgid
            catalog.add(ids, (entry.msgstr,) if entry.plural else entry.msgstr, context=entry.context or None)
    target = po.with_suffix(".mo")
    draft = target.with_suffix(f".{os.getpid()}.mo")
    with draft.open("wb") as file:
        write_mo(file, catalog)
    draft.replace(target)
    return target


def compile_stale() -> None:
    """Compile where the .mo is missing or older than its .po; this process reads its words anew."""
    po = po_path()
    target = po.with_suffix(".mo")
    if po.exists() and (not target.exists() or target.stat().st_mtime < po.stat().st_mtime):
        translation_file_changed(None, compile_catalogue(po))
