"""Addresses of supervision orders and situations."""

from django.urls import path

from supervision.views import acts, orders, rules, situations

app_name = "supervision"
urlpatterns = [
    path("supervision/", orders.supervision_list, name="list"),
    path("supervision/situations/", situations.situations_page, name="situations"),
    path("supervision/rules/", rules.rules_page, name="rules"),
    path("supervision/rules/limits/<slug:name>/", rules.edit_limit, name="limit-edit"),
    path("supervision/rules/situations/<slug:name>/", rules.edit_watch, name="situation-edit"),
    path("supervision/issue/<int:pk>/", acts.issue, name="issue"),
    path("supervision/<int:pk>/", orders.detail, name="detail"),
    path("supervision/<int:pk>/<slug:act>/", acts.act, name="act"),
]
