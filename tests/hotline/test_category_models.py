"""Models that suggest categories: trained by the command, kept with their figures, one in use for each district."""

import csv

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from hotline.models import CategoryModel, Request
from hotline.states import RequestState
from hotline.suggesting import keeping, offering, training
from hotline.suggesting.labelled import Tree
from tests.factories import make_line
from tests.hotline.test_suggesting_model import WORDS, examples
from tests.hotlines import make_request
from workorders.models import Category
from workorders.states import Scheme

NAMES = {"H10": "城乡建设", "H11": "劳动保障", "H12": "教育文体"}
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def trained():
    return training.train(examples())


@pytest.fixture(scope="module")
def poor():
    """Train a model that learned two of three categories the wrong way round."""
    wrong = {"H10": "H11", "H11": "H10", "H12": "H12"}
    return training.train([one._replace(label=wrong[one.label]) for one in examples()])


@pytest.fixture
def tree():
    root = Category.objects.create(code="H", name="热线诉求", scheme=Scheme.HOTLINE)
    for code, name in NAMES.items():
        Category.objects.create(code=code, name=name, parent=root, scheme=Scheme.HOTLINE)
    return Tree()


@pytest.fixture
def line():
    return make_line("clerk", "chief", "worker")


def keep(line, trained, tree):
    return keeping.keep(line.district, trained, origin="file", tree=tree, actor=None)


def test_the_desk_is_offered_three_with_their_confidence(line, trained, tree, django_assert_num_queries):
    keep(line, trained, tree)
    offering.suggest("", line.district)
    with django_assert_num_queries(2):
        found = offering.suggest("东门桥附近井盖丢失，请尽快处理", line.district, title="井盖丢失")
    assert [one.rank for one in found] == [1, 2, 3]
    assert found[0].path == "城乡建设"
    assert found[0].percent == min(99, round(found[0].confidence * 100)) > 50
    assert offering.suggest("谢谢", line.district) == []


def test_without_a_model_and_in_another_district_nothing_is_offered(line, trained, tree):
    other = make_line("clerk", lng=117.0)
    assert offering.suggest("井盖丢失", line.district) == []
    keep(line, trained, tree)
    assert offering.suggest("东门桥井盖丢失", line.district)
    assert offering.suggest("东门桥井盖丢失", other.district) == []


def test_a_category_that_was_switched_off_is_not_offered(line, trained, tree):
    keep(line, trained, tree)
    Category.objects.filter(code="H10").update(is_active=False)
    assert "H10" not in [one.category.code for one in offering.suggest("东门桥井盖丢失", line.district)]


def test_a_model_that_is_worse_on_the_same_messages_is_kept_but_not_used(line, trained, poor, tree):
    good = keep(line, trained, tree)
    assert good.is_in_use
    # Its messages keep their right categories: what was learned the wrong way round shows.
    bad = keep(line, training.Trained(poor.model, poor.figures, trained.held_out), tree)
    assert not bad.is_in_use
    assert bad.figures["against"]["in_use"]["top1"] > bad.figures["against"]["new"]["top1"]
    assert CategoryModel.objects.in_use_in(line.district).get() == good
    again = keep(line, trained, tree)
    assert again.is_in_use
    good.refresh_from_db()
    assert good.used_until is not None


def test_a_model_that_cannot_be_read_offers_nothing(line, trained, tree):
    made = keep(line, trained, tree)
    CategoryModel.objects.filter(pk=made.pk).update(artefact=b"PK\x03\x04")
    offering._kept.clear()
    assert offering.suggest("东门桥井盖丢失", line.district) == []


def test_the_oldest_unused_models_go(line, trained, poor, tree, monkeypatch):
    monkeypatch.setattr(keeping, "KEPT", 3)
    good = keep(line, trained, tree)
    worse = training.Trained(poor.model, poor.figures, trained.held_out)
    made = [keep(line, worse, tree).pk for _ in range(4)]
    assert set(CategoryModel.objects.values_list("pk", flat=True)) == {good.pk, *made[1:]}


def test_whoever_keeps_the_rules_reads_the_figures_and_goes_back(client, line, trained, poor, tree):
    first = keep(line, trained, tree)
    second = keep(line, training.Trained(poor.model, poor.figures, trained.held_out), tree)
    for rank in (1, 1, 2, 0):
        make_request(line, suggestion_rank=rank)
    make_request(line)
    client.force_login(line.chief)
    page = client.get(reverse("hotline:category-models")).content.decode()
    assert "75.0 %" in page
    figures = client.get(reverse("hotline:category-model", args=[second.pk])).content.decode()
    assert all(name in figures for name in NAMES.values())
    client.post(reverse("hotline:category-model-use", args=[second.pk]))
    assert CategoryModel.objects.in_use_in(line.district).get() == second
    with pytest.raises(PermissionDenied):
        keeping.use(first, actor=line.clerk)


def test_the_list_takes_a_fixed_number_of_queries(client, line, trained, tree, django_assert_max_num_queries):
    client.force_login(line.chief)
    for _ in range(3):
        keep(line, trained, tree)
    client.get(reverse("hotline:category-models"))
    with django_assert_max_num_queries(12):
        client.get(reverse("hotline:category-models"))


def test_other_systems_ask_as_the_desk_does(client, line, trained, tree):
    keep(line, trained, tree)
    url = reverse("api:hotline-suggest-categories")
    client.force_login(line.clerk)
    answer = client.post(url, {"title": "井盖丢失", "text": "东门桥井盖丢失"}, "application/json")
    assert [row["rank"] for row in answer.json()] == [1, 2, 3]
    assert answer.json()[0]["code"] == "H10"
    assert client.post(url, {"text": "好" * 20_000}, "application/json").status_code == 400
    client.force_login(line.worker)
    assert client.post(url, {"text": "井盖丢失"}, "application/json").status_code == 403


def write(path, rows, headings=("留言编号", "留言主题", "留言详情", "一级分类")):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])


def test_the_command_trains_on_a_labelled_file_and_tells_how_good_it_is(line, tree, tmp_path, capsys):
    rows = [(str(n), "", one.text, NAMES[one.label]) for n, one in enumerate(examples())]
    write(tmp_path / "labelled.csv", [*rows, ("7", "", "", ""), ("9", "路灯", "不亮", "没有的分类")])
    call_command("train_categories", file=tmp_path / "labelled.csv")
    out = capsys.readouterr().out
    made = CategoryModel.objects.get()
    assert f"{len(rows)} labelled messages read, 1 rows without" in out
    assert "没有的分类" in out
    assert f"{made.figures['top1'] * 100:.1f} %" in out
    assert made.is_in_use
    assert made.origin == "file"


def test_the_command_trains_on_the_districts_own_closed_requests(line, tree, capsys):
    categories = {one.code: one for one in Category.objects.all()}
    rows = [
        make_request(line, RequestState.CLOSED, title="", text=one.text, category=categories[one.label])
        for one in examples()[::3]
    ]
    make_request(line, title="路灯", text="还没有办结", category=categories["H10"])
    make_request(make_line("clerk", lng=117.0), RequestState.CLOSED, text="别的区", category=categories["H10"])
    call_command("train_categories", district=line.district.code)
    made = CategoryModel.objects.get()
    assert made.rows == len(rows) == Request.objects.to_learn_from(line.district).count()
    assert "taken into use" in capsys.readouterr().out


def test_the_command_says_what_is_missing(line, tree, tmp_path):
    with pytest.raises(CommandError, match="0 labelled messages"):
        call_command("train_categories", district=line.district.code)
    write(tmp_path / "bare.csv", [("1", "路灯", "不亮")], ("编号", "主题", "详情"))
    with pytest.raises(CommandError, match="一级分类"):
        call_command("train_categories", district=line.district.code, file=tmp_path / "bare.csv")
    with pytest.raises(CommandError, match="no district"):
        call_command("train_categories", district="000000")
    assert len(WORDS) == 3
