"""How often somebody enrolled was named to somebody who is not (docs/adr/0013)."""

import sqlalchemy as sa
from alembic import op

from kiosk.store.columns import Id

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "face_strike",
        sa.Column("employee_id", Id(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_face_strike_employee_id")),
        sa.PrimaryKeyConstraint("employee_id", name=op.f("pk_face_strike")),
    )
