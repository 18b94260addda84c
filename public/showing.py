"""What the public's pages show on the page of a building: its poster, and the link of its lead."""

import datetime as dt
from typing import Any

from grids import panels
from grids.roles import Permission
from grids.standing import Standing
from public.models import LeadLink
from residents.models import Building


def register() -> None:
    """Put the panel there; called once, when the app is ready."""
    panels.register(panels.Panel("public", Building, "public/_building.html", of_building, place=60))


def of_building(building: Building, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Return the open link of a building's lead, for who may give one."""
    if building.retired_on is not None:
        return None
    path = (building.district_id, building.street_id, building.community_id, building.grid_id, building.micro_id)
    may_give = who.has_over(Permission.GIVE_LINKS, path, building.district_id)
    link = LeadLink.objects.filter(building=building, revoked_at=None).first() if may_give else None
    return {"may_give": may_give, "link": link}
