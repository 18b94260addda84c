"""The suggestion of categories on real messages, labelled by rules written by hand (bench/first_level_rules.py)."""

import pytest

from bench import suggestion
from bench.first_level_rules import RULES, first_level
from hotline.suggesting import training


@pytest.fixture(scope="module")
def trained():
    if not suggestion.FILE.exists():
        pytest.skip("the real messages are not at hand")
    found, _all = suggestion.real_examples()
    return training.train(found)


def test_on_real_messages_the_right_first_level_is_mostly_first_and_nearly_always_among_three(trained):
    told = trained.figures
    assert told["held_out"] > 300
    assert told["top1"] > 0.8 > 2 * told["always_commonest"]
    assert told["top3"] > 0.92
    assert told["top1_answered"] > told["top1"]


def test_its_confidence_is_about_the_share_that_is_right(trained):
    assert trained.figures["calibration_gap"] < 0.08


def test_the_artefact_is_small(trained):
    assert len(trained.model.dump()) < 3_000_000


def test_the_rules_label_what_is_plain_and_leave_the_rest():
    assert first_level("小区物业乱收停车费", "业主委员会不管") == "城乡建设"
    assert first_level("拖欠农民工工资", "") == "劳动和社会保障"
    assert first_level("请领导关注", "谢谢") == ""
    assert len(RULES) == 15
