"""Addresses of work orders."""

from django.urls import path

from workorders import photo_views
from workorders.views import (
    approvals,
    bulk,
    categories,
    doubles,
    escalations,
    export,
    ladder,
    limits,
    lists,
    moves,
    order,
    precedents,
    report,
    saved,
    timers,
)

app_name = "workorders"
urlpatterns = [
    path("work-orders/", lists.order_list, name="list"),
    path("work-orders/report/", report.report, name="report"),
    path("work-orders/report/similar/", doubles.similar, name="similar"),
    path("work-orders/escalations/", escalations.escalations, name="escalations"),
    path("work-orders/approvals/", approvals.approvals, name="approvals"),
    path("work-orders/timers/", timers.timers, name="timers"),
    path("work-orders/limits/", limits.limits, name="limits"),
    path("work-orders/limits/edit/", limits.edit, name="limit-edit"),
    path("work-orders/ladder/", ladder.ladder, name="ladder"),
    path("work-orders/ladder/edit/", ladder.edit, name="step-edit"),
    path("work-orders/ladder/remove/", ladder.remove, name="step-remove"),
    path("work-orders/categories/", categories.categories, name="categories"),
    path("work-orders/categories/add/", categories.add, name="category-add"),
    path("work-orders/categories/<int:pk>/", categories.edit, name="category-edit"),
    path("work-orders/precedents/", precedents.precedents, name="precedents"),
    path("work-orders/precedents/<int:pk>/retire/", precedents.retire, name="precedent-retire"),
    path("work-orders/export/", export.workbook, name="export"),
    path("work-orders/print/", export.printed, name="print-list"),
    path("work-orders/filters/", saved.saved, name="saved-filters"),
    path("work-orders/filters/<int:pk>/", saved.edit, name="saved-filter-edit"),
    path("work-orders/filters/<int:pk>/remove/", saved.remove, name="saved-filter-remove"),
    path("work-orders/bulk/<int:pk>/", bulk.result, name="bulk-result"),
    path("work-orders/bulk/<slug:move>/", bulk.bulk, name="bulk"),
    path("work-orders/in/<int:pk>/", lists.in_node, name="in-node"),
    path("work-orders/<int:pk>/", order.detail, name="detail"),
    path("work-orders/<int:pk>/print/", order.printed, name="print"),
    path("work-orders/<int:pk>/reported/", report.reported, name="reported"),
    path("work-orders/<int:pk>/why/", order.why_page, name="why"),
    path("work-orders/<int:pk>/contact/", order.contact, name="contact"),
    path("work-orders/<int:pk>/<slug:move>/", moves.move, name="move"),
    path("photos/<int:pk>/", photo_views.photo, name="photo"),
    path("photos/<int:pk>/small/", photo_views.thumbnail, name="photo-thumb"),
]
