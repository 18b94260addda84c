"""What every row of the registers carries: the grid that it lies in, and the nodes above that."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Grid


class Placed(models.Model):
    """Copies of the path in the tree, for sight and lists; `residents.relocation` keeps them when a node moves.

    `grid` is a base or dedicated grid; `micro` is the micro-grid within it, where there is one.
    """

    district = models.ForeignKey(
        Grid, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("district")
    )
    street = models.ForeignKey(
        Grid, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("street")
    )
    community = models.ForeignKey(
        Grid, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("community")
    )
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("grid"))
    micro = models.ForeignKey(
        Grid,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("micro-grid"),
    )

    class Meta:
        abstract = True

    @property
    def path_ids(self) -> tuple[int | None, ...]:
        """The nodes from the district down, for `Standing.has_over`."""
        return (self.district_id, self.street_id, self.community_id, self.grid_id, self.micro_id)


PATH = ("district_id", "street_id", "community_id", "grid_id", "micro_id")
"""The columns of the path, district first."""
