"""Addresses of visits, the log and its reports, and coverage."""

from django.urls import path

from visits.views import coverage, log, plan, recording, reports

app_name = "visits"
urlpatterns = [
    path("visits/", plan.plan, name="plan"),
    path("visits/print/", plan.plan_print, name="plan-print"),
    path("visits/plans/<int:pk>/move/", plan.move, name="plan-move"),
    path("visits/plans/<int:pk>/shortest/", plan.shortest, name="plan-shortest"),
    path("visits/past/", log.past, name="past"),
    path("visits/houses/<int:pk>/", recording.house, name="record-house"),
    path("visits/people/<int:pk>/", recording.person, name="record-person"),
    path("visits/organisations/<int:pk>/", recording.organisation, name="record-organisation"),
    path("visits/<int:pk>/", recording.visit, name="visit"),
    path("visits/<int:pk>/take-back/", recording.take_back, name="take-back"),
    path("visits/photos/<int:pk>/", recording.photo, {"column": "image"}, name="photo"),
    path("visits/photos/<int:pk>/small/", recording.photo, {"column": "thumbnail"}, name="photo-thumb"),
    path("visits/log/", log.entries, name="log"),
    path("visits/log/<int:pk>/", log.entry, name="entry"),
    path("visits/log/<int:pk>/order/", log.order, name="entry-order"),
    path("visits/reports/", reports.reports, name="reports"),
    path("visits/reports/write/", reports.write, name="report-write"),
    path("visits/reports/<int:pk>/", reports.report, name="report"),
    path("visits/coverage/", coverage.coverage, name="coverage"),
    path("visits/coverage/people/", coverage.people, name="coverage-people"),
]
