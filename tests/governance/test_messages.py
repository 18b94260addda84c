"""The Chinese catalogue: found in code and templates, mended after a merge, checked."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from governance import translations
from governance.translations import Entry


def _messages(path: Path, text: str) -> list[tuple[str, str, str]]:
    path.write_text(text, encoding="utf-8")
    return [(entry.context, entry.msgid, entry.plural) for _line, entry in translations.messages_in(path)]


def test_it_finds_every_way_of_marking_words_in_python(tmp_path: Path) -> None:
    code = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
A = _("Plain")
B = ngettext("%(count)s report", "%(count)s reports", 2)
C = pgettext("button", "Close")
D = _(
    "Two "
    "pieces"
)
E = gettext_noop("Kept")
F = f"{_('inside')}"
"""
    assert _messages(tmp_path / "a.py", code) == [
        ("", "Plain", ""),
        ("", "%(count)s report", "%(count)s reports"),
        ("button", "Close", ""),
        ("", "Two pieces", ""),
        ("", "Kept", ""),
        ("", "inside", ""),
    ]


def test_it_finds_every_way_of_marking_words_in_templates(tmp_path: Path) -> None:
    page = """{# It's odd #}
<p>it isn't (balanced "</p>
  {% translate 'Say "so"' %}
{% translate 'Close' context "button" as close %}
    {% blocktranslate trimmed count n=total context "list" %}
        {{ n }} open order, 100%
    {% plural %}
        {{ n }} open orders, 100%
    {% endblocktranslate %}
{{ value|default:_("None") }} {% include "x.html" with title=_("Title") only %}
{% blocktranslate %}First
line{% endblocktranslate %}
"""
    assert _messages(tmp_path / "a.html", page) == [
        ("", 'Say "so"', ""),
        ("button", "Close", ""),
        ("list", "%(n)s open order, 100%%", "%(n)s open orders, 100%%"),
        ("", "None", ""),
        ("", "Title", ""),
        ("", "First\nline", ""),
    ]


def test_a_catalogue_that_was_written_reads_back_the_same() -> None:
    entries = {
        entry.key: entry
        for entry in [
            Entry("", 'quote " and \\ slash', "", "引号"),
            Entry("menu", "Open", "", "打开"),
            Entry("", "%(n)s a", "%(n)s as", "%(n)s 个\n第二行"),
        ]
    }
    text = translations.write(entries)
    assert translations.write(translations.read(text)) == text


def test_a_union_merge_leaves_the_translated_one_of_two() -> None:
    text = translations.HEADER + (
        'msgid "Both"\nmsgstr ""\nmsgid "Left"\nmsgstr "左"\n'
        'msgid "Both"\nmsgstr "两者"\nmsgstr "二者"\n\n'
        '#, python-format\nmsgctxt "c"\nmsgid "Left"\nmsgstr "另一个"\n'
    )
    entries = translations.read(text)
    assert {key: entry.msgstr for key, entry in entries.items()} == {
        ("", "Both"): "两者",
        ("", "Left"): "左",
        ("c", "Left"): "另一个",
    }


def test_what_no_code_asks_for_is_dropped_and_what_is_new_is_empty() -> None:
    found = {("", "New"): Entry(msgid="New"), ("", "Old"): Entry(msgid="Old")}
    known = {("", "Old"): Entry(msgid="Old", msgstr="旧"), ("", "Gone"): Entry(msgid="Gone", msgstr="去")}
    entries = translations.updated(found, known)
    assert {key[1]: entry.msgstr for key, entry in entries.items()} == {"New": "", "Old": "旧"}


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (Entry(msgid="A"), "not translated: 'A'"),
        (Entry(msgid="A", msgstr="甲", is_fuzzy=True), "marked fuzzy: 'A'"),
        (Entry(msgid="%(a)s", msgstr="%(b)s"), "placeholders differ from '%(b)s'"),
        (Entry(msgid="{a}", msgstr="甲"), "placeholders differ from '甲'"),
        (Entry(msgid="one", plural="%(n)s of them", msgstr="若干"), "placeholders differ from '若干'"),
    ],
)
def test_each_fault_is_named(entry: Entry, fault: str) -> None:
    (line,) = translations.complaints({entry.key: entry})
    assert line.startswith(fault)


def test_a_good_entry_is_no_fault() -> None:
    entry = Entry(msgid="%(n)s of %(m)s", msgstr="%(m)s 中的 %(n)s")
    assert list(translations.complaints({entry.key: entry})) == []


def test_the_command_writes_checks_and_compiles(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text('{% translate "Hello" %}{% translate "Bye" %}')
    po = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    with override_settings(BASE_DIR=tmp_path):
        call_command("messages")
        with pytest.raises(CommandError, match=r"2 faults.*\nnot translated: 'Bye' \(templates/page.html:1\)"):
            call_command("messages", check=True)
        po.write_text(po.read_text().replace('"Bye"\nmsgstr ""', '"Bye"\nmsgstr "再见"'))
        po.write_text(po.read_text().replace('"Hello"\nmsgstr ""', '"Hello"\nmsgstr "你好"'))
        call_command("messages")
        call_command("messages", check=True)
        (tmp_path / "templates" / "page.html").write_text('{% translate "Hello" %}')
        with pytest.raises(CommandError, match="not in step with the code"):
            call_command("messages", check=True)
    assert "再见".encode() in po.with_suffix(".mo").read_bytes()


def test_a_stale_catalogue_is_compiled_and_read_anew_before_anything_is_written_in_it(tmp_path: Path) -> None:
    po = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text(translations.HEADER + '\nmsgid "Hello"\nmsgstr "你好"\n', encoding="utf-8")
    try:
        with override_settings(BASE_DIR=tmp_path, LOCALE_PATHS=[po.parent.parent.parent]):
            with translation.override("zh-hans"):
                assert translation.gettext("Hello") == "Hello"
            translations.compile_stale()
            with translation.override("zh-hans"):
                assert translation.gettext("Hello") == "你好"
    finally:
        translation_file_changed(None, po.with_suffix(".mo"))
