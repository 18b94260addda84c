"""People are found by the initials of their names; surnames have readings of their own."""

import os
import subprocess
import sys

import pytest

from residents import pinyin


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("张建国", "zjg"),
        ("单田芳", "stf"),
        ("解晓东", "xxd"),
        ("仇英", "qy"),
        ("曾国藩", "zgf"),
        ("查良镛", "zly"),
        ("翟志刚", "zzg"),
        ("贾宝玉", "jby"),
        ("沈从文", "scw"),
        ("欧阳修", "oyx"),
        ("万俟卨", "mqx"),
        ("李晟", "ls"),
        ("吕布", "lb"),
        ("John Smith", "js"),
        ("张A", "za"),
        ("阿依古丽·买买提", "ayglmmt"),
        ("", ""),
    ],
)
def test_names_have_their_initials(name, initials):
    assert pinyin.initials(name) == initials


def test_a_given_name_is_not_read_as_a_surname():
    assert pinyin.initials("王单") == "wd"


def test_whoever_looks_for_nobody_does_not_load_the_table():
    code = "import sys, residents.pinyin; raise SystemExit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=os.environ, check=False).returncode == 0
