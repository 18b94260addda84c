"""What the shell offers: by posts, at the desk beside the page and on the phone by the bar and the page “Me”."""

import pytest
from django.urls import reverse

from tests.factories import make_line


@pytest.mark.django_db
def test_me_lists_the_work_that_the_phone_s_bar_has_no_tab_for(client):
    line = make_line("secretary", "admin")
    work = f'<li><a href="{reverse("workorders:approvals")}"'
    client.force_login(line.secretary)
    page = client.get(reverse("accounts:profile")).content.decode()
    assert work in page[page.index('id="work-title"') :]
    client.force_login(line.admin)
    assert work not in client.get(reverse("accounts:profile")).content.decode()


@pytest.mark.django_db
def test_pages_stand_under_their_task_and_only_the_one_of_this_page_is_open(client):
    line = make_line("secretary", "admin")
    client.force_login(line.secretary)
    answer = client.get(reverse("workorders:approvals"))
    tasks = answer.context["navigation"].work
    assert [task.is_here for task in tasks].count(True) == 1
    (here,) = (task for task in tasks if task.is_here)
    assert reverse("workorders:approvals") in [link.url for link in here.links]
    page = answer.content.decode()
    assert page.count('<details class="nav-group" open>') == 1
    assert page.index('<details class="nav-group" open>') < page.index(f'href="{reverse("workorders:approvals")}"')
    assert all(task.links for task in tasks)
    client.force_login(line.admin)
    settings = client.get(reverse("accounts:users")).context["navigation"].work[-1]
    assert (settings.is_here, len(settings.links) > 1) == (True, True)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["visits:plan", "visits:log", "visits:reports", "visits:coverage"])
def test_the_entry_of_the_page_that_is_open_is_marked_and_no_other(client, name):
    client.force_login(make_line("worker").worker)
    page = client.get(reverse(name))
    links = [link for task in page.context["navigation"].work for link in task.links]
    assert [link.url for link in links if link.is_here] == [reverse(name)]
