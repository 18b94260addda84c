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
