"""Addresses of early warnings and their rules."""

from django.urls import path

from alerts.views import rules, warnings

app_name = "alerts"
urlpatterns = [
    path("", warnings.warning_list, name="list"),
    path("workbook/", warnings.workbook, name="workbook"),
    path("<int:pk>/", warnings.detail, name="detail"),
    path("<int:pk>/confirm/", warnings.confirm, name="confirm"),
    path("<int:pk>/dismiss/", warnings.dismiss, name="dismiss"),
    path("rules/", rules.rules_page, name="rules"),
    path("rules/add/", rules.choose_kind, name="rule-kind"),
    path("rules/add/<slug:kind>/", rules.add_rule, name="rule-add"),
    path("rules/<slug:code>/", rules.edit_rule, name="rule-edit"),
    path("rules/<slug:code>/retire/", rules.retire_rule, name="rule-retire"),
]
