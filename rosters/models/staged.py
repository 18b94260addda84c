"""What the rows of a roster hold, checked and in the registers' form; numbers are already encrypted.

NULL is "the file says nothing"; an empty cell is stored as NULL too, and whether it empties the register's column is
the batch's setting. They are written by COPY (rosters/staging.py) and deleted 30 days after the batch has ended.
The column's names are those of the registers wherever the meaning is the same: SQL is made from them.
"""

from django.db import models

from accounts.fields import EncryptedTextField


def _text(length: int, collation: str | None = None) -> "models.CharField[str | None, str | None]":
    return models.CharField(max_length=length, null=True, db_collation=collation)


class Staged(models.Model):
    """`row_id` is the key of the `Row` that the comparison makes later."""

    row_id = models.BigIntegerField(primary_key=True)
    is_refused = models.BooleanField(default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.row_id}"


class StagedPlace(Staged):
    """Where the row says that it lies. The nodes are those of the grid or community that it names, if it does."""

    street_id = models.BigIntegerField(null=True)
    community_id = models.BigIntegerField(null=True)
    grid_id = models.BigIntegerField(null=True)
    micro_id = models.BigIntegerField(null=True)
    address = _text(200)
    address_key = _text(160, "C")
    estate = _text(60)
    building_no = _text(20)
    unit_no = _text(10)
    floor = models.SmallIntegerField(null=True)
    room_no = _text(20)

    class Meta:
        abstract = True


class StagedResident(StagedPlace):
    kind = _text(11)
    name = _text(60, "C")
    initials = _text(60, "C")
    sex = _text(1)
    born_on = models.DateField(null=True)
    certificate = _text(3)
    identity_number = EncryptedTextField(null=True)
    identity_hash = models.UUIDField(null=True)
    identity_last4 = _text(4)
    phone = EncryptedTextField(null=True)
    phone_hash = models.UUIDField(null=True)
    phone_last4 = _text(4)
    ethnicity = _text(2)
    marital = _text(2)
    education = _text(2)
    political = _text(2)
    occupation = _text(60)
    employer = _text(100)
    registered_address = _text(200)
    note = _text(200)
    since_on = models.DateField(null=True)
    consistency = _text(2)
    """01: registered where they live."""
    household_no = _text(9)
    kinship = _text(2)
    inflow_reason = _text(2)
    dwelling = _text(10)
    home_region = _text(6)
    permit_expires_on = models.DateField(null=True)
    country = _text(3)
    latin_name = _text(80)
    purpose = _text(2)
    arrived_on = models.DateField(null=True)
    certificate_expires_on = models.DateField(null=True)
    leaves_on = models.DateField(null=True)
    group = _text(7)
    guardian_name = _text(60)
    guardian_relation = _text(2)
    guardian_phone = EncryptedTextField(null=True)
    guardian_phone_hash = models.UUIDField(null=True)


class StagedHouse(StagedPlace):
    use = _text(10)
    nature = _text(20)
    area = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    owner_name = _text(60)
    owner_phone = EncryptedTextField(null=True)
    owner_phone_hash = models.UUIDField(null=True)
    lng = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    lat = models.DecimalField(max_digits=9, decimal_places=6, null=True)


class StagedOrganisation(StagedPlace):
    kind = _text(10)
    name = _text(100, "C")
    credit_code = _text(18)
    is_key_site = models.BooleanField(null=True)
    trade = _text(60)
    employees = models.PositiveIntegerField(null=True)
    manager_name = _text(60)
    manager_phone = EncryptedTextField(null=True)
    manager_phone_hash = models.UUIDField(null=True)
    safety_name = _text(60)
    safety_phone = EncryptedTextField(null=True)
    safety_phone_hash = models.UUIDField(null=True)
    fire_checked_on = models.DateField(null=True)
    electricity_checked_on = models.DateField(null=True)
    gas_checked_on = models.DateField(null=True)
    lng = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    lat = models.DecimalField(max_digits=9, decimal_places=6, null=True)


class StagedWorker(Staged):
    node_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    username = _text(50)
    display_name = _text(50)
    employee_number = _text(30)
    phone = _text(30)
    role = _text(20)
    employment = _text(10)
    is_primary = models.BooleanField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    first_password = EncryptedTextField(null=True)
    """Of an account that the batch made, until whoever brought it has taken the list along."""
