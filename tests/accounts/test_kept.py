"""A query that is written once and asked many times."""

import datetime as dt

import pytest
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from accounts.kept import Joined, Kept
from accounts.models import User
from grids.models import Grid
from tests.factories import make_line

pytestmark = pytest.mark.django_db


def test_it_is_written_once_and_asks_for_what_is_given_each_time():
    written = []

    def make(pk, since):
        written.append((pk, since))
        return User.objects.filter(pk=pk, date_joined__gte=since).values_list("username")

    line = make_line("worker", "leader")
    kept = Kept(make, pk=-1, since=dt.datetime(1, 1, 1, tzinfo=dt.UTC))
    long_ago, ahead = timezone.now() - dt.timedelta(days=1), timezone.now() + dt.timedelta(days=1)
    for person in (line.worker, line.leader):
        assert kept.rows(pk=person.pk, since=long_ago) == [(person.username,)]
        assert kept.rows(pk=person.pk, since=ahead) == []
    assert len(written) == 1
    with pytest.raises(KeyError):
        kept.rows(person=line.worker.pk)


def test_instances_are_as_the_query_set_s_and_what_it_defers_is_read_when_asked_for(django_assert_num_queries):
    worker = make_line("worker").worker
    kept = Kept(lambda pk: User.objects.filter(pk=pk).defer("email"), pk=-1)
    with django_assert_num_queries(1):
        (found,) = kept.instances(pk=worker.pk)
        assert (found, found.username, found.date_joined) == (worker, worker.username, worker.date_joined)
    with django_assert_num_queries(1):
        assert found.email == worker.email
    found.display_name = "改"
    found.save(update_fields=["display_name"])
    assert User.objects.get(pk=worker.pk).display_name == "改"


def test_instances_bring_what_is_selected_beside_them_and_each_time_their_own(django_assert_num_queries):
    line = make_line("worker")
    kept = Joined(
        lambda pk: (
            Grid.objects.filter(pk=pk).select_related("parent").defer("parent__name").annotate(held=Count("posts"))
        ),
        pk=-1,
    )
    for node, parent, posts in (
        (line.base, line.community, 1),
        (line.community, line.street, 0),
        (line.base, line.community, 1),
        (line.district, None, 0),
    ):
        with django_assert_num_queries(1):
            (found,) = kept.instances(pk=node.pk)
            assert (found, found.parent, found.held) == (node, parent, posts)
    assert found.parent is None
    with django_assert_num_queries(1):
        assert kept.instances(pk=line.base.pk)[0].parent == line.community
    (again,) = kept.instances(pk=line.base.pk)
    with django_assert_num_queries(1):
        assert again.parent.name == line.community.name


def test_a_session_that_ended_or_was_never_there_signs_nobody_in(client):
    worker = make_line("worker").worker
    client.force_login(worker)
    session = client.session
    assert client.get(reverse("home")).status_code == 200
    session.set_expiry(-1)
    session.save()
    assert client.get(reverse("home")).status_code == 302
    client.cookies["sessionid"] = "x" * 32
    assert client.get(reverse("home")).status_code == 302
